"""In which language a ballot paper is shown: one that its questionnaire has."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask_babel import force_locale

from surveys.casting.papers import Paper
from webapp.languages import DEFAULT, catalogue_language, language, wanted_language


def spoken_on(paper: Paper) -> str:
    """The language of a paper in the present request, see `best_of`."""
    return best_of(paper, wanted=wanted_language(), otherwise=language())


def best_of(paper: Paper, *, wanted: str, otherwise: str) -> str:
    """The first of what the cookie wants, what the frame speaks, and Chinese that the paper has."""
    has = paper.content.languages
    return next((tag for tag in (wanted, otherwise) if tag in has), DEFAULT)


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Let the frame speak the language of a paper, or Chinese where it has no words in it."""
    with force_locale(catalogue_language(tag)):
        yield
