"""`gongping verify`: who signed what a box held, checked offline. Needs no server."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import click

from surveys.errors import Invalid
from surveys.opening.key_kinds import PublicPart, Role, public_part_from_text
from surveys.opening.signed_close import CloseStatement, Standing, close_from_document
from surveys.opening.tree import RisingRoot
from webapp.commands.refusing import BAD_INPUT, refusing
from webapp.commands.words import gettext as _

EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)
SOMETHING_MISSING: Final = 1


@click.command("verify")
@click.argument("close", type=EXISTING)
@click.option("--leaves", type=EXISTING, help="The published list: the root is worked out again.")
@click.option(
    "--part",
    "parts",
    multiple=True,
    type=EXISTING,
    help="An officer's public part as the officer keeps it; may be given twice.",
)
def verify(close: Path, leaves: Path | None, parts: tuple[Path, ...]) -> None:
    """Verify the three signatures under CLOSE, the close.json of a box.

    Ends with status 0 if all is well, 1 if a signature is missing, 2 if something is wrong.

    Example: gongping verify close.json --leaves leaves.txt --part officer_a.public.json
    """
    with refusing():
        statement = close_from_document(close.read_bytes())
        held = [public_part_from_text(path.read_text("utf-8")) for path in parts]
        status = max(told(statement), known(statement, held), listed(statement, leaves))
    raise SystemExit(status)


def told(close: CloseStatement) -> int:
    """Say what the statement says, and whose signatures are under it."""
    stated = close.statement
    click.echo(
        _(
            "Campaign %(campaign)s; ballots: %(n)s",
            campaign=close.campaign_id,
            n=stated["n_envelopes"],
        )
    )
    click.echo(_("Root, to be compared with the minutes: %(root)s", root=stated["root"]))
    whose = {
        Role.RECEIPTS: _("Server"),
        Role.OFFICER_A: _("Officer A"),
        Role.OFFICER_B: _("Officer B"),
    }
    words = {
        Standing.GOOD: _("signed"),
        Standing.MISSING: _("MISSING"),
        Standing.WRONG: _("THE SIGNATURE IS WRONG"),
    }
    standings = close.standings()
    for role, standing in standings.items():
        fingerprint = close.keyring.part(role).fingerprint
        click.echo(f"{whose[role]}: {words[standing]} ({fingerprint})")
    if Standing.WRONG in standings.values():
        return BAD_INPUT
    return SOMETHING_MISSING if Standing.MISSING in standings.values() else 0


def known(close: CloseStatement, parts: Iterable[PublicPart]) -> int:
    """Whether the keys in the statement are those that the officers keep."""
    status = 0
    for part in parts:
        if close.keyring.part(part.role) == part:
            click.echo(_("%(role)s's key is the one in the statement.", role=part.role.value))
        else:
            click.echo(_("%(role)s's KEY IS NOT the one in the statement.", role=part.role.value))
            status = BAD_INPUT
    return status


def listed(close: CloseStatement, leaves: Path | None) -> int:
    """Whether the published list leads to the root."""
    if leaves is None:
        return 0
    reached, n = RisingRoot(), 0
    with leaves.open("rb") as lines:
        for line in lines:
            reached.add(leaf_of(line))
            n += 1
    if (reached.root.hex(), n) == (close.statement["root"], close.statement["n_envelopes"]):
        click.echo(_("The list leads to this root."))
        return 0
    click.echo(_("THE LIST IS ANOTHER ONE."))
    return BAD_INPUT


def leaf_of(line: bytes) -> bytes:
    """A line of the list; Invalid ``receipt_unreadable``."""
    try:
        return bytes.fromhex(line.decode("ascii").strip())
    except ValueError:
        raise Invalid("receipt_unreadable") from None
