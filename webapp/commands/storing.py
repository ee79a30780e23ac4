"""`gongping db`: bring the database up to date, back it up, restore it."""

import subprocess
from pathlib import Path

import click
from sqlalchemy import make_url

from surveys.database import embedded
from webapp.commands.installation import Installation, configuration, installed
from webapp.commands.words import gettext as _

NEW = click.Path(dir_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("db")
def db() -> None:
    """The database: upgrade, backup, restore."""


@db.command("upgrade")
def upgrade() -> None:
    """Run the migrations that the database lacks. Example: gongping db upgrade."""
    with installed(configuration()):
        click.echo(_("The database schema is up to date."))


@db.command("backup")
@click.argument("file", type=NEW)
def backup(file: Path) -> None:
    """Write the whole database to FILE. Example: gongping db backup 2026-03-02.dump.

    Sealed ballots stay sealed in it; keys lie elsewhere and are not in it.
    """
    if file.exists():
        click.echo(_("%(file)s exists: choose another name.", file=file), err=True)
        raise SystemExit(2)
    with installed(configuration()) as installation:
        run_tool(installation, "pg_dump", "--format=custom", f"--file={file}")
    click.echo(_("Written: %(file)s", file=file))


@db.command("restore")
@click.argument("file", type=EXISTING)
@click.confirmation_option(
    prompt="Everything now in the database is replaced. Go on?", help="Do not ask."
)
def restore(file: Path) -> None:
    """Replace the database by FILE. Example: gongping db restore 2026-03-02.dump."""
    with installed(configuration()) as installation:
        installation.database.dispose()
        run_tool(
            installation,
            "pg_restore",
            "--clean",
            "--if-exists",
            "--single-transaction",
            "--exit-on-error",
            str(file),
        )
    click.echo(_("Restored from %(file)s", file=file))


def run_tool(installation: Installation, tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's own programs on the installation's database."""
    url = make_url(installation.config.database_url or "").set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    program = embedded.binaries() / tool
    done = subprocess.run(
        [program, f"--dbname={address}", *arguments], check=False, capture_output=True, text=True
    )
    if done.returncode:
        click.echo(done.stderr.strip(), err=True)
        raise SystemExit(2)
