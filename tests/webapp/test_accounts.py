"""Logging in and out, passwords, and what an administrator does."""

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import surveys
import webapp
from surveys.database.engine import Database
from surveys.models import Account, AuditRecord, LoginSession, Role
from tests.conftest import NOW
from tests.webapp.conftest import PASSWORD, Browser, MakeAccount, SignIn
from webapp.admin.fact_words import ELSEWHERE, FACTS

LOGIN = "/account/login"


def log_in(client: Browser, password: str, login: str = "organizer") -> int:
    return client.post_form(LOGIN, {"login": login, "password": password}).status_code


def test_a_login_leads_to_the_page_that_was_asked_for(
    client: Browser, make_account: MakeAccount
) -> None:
    make_account(Role.ORGANIZER)
    page = f"{LOGIN}?next=/office"

    answer = client.post_form(
        LOGIN, {"login": "organizer", "password": PASSWORD, "next": "/office"}, page=page
    )

    assert answer.location == "/office"


def test_a_login_does_not_lead_to_another_site(client: Browser, make_account: MakeAccount) -> None:
    make_account(Role.ORGANIZER)

    answer = client.post_form(
        LOGIN, {"login": "organizer", "password": PASSWORD, "next": "//evil.example"}
    )

    assert answer.location == "/"


@pytest.mark.parametrize("login", ["organizer", "nobody"])
def test_a_failed_login_does_not_tell_which_half_was_wrong(
    client: Browser, make_account: MakeAccount, login: str
) -> None:
    make_account(Role.ORGANIZER)

    answer = client.post_form(LOGIN, {"login": login, "password": "wrong words"})

    assert answer.status_code == 401
    assert "Log-in name or password is wrong." in answer.text


def test_after_five_failures_the_right_password_has_to_wait(
    client: Browser, make_account: MakeAccount
) -> None:
    make_account(Role.ORGANIZER)
    for _ in range(5):
        log_in(client, "wrong words")

    answer = client.post_form(LOGIN, {"login": "organizer", "password": PASSWORD})

    assert answer.status_code == 401
    assert "Please wait 30 seconds" in answer.text


def test_each_login_gets_a_secret_of_its_own(
    client: Browser, make_account: MakeAccount, database: Database
) -> None:
    make_account(Role.ORGANIZER)
    assert log_in(client, PASSWORD) == 302
    first = client.get_cookie("gongping_login")
    client.post_form("/account/logout", page="/office")
    assert log_in(client, PASSWORD) == 302
    second = client.get_cookie("gongping_login")

    assert first is not None
    assert second is not None
    assert first.value != second.value
    with database.transaction() as session:
        kept = session.scalars(select(LoginSession.secret_hash)).all()
    assert len(kept) == 1
    assert second.value.encode() not in kept


def test_a_log_out_ends_the_login_on_the_server(sign_in: SignIn) -> None:
    browser = sign_in(Role.ORGANIZER)
    cookie = browser.get_cookie("gongping_login")
    browser.post_form("/account/logout", page="/office")

    assert cookie is not None
    browser.set_cookie("gongping_login", cookie.value)
    assert browser.get("/office").status_code == 302


def test_a_login_ends_after_its_time(sign_in: SignIn, database: Database) -> None:
    browser = sign_in(Role.ORGANIZER)
    with database.transaction() as session:
        session.scalars(select(LoginSession)).one().expires_at = NOW

    assert browser.get("/office").status_code == 302


def test_an_idle_login_ends(sign_in: SignIn, database: Database) -> None:
    browser = sign_in(Role.ORGANIZER)
    with database.transaction() as session:
        session.scalars(select(LoginSession)).one().seen_at = NOW - timedelta(hours=2)

    assert browser.get("/office").status_code == 302


def test_a_changed_password_logs_out_everywhere(sign_in: SignIn) -> None:
    browser = sign_in(Role.ORGANIZER)

    answer = browser.post_form(
        "/account/password",
        {"old": PASSWORD, "new": "five loud storks", "again": "five loud storks"},
    )

    assert answer.location == LOGIN
    assert browser.get("/office").status_code == 302
    assert log_in(browser, "five loud storks") == 302


def test_a_wrong_present_password_changes_nothing(sign_in: SignIn) -> None:
    browser = sign_in(Role.ORGANIZER)

    answer = browser.post_form(
        "/account/password",
        {"old": "wrong words", "new": "five loud storks", "again": "five loud storks"},
    )

    assert answer.status_code == 422
    assert browser.get("/office").status_code == 200


def test_a_new_account_gets_a_password_that_works_and_is_shown_once(
    sign_in: SignIn, client: Browser
) -> None:
    admin = sign_in(Role.ADMIN)

    answer = admin.post_form(
        "/admin/accounts/new",
        {"name": "样例", "login": "w-104", "roles": ["organizer"], "unit_id": ""},
    )

    found = re.search(r'class="secret">([^<]+)<', answer.text)
    assert found
    assert log_in(client, found.group(1), "w-104") == 302


