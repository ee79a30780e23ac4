"""`gongping account`: the first administrator, and a way back in for one who is locked out."""

import os
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from surveys.accounts import listing
from surveys.accounts.change_password import reset_password
from surveys.accounts.create_account import NewAccount, create_account
from surveys.accounts.passwords import SALT_BYTES, fresh_password
from surveys.errors import NotFound
from surveys.models import Role
from webapp.commands.installation import configuration, installed
from webapp.commands.refusing import refusing
from webapp.commands.words import gettext as _


@click.group("account")
def account() -> None:
    """Who may log in: new, password. All else is done on the pages, by an administrator."""


@account.command("new")
@click.argument("login")
@click.option("--name", required=True, help="The person's name, as the pages show it.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    default=[Role.ADMIN.value],
    show_default=True,
    help="What for; may be given several times.",
)
def new(login: str, name: str, roles: tuple[str, ...]) -> None:
    """Make an account and show its first password once.

    Example: gongping account new admin --name "System administrator"
    """
    password = fresh_password(os.urandom(16))
    made = NewAccount(
        login=login, name=name, password=password, roles=[Role(role) for role in roles]
    )
    with refusing(), installed(configuration()) as installation:
        with installation.database.transaction() as session:
            create_account(
                session, new=made, salt=os.urandom(SALT_BYTES), now=datetime.now(UTC), by=None
            )
        show(login, password)


@account.command("password")
@click.argument("login")
def password_(login: str) -> None:
    """Set a fresh password and show it once. Example: gongping account password admin."""
    password = fresh_password(os.urandom(16))
    with refusing(), installed(configuration()) as installation:
        with installation.database.transaction() as session:
            reset_password(
                session,
                account_id=account_id(session, login),
                password=password,
                salt=os.urandom(SALT_BYTES),
                now=datetime.now(UTC),
                by=None,
            )
        show(login, password)


def account_id(session: Session, login: str) -> int:
    """NotFound ``no_account`` (login)."""
    found = listing.by_login(session, login=login)
    if found is None:
        raise NotFound("no_account", login=login)
    return found.id


def show(login: str, password: str) -> None:
    """Print the password; it is kept nowhere."""
    click.echo(_("Log-in name: %(login)s", login=login))
    click.echo(_("Password: %(password)s", password=password))
    click.echo(_("It is shown this once. Log in with it, then change it."), err=True)
