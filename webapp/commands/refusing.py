"""Errors of a command: the reason in words on standard error, exit status 2."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click
from flask import Flask

from surveys.errors import DomainError
from webapp.commands.words import gettext, locale_language
from webapp.error_words import ErrorWords
from webapp.errors import words_of
from webapp.languages import speak

BAD_INPUT: Final = 2


@contextmanager
def refusing() -> Iterator[None]:
    """Say why a command cannot go on, and end it."""
    try:
        yield
    except DomainError as error:
        words = spoken(error)
        click.echo(f"{words.title}{gettext(': ')}{words.what}\n{words.next_step}", err=True)
        raise SystemExit(BAD_INPUT) from error
    except OSError as error:
        click.echo(f"{error.filename or ''}: {error.strerror or error}", err=True)
        raise SystemExit(BAD_INPUT) from error


def spoken(error: DomainError) -> ErrorWords:
    """An error's words in the locale's language: those of the pages."""
    app = Flask("gongping")
    speak(app)
    with app.test_request_context(headers={"Accept-Language": locale_language()}):
        return words_of(error)