def test_a_taken_name_is_told_at_its_field(sign_in: SignIn) -> None:
    admin = sign_in(Role.ADMIN)

    answer = admin.post_form(
        "/admin/accounts/new",
        {"name": "样例", "login": "admin", "roles": ["auditor"], "unit_id": ""},
    )

    assert answer.status_code == 422
    assert "already has the log-in name “admin”" in answer.text


def test_an_account_that_is_shut_is_logged_out(sign_in: SignIn, database: Database) -> None:
    browser = sign_in(Role.ORGANIZER)
    admin = sign_in(Role.ADMIN)
    with database.transaction() as session:
        shut = session.scalars(select(Account.id).where(Account.login == "organizer")).one()

    admin.post_form(f"/admin/accounts/{shut}/deactivate", page=f"/admin/accounts/{shut}")

    assert browser.get("/office").status_code == 302
    assert log_in(browser, PASSWORD) == 401


def test_the_last_administrator_stays(sign_in: SignIn, database: Database) -> None:
    admin = sign_in(Role.ADMIN)
    with database.transaction() as session:
        own = session.scalars(select(Account.id)).one()

    answer = admin.post_form(f"/admin/accounts/{own}/deactivate", page=f"/admin/accounts/{own}")

    assert answer.status_code == 409
    assert "The last administrator stays" in answer.text


def test_roles_are_set_and_recorded(sign_in: SignIn, database: Database) -> None:
    sign_in(Role.REVIEWER)
    admin = sign_in(Role.ADMIN)
    with database.transaction() as session:
        account = session.scalars(select(Account.id).where(Account.login == "reviewer")).one()

    admin.post_form(
        f"/admin/accounts/{account}/roles",
        {"roles": ["auditor", "officer"], "unit_id": ""},
        page=f"/admin/accounts/{account}",
    )

    with database.transaction() as session:
        assert session.get_one(Account, account).roles == ["officer", "auditor"]
        last = session.scalars(select(AuditRecord).order_by(AuditRecord.seq.desc())).first()
    assert last is not None
    assert last.body["act"] == "account_roles_set"


def test_a_reset_password_replaces_the_old_one(
    sign_in: SignIn, client: Browser, make_account: MakeAccount
) -> None:
    account = make_account(Role.ORGANIZER)
    admin = sign_in(Role.ADMIN)

    page = f"/admin/accounts/{account.id}"
    answer = admin.post_form(f"{page}/password", page=page)

    found = re.search(r'class="secret">([^<]+)<', answer.text)
    assert found
    assert log_in(client, PASSWORD) == 401
    assert log_in(client, found.group(1)) == 302


def test_the_audit_log_says_that_its_chain_is_whole(sign_in: SignIn) -> None:
    page = sign_in(Role.AUDITOR).get("/admin/audit").text

    assert "The chain is whole: 1 record checked." in page
    assert "Account created" in page


def test_the_audit_log_is_searched_and_saved(sign_in: SignIn) -> None:
    sign_in(Role.ORGANIZER)
    auditor = sign_in(Role.AUDITOR)

    found = auditor.get("/admin/audit?act=account_created").text
    nothing = auditor.get("/admin/audit?act=period_frozen").text
    table = auditor.get("/admin/audit.csv?act=account_created").data.decode("utf-8-sig")

    assert found.count('<th scope="row">Account created') == table.count("Account created") > 0
    assert "No row holds these words" in nothing
    assert (
        "Account created" in auditor.get("/admin/audit?q=account_cre").text.partition("<table")[2]
    )
    assert table.startswith("No.,Time,Act,Account,Facts")


def test_the_accounts_are_searched_and_saved_without_what_helps_to_log_in(
    sign_in: SignIn,
) -> None:
    admin = sign_in(Role.ADMIN)

    page = admin.get("/admin?q=nobody-is-called-so").text
    saved = admin.get("/admin/accounts.csv").data.decode("utf-8-sig")

    assert "No row holds these words" in page
    assert saved.splitlines()[0] == "Name,Log-in name,Roles,Unit,State"
    assert "scrypt" not in saved


def test_the_settings_show_no_secret(sign_in: SignIn) -> None:
    page = sign_in(Role.ADMIN).get("/admin/settings").text

    assert "GONGPING_BASE_URL" in page
    assert "ssss" not in page


def test_the_audit_log_tells_every_fact_that_is_recorded_in_words() -> None:
    recorded = set()
    for path in (
        *Path(surveys.__file__).parent.rglob("*.py"),
        *Path(webapp.__file__).parent.rglob("*.py"),
    ):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "record":
                recorded |= {each.arg for each in node.keywords if each.arg}

    assert recorded - set(FACTS) - ELSEWHERE == set()
    assert len(recorded) > 40
