"""Checks a name and a password; after failures the next try has to wait.

An account is never shut for good: a stranger who guesses could shut its owner out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.accounts.passwords import matches
from surveys.auditing import record
from surveys.models import Account

FREE_FAILURES: Final = 4
FIRST_DELAY: Final = timedelta(seconds=30)
LONGEST_DELAY: Final = timedelta(minutes=15)


@dataclass(frozen=True)
class Attempt:
    """How a log-in went: the account, or nothing and perhaps until when to wait.

    It is returned and not raised, because the count of failures has to be committed.
    """

    account: Account | None
    wait_until: datetime | None = None


def delay_after(n_failures: int) -> timedelta:
    """Return how long to wait after so many failures: none, then 30 s doubling to 15 min."""
    if n_failures <= FREE_FAILURES:
        return timedelta(0)
    doublings = min(n_failures - FREE_FAILURES - 1, 10)
    return min(FIRST_DELAY * (1 << doublings), LONGEST_DELAY)


def authenticate(session: Session, *, login: str, password: str, now: datetime) -> Attempt:
    """Check a name and a password, and count the failures of the account."""
    # The lock lets guesses at one account come one after the other, so none escapes the count.
    account = session.scalar(
        select(Account).where(Account.login == login.strip().lower()).with_for_update()
    )
    if account and account.locked_until and account.locked_until > now:
        return Attempt(None, wait_until=account.locked_until)
    known = account.password_hash if account and account.active else None
    if matches(password, known) and account:
        account.n_failures = 0
        account.locked_until = None
        record(session, "logged_in", at=now, by=account.id)
        return Attempt(account)
    if account is None or not account.active:
        return Attempt(None)
    return _failed(session, account, now=now)


def _failed(session: Session, account: Account, *, now: datetime) -> Attempt:
    account.n_failures += 1
    delay = delay_after(account.n_failures)
    if not delay:
        return Attempt(None)
    account.locked_until = now + delay
    record(session, "login_delayed", at=now, by=account.id, n_failures=account.n_failures)
    return Attempt(None, wait_until=account.locked_until)
