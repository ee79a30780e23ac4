"""`gongping keys`: an officer makes, prints, looks at and destroys a key. Needs no server."""

import json
import os
from pathlib import Path

import click

from surveys.opening.key_files import (
    destroy_key_file,
    key_text,
    public_part_of_file,
    read_key_file,
    write_key_file,
)
from surveys.opening.key_kinds import Key, PublicPart, Role, new_key, public_part_from_text
from surveys.opening.paper import key_from_paper, n_paper_lines
from surveys.opening.paper_sheet import key_sheet_pdf
from webapp.commands.asking import asked, line_from, new_passphrase, passphrase_option
from webapp.commands.new_files import require_free, write_new
from webapp.commands.refusing import refusing
from webapp.commands.words import gettext as _

ROLES = click.Choice(["officer_a", "officer_b"])
NEW = click.Path(dir_okay=False, path_type=Path)
EXISTING = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("keys")
def keys() -> None:
    """An officer's key: new, paper, status, destroy. Each on the officer's own computer."""


@keys.command("new")
@click.option(
    "--campaign", required=True, type=click.IntRange(min=1), help="The campaign's number."
)
@click.option("--role", required=True, type=ROLES, help="Which of the two officers.")
@click.option("--out", required=True, type=NEW, help="The key file to be made.")
@passphrase_option
def new(campaign: int, role: str, out: Path, passphrase_fd: int | None) -> None:
    """Make a key under a passphrase, and the public part to hand in.

    Example: gongping keys new --campaign 7 --role officer_a --out officer_a.key
    """
    with refusing():
        require_free(out)
        require_free(public_path(out))
        passphrase = new_passphrase(passphrase_fd)
        keep(new_key(Role(role), campaign=campaign, random_bytes=os.urandom), out, passphrase)


@keys.command("paper")
@click.argument("source", type=EXISTING)
@click.option("--out", required=True, type=NEW, help="The PDF, or with --restore the key file.")
@click.option("--restore", is_flag=True, help="Type a paper copy in; SOURCE is the public part.")
@passphrase_option
def paper(source: Path, out: Path, restore: bool, passphrase_fd: int | None) -> None:
    """Print the key file SOURCE on paper, or restore a key from its paper copy.

    With --passphrase-fd a restored key's lines are read from there, then its new passphrase.

    Print: gongping keys paper officer_a.key --out officer_a.pdf

    Restore: gongping keys paper --restore officer_a.public.json --out restored.key
    """
    with refusing():
        require_free(out)
        if restore:
            part = public_part_from_text(source.read_text("utf-8"))
            key = key_from_paper(typed_lines(part, passphrase_fd), part=part)
            keep(key, out, new_passphrase(passphrase_fd), public=False)
        else:
            key = unlocked(source, passphrase_fd)
            write_new(out, [key_sheet_pdf(key)])
            click.echo(_("Written: %(file)s", file=out))
            click.echo(_("Print it, seal the sheet, and delete this file: it holds the key."))


@keys.command("status")
@click.argument("file", type=EXISTING)
@click.option("--try", "try_it", is_flag=True, help="Ask for the passphrase and try it.")
@passphrase_option
def status(file: Path, try_it: bool, passphrase_fd: int | None) -> None:
    """Say whose key FILE is, and its fingerprint. Example: gongping keys status officer_a.key."""
    with refusing():
        tell(public_part_of_file(file))
        if try_it:
            unlocked(file, passphrase_fd)
            click.echo(_("The passphrase is right."))


@keys.command("destroy")
@click.argument("file", type=EXISTING)
@click.confirmation_option(
    prompt="The key is gone for good: without it no ballot of its campaign can be opened. Go on?",
    help="Do not ask.",
)
def destroy(file: Path) -> None:
    """Write over FILE and remove it, after certification. The paper copy is burnt by hand.

    Example: gongping keys destroy officer_a.key
    """
    with refusing():
        tell(public_part_of_file(file))
        destroy_key_file(file, random_bytes=os.urandom)
    click.echo(_("Destroyed: %(file)s. Now destroy the paper copy too.", file=file))


def keep(key: Key, out: Path, passphrase: str, *, public: bool = True) -> None:
    """Write the key file and, beside it, the public part."""
    write_key_file(out, key_text(key, random_bytes=os.urandom, passphrase=passphrase))
    click.echo(_("Key file: %(file)s. Keep it, and print its paper copy.", file=out))
    if public:
        text = json.dumps(key.public_part.as_json(), indent=2) + "\n"
        write_new(public_path(out), [text.encode()])
        click.echo(_("Public part to hand in: %(file)s", file=public_path(out)))
    tell(key.public_part)


def tell(part: PublicPart) -> None:
    """Say whose key it is, and what to compare."""
    whose = {Role.OFFICER_A: _("Officer A"), Role.OFFICER_B: _("Officer B")}
    role = whose.get(part.role, part.role.value)
    click.echo(_("%(role)s, campaign %(campaign)s", role=role, campaign=part.campaign))
    click.echo(_("Fingerprint: %(fingerprint)s", fingerprint=part.fingerprint))


def public_path(key_file: Path) -> Path:
    """Where the public part lies: officer_a.key → officer_a.public.json."""
    return key_file.with_suffix(".public.json")


def unlocked(file: Path, fd: int | None, *, expected: str | None = None) -> Key:
    """The key in a file, once its passphrase is typed; a wrong file is named before."""
    part = public_part_of_file(file)
    prompt = _("Passphrase of %(role)s's key", role=part.role.value)
    return read_key_file(file, passphrase=asked(prompt, fd), expected=expected)


def typed_lines(part: PublicPart, fd: int | None) -> list[str]:
    """The lines of a paper copy, asked for one by one."""
    numbers = range(1, n_paper_lines(part) + 1)
    if fd is not None:
        return [line_from(fd) for _number in numbers]
    return [str(click.prompt(_("Line %(n)s", n=number), err=True)) for number in numbers]
