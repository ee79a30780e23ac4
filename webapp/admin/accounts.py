"""Who has an account: list, create, change, shut."""

from flask import Response as File
from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from surveys.accounts import listing
from surveys.accounts.change_account import deactivate, reactivate, set_roles
from surveys.accounts.change_password import reset_password
from surveys.accounts.create_account import NewAccount, create_account
from surveys.accounts.passwords import fresh_password
from surveys.errors import Conflict, Invalid
from surveys.models import Account, Role
from webapp.access import current_account, role
from webapp.admin.blueprint import admin
from webapp.admin.forms import AccountForm, RolesForm
from webapp.admin.words import SHORT_ROLES
from webapp.context import database, now, random_bytes
from webapp.errors import error_text
from webapp.languages import name_of
from webapp.listings import KINDS, Listing, words_wanted


@admin.get("")
@role(Role.ADMIN)
def accounts() -> str:
    """List the accounts."""
    found = listed_accounts()
    with database().transaction() as session:
        lacking = listing.lacking(session)
    return render_template(
        "admin/accounts.html",
        accounts=found.found,
        lacking=[(SHORT_ROLES[role], n) for role, n in lacking.items()],
        tools=found.tools("admin.accounts"),
        role_words=role_words,
    )


@admin.get(f"/accounts.<{KINDS}>")
@role(Role.ADMIN)
def accounts_file(kind: str) -> File:
    """Give the list as a file."""
    return listed_accounts().file("accounts", kind)


def listed_accounts() -> Listing[Account]:
    """The accounts by their columns: nothing that helps to log in."""
    with database().transaction() as session:
        found = listing.accounts(session)
    columns = {
        gettext("Name"): lambda each: each.name,
        gettext("Log-in name"): lambda each: each.login,
        gettext("Roles"): role_words,
        gettext("Unit"): lambda each: name_of(each.unit),
        gettext("State"): lambda each: gettext("Active") if each.active else gettext("Shut"),
    }
    return Listing(found, columns, words_wanted())


def role_words(account: Account) -> str:
    """The names of an account's roles."""
    return str(gettext(", ")).join(str(SHORT_ROLES[Role(each)]) for each in account.roles)


@admin.get("/accounts/new")
@role(Role.ADMIN)
def new_account() -> str:
    """Show the form for a new account."""
    form = AccountForm()
    _offer_units(form)
    return render_template("admin/new_account.html", form=form)


@admin.post("/accounts/new")
@role(Role.ADMIN)
def save_account() -> str | tuple[str, int]:
    """Make the account, and show its first password once."""
    form = AccountForm()
    _offer_units(form)
    if not form.validate():
        return render_template("admin/new_account.html", form=form), 422
    password = fresh_password(random_bytes(16))
    new = NewAccount(
        login=form.login.data,
        name=form.name.data,
        password=password,
        roles=form.chosen_roles(),
        unit_id=form.unit_id.data,
    )
    try:
        with database().transaction() as session:
            account = create_account(
                session, new=new, salt=random_bytes(16), now=now(), by=current_account().id
            )
    except (Invalid, Conflict) as error:
        wrong = form.name if error.code == "no_name" else form.login
        wrong.errors = [*wrong.errors, error_text(error)]
        return render_template("admin/new_account.html", form=form), 422
    return render_template("admin/password.html", account=account, password=password)


@admin.get("/accounts/<int:account_id>")
@role(Role.ADMIN)
def account(account_id: int) -> str:
    """Show one account with what can be changed."""
    with database().transaction() as session:
        found = listing.account(session, account_id=account_id)
    form = RolesForm(data={"roles": found.roles, "unit_id": found.unit_id})
    return _account_page(found, form)


@admin.post("/accounts/<int:account_id>/roles")
@role(Role.ADMIN)
def save_roles(account_id: int) -> Response | tuple[str, int]:
    """Set roles and unit."""
    form = RolesForm()
    _offer_units(form)
    if not form.validate():
        with database().transaction() as session:
            found = listing.account(session, account_id=account_id)
        return _account_page(found, form), 422
    with database().transaction() as session:
        set_roles(
            session,
            account_id=account_id,
            roles=form.chosen_roles(),
            unit_id=form.unit_id.data,
            now=now(),
            by=current_account().id,
        )
    flash(gettext("The roles are set."), "good")
    return redirect(url_for("admin.account", account_id=account_id))


@admin.post("/accounts/<int:account_id>/password")
@role(Role.ADMIN)
def new_password(account_id: int) -> str:
    """Set a fresh password, and show it once."""
    password = fresh_password(random_bytes(16))
    with database().transaction() as session:
        reset_password(
            session,
            account_id=account_id,
            password=password,
            salt=random_bytes(16),
            now=now(),
            by=current_account().id,
        )
        found = listing.account(session, account_id=account_id)
    return render_template("admin/password.html", account=found, password=password)


@admin.post("/accounts/<int:account_id>/deactivate")
@role(Role.ADMIN)
def shut_account(account_id: int) -> Response:
    """Shut the account and log it out."""
    with database().transaction() as session:
        deactivate(session, account_id=account_id, now=now(), by=current_account().id)
    flash(gettext("The account is shut."), "good")
    return redirect(url_for("admin.account", account_id=account_id))


@admin.post("/accounts/<int:account_id>/reactivate")
@role(Role.ADMIN)
def open_account(account_id: int) -> Response:
    """Let the account log in again."""
    with database().transaction() as session:
        reactivate(session, account_id=account_id, now=now(), by=current_account().id)
    flash(gettext("The account can log in again."), "good")
    return redirect(url_for("admin.account", account_id=account_id))


def _offer_units(form: RolesForm) -> None:
    with database().transaction() as session:
        form.offer(listing.units_to_review(session))


def _account_page(found: Account, form: RolesForm) -> str:
    _offer_units(form)
    return render_template("admin/account.html", account=found, form=form)
