"""Who has an account."""

from collections import Counter
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveys.models import Account, Role, Unit

# One decides and another confirms, one certifies and another countersigns; the keys are two.
NEEDED: Final = {Role.ORGANIZER: 2, Role.OFFICER: 2}


def accounts(session: Session) -> list[Account]:
    """All accounts with their units, active ones first, by log-in name."""
    query = select(Account).options(joinedload(Account.unit).joinedload(Unit.period))
    return list(session.scalars(query.order_by(Account.active.desc(), Account.login)))


def account(session: Session, *, account_id: int) -> Account:
    """Return one account with its unit."""
    query = select(Account).options(joinedload(Account.unit)).where(Account.id == account_id)
    return session.scalars(query).one()


def by_login(session: Session, *, login: str) -> Account | None:
    """Return the account with this log-in name, if there is one."""
    return session.scalar(select(Account).where(Account.login == login))


def anybody(session: Session) -> bool:
    """Whether there is any account at all: a new installation has none."""
    return session.scalar(select(Account.id).limit(1)) is not None


def lacking(session: Session) -> dict[Role, int]:
    """How many more active accounts of each role an evaluation needs to reach its end."""
    active = session.scalars(select(Account).where(Account.active))
    held = Counter(role for account in active for role in account.roles)
    return {role: n - held[role] for role, n in NEEDED.items() if held[role] < n}


def units_to_review(session: Session) -> list[Unit]:
    """All units with their periods, newest period first, in the order of the period."""
    query = select(Unit).join(Unit.period).options(joinedload(Unit.period))
    return list(session.scalars(query.order_by(Unit.period_id.desc(), Unit.position)))
