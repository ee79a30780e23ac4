"""Changes what an account may do: roles, unit, active or not."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from surveys.accounts.sessions import end_sessions_of
from surveys.auditing import record
from surveys.errors import Conflict, Invalid
from surveys.models import Account, Role

# Two administrators who take each other's role away at once must not both succeed.
_LOCK = text("SELECT pg_advisory_xact_lock(10, 0)")


def set_roles(
    session: Session,
    *,
    account_id: int,
    roles: Iterable[Role],
    unit_id: int | None,
    now: datetime,
    by: int | None,
) -> None:
    """Set roles and unit. Invalid ``no_roles``; Conflict ``last_admin``."""
    session.execute(_LOCK)
    account = session.get_one(Account, account_id)
    held = {Role(role) for role in roles}
    ordered = [role.value for role in Role if role in held]
    if not ordered:
        raise Invalid("no_roles")
    if Role.ADMIN not in held:
        _require_another_admin(session, account)
    account.roles = ordered
    account.unit_id = unit_id
    held_now = " ".join(ordered)
    record(
        session,
        "account_roles_set",
        at=now,
        by=by,
        account=account_id,
        roles=held_now,
        unit=unit_id,
    )


def deactivate(session: Session, *, account_id: int, now: datetime, by: int | None) -> None:
    """Shut an account and log it out everywhere. Conflict ``last_admin``."""
    session.execute(_LOCK)
    account = session.get_one(Account, account_id)
    _require_another_admin(session, account)
    account.active = False
    end_sessions_of(session, account_id=account_id)
    record(session, "account_deactivated", at=now, by=by, account=account_id)


def reactivate(session: Session, *, account_id: int, now: datetime, by: int | None) -> None:
    """Let an account log in again."""
    account = session.get_one(Account, account_id)
    account.active = True
    record(session, "account_reactivated", at=now, by=by, account=account_id)


def _require_another_admin(session: Session, account: Account) -> None:
    if not account.holds(Role.ADMIN):
        return
    others = session.scalars(select(Account.roles).where(Account.active, Account.id != account.id))
    if not any(Role.ADMIN.value in roles for roles in others):
        raise Conflict("last_admin")
