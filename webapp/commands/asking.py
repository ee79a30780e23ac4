"""Secrets that a command asks for: on the terminal without an echo, or from an open file."""

import os
from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

from surveys.errors import Invalid
from webapp.commands.words import gettext as _

SHORTEST_PASSPHRASE: Final = 12
LONGEST_LINE: Final = 4096
Command = TypeVar("Command", bound=Callable[..., Any])


def passphrase_option(command: Command) -> Command:
    """Give a command ``--passphrase-fd``, for those who call it from a program."""
    return click.option(
        "--passphrase-fd",
        type=int,
        help="Read the passphrase from this open file descriptor instead of asking.",
    )(command)


def asked(prompt: str, fd: int | None) -> str:
    """One secret line; nothing of it is shown."""
    if fd is None:
        return str(click.prompt(prompt, hide_input=True, err=True))
    return line_from(fd)


def line_from(fd: int) -> str:
    """The first line of an open file, without its end."""
    read = b""
    while b"\n" not in read and len(read) < LONGEST_LINE:
        piece = os.read(fd, 1)
        if not piece:
            break
        read += piece
    return read.decode().rstrip("\r\n")


def new_passphrase(fd: int | None) -> str:
    """A passphrase for a new key, typed twice on a terminal.

    Raises
    ------
    Invalid : ``passphrase_short`` (least), ``passphrases_differ``
    """
    first = asked(_("New passphrase (six random words or more)"), fd)
    if len(first) < SHORTEST_PASSPHRASE:
        raise Invalid("passphrase_short", least=SHORTEST_PASSPHRASE)
    if fd is None and asked(_("The same passphrase again"), None) != first:
        raise Invalid("passphrases_differ")
    return first
