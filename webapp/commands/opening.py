"""`gongping box`: take the sealed box out, open it with an officer's key, bring it back."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from sqlalchemy.orm import Session

from surveys.accounts.authenticate import authenticate
from surveys.database.engine import Database
from surveys.errors import NotFound, Refused
from surveys.models import Campaign, Role
from surveys.opening.box_files import BoxFile, Purpose, Step, box_stream, counted, read_box
from surveys.opening.carry_box import export_box, hand_in_layer, import_box
from surveys.opening.key_files import public_part_of_file
from surveys.opening.records import Passing
from surveys.opening.take_layer_off import (
    canary_answer,
    layer_off,
    needed_role,
    require_key,
    take_layer_off,
)
from webapp.commands.asking import asked, passphrase_option
from webapp.commands.installation import configuration, installed
from webapp.commands.keys import unlocked
from webapp.commands.new_files import require_free, write_new
from webapp.commands.refusing import refusing
from webapp.commands.words import gettext as _

NEW = click.Path(dir_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("box")
def box() -> None:
    """The sealed box: export, open (on an officer's own computer), import."""


@box.command("export")
@click.argument("campaign", type=click.IntRange(min=1))
@click.option("--out", required=True, type=NEW, help="The file to be made.")
def export(campaign: int, out: Path) -> None:
    """Write the envelopes of the closed CAMPAIGN, for officer A.

    Example: gongping box export 7 --out sealed.gpbox
    """
    with refusing():
        require_free(out)
        with (
            installed(configuration()) as installation,
            installation.database.transaction() as session,
        ):
            require_campaign(session, campaign)
            write_box(out, export_box(session, campaign_id=campaign), _("Write the envelopes"))


@box.command("open")
@click.argument("file", type=EXISTING)
@click.option("--key", "key_file", required=True, type=EXISTING, help="The officer's key file.")
@click.option("--out", type=NEW, help="The file to be made; a canary opened by B needs none.")
@passphrase_option
def open_(file: Path, key_file: Path, out: Path | None, passphrase_fd: int | None) -> None:
    """Take one officer's layer off FILE and shuffle. Needs neither server nor network.

    Officer A: gongping box open sealed.gpbox --key officer_a.key --out layer-b.gpbox

    Officer B: gongping box open layer-b.gpbox --key officer_b.key --out opened.gpbox
    """
    with refusing(), reading(file) as carried:
        require_key(carried, public_part_of_file(key_file))
        answers = carried.purpose is Purpose.CANARY and carried.step is Step.LAYER_B
        if out is None and not answers:
            raise click.UsageError(_("--out is missing: where is the result to go?"))
        if out is not None:
            require_free(out)
        tell(carried)
        expected = carried.officers[needed_role(carried)]
        key = unlocked(key_file, passphrase_fd, expected=expected)
        if answers:
            opened = take_layer_off(carried, key=key)
            click.echo(_("The canary's answer: %(answer)s", answer=canary_answer(opened)))
        else:
            opened = layer_off(carried, key=key)
        if out is not None:
            digest = write_box(out, opened, _("Open and shuffle"))
            click.echo(_("SHA-256 of its content: %(digest)s", digest=digest))
            if carried.purpose is Purpose.BALLOTS:
                click.echo(_("The close statement in it now bears this officer's signature."))


@box.command("import")
@click.argument("file", type=EXISTING)
@click.option("--as", "login", required=True, help="The log-in name of the officer who brings it.")
@click.option("--password-fd", type=int, help="Read the password from this file descriptor.")
def import_(file: Path, login: str, password_fd: int | None) -> None:
    """Hand in officer A's result, or let officer B's land: on the server, by two officers.

    First: gongping box import layer-b.gpbox --as officer-a

    Then: gongping box import opened.gpbox --as officer-b
    """
    with refusing(), reading(file) as carried:
        with installed(configuration()) as installation:
            by = officer(installation.database, login, password_fd)
            with installation.database.transaction() as session:
                said = bring(session, carried, by=by)
        click.echo(said)


def bring(session: Session, carried: BoxFile, *, by: int) -> str:
    """Hand a file in, whatever it is, and say what came of it."""
    campaign_id = int(carried.campaign) if carried.campaign.isdecimal() else 0
    require_campaign(session, campaign_id)
    now = datetime.now(UTC)
    if carried.step is Step.LAYER_B:
        hand_in_layer(session, campaign_id=campaign_id, box=carried, now=now, by=by)
        return _("Officer A's result is noted. Now officer B opens the same file.")
    with shown(_("Check stamps and numbers, store the ballots")) as progress:
        n = import_box(
            session,
            campaign_id=campaign_id,
            box=carried,
            now=now,
            by=by,
            progress=lambda _step, share: progress(round(share * 1000), 1000),
        )
    return _("Ballots checked and stored without their codes: %(n)s.", n=n)


@contextmanager
def reading(path: Path) -> Iterator[BoxFile]:
    """A file of the box, found whole; open while its records are wanted."""
    with path.open("rb") as file:
        with shown(_("Read and check the file")) as progress:
            box = read_box(file, progress=progress)
        yield box


def write_box(path: Path, box: BoxFile, doing: str) -> str:
    """Write a file, then read it back from the disk and hold it against its checksum."""
    with shown(doing) as progress:
        records = counted(box.records, n=len(box.records), progress=progress)
        write_new(path, box_stream(replace(box, records=Passing(len(box.records), records))))
    with reading(path) as written:
        click.echo(_("Written, read back and found whole: %(file)s", file=path))
        if box.step is Step.SEALED:
            tell(written)
        return written.digest


@contextmanager
def shown(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on the terminal while something goes on."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(doing, total=1)
        yield lambda done, total: bar.update(task, completed=done, total=total or 1)


def require_campaign(session: Session, campaign_id: int) -> None:
    """NotFound ``no_campaign`` (campaign)."""
    if session.get(Campaign, campaign_id) is None:
        raise NotFound("no_campaign", campaign=campaign_id)


def officer(database: Database, login: str, fd: int | None) -> int:
    """The account of an officer who knows its password; failures are counted as on the page."""
    password = asked(_("Password of %(login)s", login=login), fd)
    with database.transaction() as session:
        attempt = authenticate(session, login=login, password=password, now=datetime.now(UTC))
        account = attempt.account
        known = account is not None and Role.OFFICER.value in account.roles
        account_id = account.id if account is not None else 0
    if not known:
        raise Refused("no_officer", login=login)
    return account_id


def tell(carried: BoxFile) -> None:
    """Say what to compare with the minutes."""
    if carried.purpose is Purpose.BALLOTS:
        click.echo(
            _(
                "Campaign %(campaign)s; ballots: %(n)s",
                campaign=carried.campaign,
                n=len(carried.records),
            )
        )
        click.echo(_("Root, to be compared with the minutes: %(root)s", root=carried.root))
    else:
        click.echo(_("Canary of campaign %(campaign)s", campaign=carried.campaign))
