"""Log-ins of browsers: a random secret in the cookie, its hash in the table."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from surveys.models import Account, LoginSession

IDLE: Final = timedelta(hours=2)
# Seen once a minute is enough, and spares a write for each request.
SEEN_EVERY: Final = timedelta(minutes=1)


def hash_of(secret: bytes) -> bytes:
    """Return what the table knows of a secret."""
    return sha256(b"gongping|login|" + secret).digest()


def start_session(
    session: Session, *, account_id: int, secret: bytes, now: datetime, lifetime: timedelta
) -> None:
    """Note a new log-in, and forget those that have ended."""
    session.execute(delete(LoginSession).where(LoginSession.expires_at <= now))
    session.add(
        LoginSession(
            secret_hash=hash_of(secret),
            account_id=account_id,
            created_at=now,
            seen_at=now,
            expires_at=now + lifetime,
        )
    )


def account_of(session: Session, *, secret: bytes, now: datetime) -> Account | None:
    """Return the active account of a log-in (with its unit) that has neither ended nor idled."""
    login = session.scalar(
        select(LoginSession)
        .options(joinedload(LoginSession.account).joinedload(Account.unit))
        .where(
            LoginSession.secret_hash == hash_of(secret),
            LoginSession.expires_at > now,
            LoginSession.seen_at > now - IDLE,
        )
    )
    if login is None or not login.account.active:
        return None
    if now - login.seen_at >= SEEN_EVERY:
        login.seen_at = now
    return login.account


def end_session(session: Session, *, secret: bytes) -> None:
    """Log one browser out."""
    session.execute(delete(LoginSession).where(LoginSession.secret_hash == hash_of(secret)))


def end_sessions_of(session: Session, *, account_id: int) -> None:
    """Log an account out everywhere."""
    session.execute(delete(LoginSession).where(LoginSession.account_id == account_id))
