"""Makes an account."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from surveys.accounts.passwords import hash_password, require_strong
from surveys.auditing import record
from surveys.errors import Conflict, Invalid
from surveys.models import Account, Role

LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """An account to be made; `unit_id` is the unit whose results a reviewer reads."""

    login: str
    name: str
    password: str = field(repr=False)
    roles: Iterable[Role]
    unit_id: int | None = None


def create_account(
    session: Session, *, new: NewAccount, salt: bytes, now: datetime, by: int | None
) -> Account:
    """Make an account.

    Parameters
    ----------
    salt : 16 random bytes for the password's hash
    by : the administrator's account, or None for the command line

    Raises
    ------
    Invalid : ``bad_login``, ``no_name``, ``no_roles``, ``weak_password``
    Conflict : ``login_taken`` (login)
    """
    held = {Role(role) for role in new.roles}
    ordered = [role.value for role in Role if role in held]
    if not LOGIN.fullmatch(new.login):
        raise Invalid("bad_login", login=new.login)
    if not new.name.strip():
        raise Invalid("no_name")
    if not ordered:
        raise Invalid("no_roles")
    require_strong(new.password, login=new.login)
    made = session.scalar(
        insert(Account)
        .values(
            login=new.login,
            name=new.name.strip(),
            password_hash=hash_password(new.password, salt=salt),
            roles=ordered,
            unit_id=new.unit_id,
            active=True,
            n_failures=0,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=[Account.login])
        .returning(Account.id)
    )
    if made is None:
        raise Conflict("login_taken", login=new.login)
    record(session, "account_created", at=now, by=by, account=made, roles=" ".join(ordered))
    return session.scalars(select(Account).where(Account.id == made)).one()
