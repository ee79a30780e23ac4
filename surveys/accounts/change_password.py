"""Changes a password, by its owner or by an administrator; both log the account out everywhere."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.accounts.passwords import hash_password, matches, require_strong
from surveys.accounts.sessions import end_sessions_of
from surveys.auditing import record
from surveys.errors import Invalid
from surveys.models import Account


def _locked(session: Session, account_id: int) -> Account:
    return session.scalars(select(Account).where(Account.id == account_id).with_for_update()).one()


def change_password(
    session: Session, *, account_id: int, old: str, new: str, salt: bytes, now: datetime
) -> None:
    """Set the own password. Invalid ``wrong_password``, ``weak_password`` (minimum)."""
    account = _locked(session, account_id)
    if not matches(old, account.password_hash):
        raise Invalid("wrong_password")
    require_strong(new, login=account.login)
    account.password_hash = hash_password(new, salt=salt)
    end_sessions_of(session, account_id=account_id)
    record(session, "password_changed", at=now, by=account_id)


def reset_password(
    session: Session, *, account_id: int, password: str, salt: bytes, now: datetime, by: int | None
) -> None:
    """Set another account's password and lift its delay. Invalid ``weak_password`` (minimum)."""
    account = _locked(session, account_id)
    require_strong(password, login=account.login)
    account.password_hash = hash_password(password, salt=salt)
    account.n_failures = 0
    account.locked_until = None
    end_sessions_of(session, account_id=account_id)
    record(session, "password_reset", at=now, by=by, account=account_id)
