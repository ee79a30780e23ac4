"""Accounts, passwords, delays, log-ins: the domain's side."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.accounts.authenticate import LONGEST_DELAY, authenticate, delay_after
from surveys.accounts.change_account import deactivate, reactivate, set_roles
from surveys.accounts.change_password import change_password, reset_password
from surveys.accounts.create_account import NewAccount, create_account
from surveys.accounts.passwords import hash_password, matches
from surveys.accounts.sessions import IDLE, account_of, end_session, start_session
from surveys.errors import Conflict, Invalid
from surveys.models import Account, LoginSession, Role
from tests.conftest import NOW

PASSWORD = "four quiet herons"
SALT = b"s" * 16
DAY = timedelta(hours=12)


def make(session: Session, login: str = "li", *roles: Role) -> Account:
    new = NewAccount(login=login, name="样例", password=PASSWORD, roles=roles or (Role.ORGANIZER,))
    return create_account(session, new=new, salt=SALT, now=NOW, by=None)


def test_a_password_is_kept_as_argon2id_only(session: Session) -> None:
    account = make(session)

    assert account.password_hash.startswith("$argon2id$")
    assert PASSWORD not in account.password_hash


def test_nobody_has_a_password_that_matches() -> None:
    assert not matches("nobody has this password", None)


def test_a_hash_needs_a_salt_of_sixteen_bytes() -> None:
    with pytest.raises(ValueError, match="salt"):
        hash_password(PASSWORD, salt=b"short")


def test_roles_are_kept_in_their_order_and_once(session: Session) -> None:
    account = make(session, "li", Role.ADMIN, Role.ORGANIZER, Role.ADMIN)

    assert account.roles == ["organizer", "admin"]


def test_a_name_is_taken_once(session: Session) -> None:
    make(session)

    with pytest.raises(Conflict, match="login_taken"):
        make(session)


@pytest.mark.parametrize("login", ["", "a", "Li", "a b", "-li", "li\n", "x" * 41])
def test_a_login_name_is_short_and_plain(session: Session, login: str) -> None:
    with pytest.raises(Invalid, match="bad_login"):
        make(session, login)


@pytest.mark.parametrize("password", ["short", "x" * 12, "the-li-account", "x" * 201])
def test_a_weak_password_is_refused(session: Session, password: str) -> None:
    new = NewAccount(login="li", name="样例", password=password, roles=[Role.ADMIN])

    with pytest.raises(Invalid, match="weak_password"):
        create_account(session, new=new, salt=SALT, now=NOW, by=None)


def test_the_right_password_lets_in_whatever_the_case_of_the_name(session: Session) -> None:
    account = make(session)

    assert authenticate(session, login=" LI ", password=PASSWORD, now=NOW).account == account


def test_the_delay_doubles_up_to_its_longest() -> None:
    seconds = [delay_after(n).total_seconds() for n in range(3, 12)]

    assert seconds == [0, 0, 30, 60, 120, 240, 480, 900, 900]
    assert delay_after(10_000) == LONGEST_DELAY


def fail(session: Session, times: int) -> None:
    for _ in range(times):
        authenticate(session, login="li", password="wrong words", now=NOW)


def test_after_its_delay_the_right_password_lets_in_and_forgets_failures(
    session: Session,
) -> None:
    account = make(session)
    fail(session, 5)
    later = NOW + timedelta(seconds=30)

    assert authenticate(session, login="li", password=PASSWORD, now=NOW).account is None
    assert authenticate(session, login="li", password=PASSWORD, now=later).account == account
    assert (account.n_failures, account.locked_until) == (0, None)


def test_tries_during_the_delay_do_not_lengthen_it(session: Session) -> None:
    account = make(session)
    fail(session, 9)

    assert account.n_failures == 5


def test_an_account_that_is_shut_does_not_let_in(session: Session) -> None:
    make(session, "boss", Role.ADMIN)
    account = make(session)
    deactivate(session, account_id=account.id, now=NOW, by=None)

    assert authenticate(session, login="li", password=PASSWORD, now=NOW).account is None


def test_a_reopened_account_lets_in(session: Session) -> None:
    account = make(session)
    deactivate(session, account_id=account.id, now=NOW, by=None)
    reactivate(session, account_id=account.id, now=NOW, by=None)

    assert authenticate(session, login="li", password=PASSWORD, now=NOW).account == account


def test_a_login_knows_its_account_until_it_ends(session: Session) -> None:
    account = make(session)
    start_session(session, account_id=account.id, secret=b"a", now=NOW, lifetime=DAY)

    assert account_of(session, secret=b"a", now=NOW) == account
    assert account_of(session, secret=b"b", now=NOW) is None
    assert account_of(session, secret=b"a", now=NOW + DAY) is None


def test_a_login_that_is_used_does_not_idle(session: Session) -> None:
    account = make(session)
    start_session(session, account_id=account.id, secret=b"a", now=NOW, lifetime=DAY)
    almost = IDLE - timedelta(seconds=1)

    assert account_of(session, secret=b"a", now=NOW + almost) == account
    assert account_of(session, secret=b"a", now=NOW + 2 * almost) == account
    assert account_of(session, secret=b"a", now=NOW + 3 * IDLE) is None


def test_the_table_does_not_know_the_secret(session: Session) -> None:
    account = make(session)
    start_session(session, account_id=account.id, secret=b"a", now=NOW, lifetime=DAY)

    assert session.scalars(select(LoginSession.secret_hash)).one() != b"a"


def test_a_log_out_ends_one_login_alone(session: Session) -> None:
    account = make(session)
    for secret in (b"a", b"b"):
        start_session(session, account_id=account.id, secret=secret, now=NOW, lifetime=DAY)

    end_session(session, secret=b"a")

    assert account_of(session, secret=b"a", now=NOW) is None
    assert account_of(session, secret=b"b", now=NOW) == account


def test_a_changed_password_ends_every_login(session: Session) -> None:
    account = make(session)
    start_session(session, account_id=account.id, secret=b"a", now=NOW, lifetime=DAY)

    change_password(
        session, account_id=account.id, old=PASSWORD, new="five loud storks", salt=SALT, now=NOW
    )

    assert account_of(session, secret=b"a", now=NOW) is None
    assert matches("five loud storks", account.password_hash)


def test_the_present_password_is_needed_to_change_it(session: Session) -> None:
    account = make(session)

    with pytest.raises(Invalid, match="wrong_password"):
        change_password(
            session, account_id=account.id, old="wrong", new="five loud storks", salt=SALT, now=NOW
        )


def test_a_reset_lifts_the_delay(session: Session) -> None:
    account = make(session)
    fail(session, 5)

    reset_password(
        session, account_id=account.id, password="five loud storks", salt=SALT, now=NOW, by=None
    )

    attempt = authenticate(session, login="li", password="five loud storks", now=NOW)
    assert attempt.account == account


def test_the_last_admin_keeps_the_role(session: Session) -> None:
    admin = make(session, "boss", Role.ADMIN)

    with pytest.raises(Conflict, match="last_admin"):
        set_roles(
            session, account_id=admin.id, roles=[Role.AUDITOR], unit_id=None, now=NOW, by=None
        )


def test_one_of_two_admins_may_go(session: Session) -> None:
    make(session, "boss", Role.ADMIN)
    second = make(session, "second", Role.ADMIN)

    deactivate(session, account_id=second.id, now=NOW, by=None)

    assert not second.active
