"""A file or a row that was not taken over: what is wrong, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from surveys.errors import DomainError
from surveys.setup.problems import RowProblem
from webapp.errors import status_of, words_of
from webapp.office.setup_words import ProblemWords, problem_words

# A page that lists more helps nobody: the first ones are mended first.
MOST_SHOWN = 200


@dataclass(frozen=True)
class Refusal:
    """Why something was not taken over; the status goes out with the page."""

    filename: str
    words: Any
    problems: tuple[ProblemWords, ...]
    n_problems: int
    status: int


def refusal(filename: str, error: DomainError) -> Refusal:
    """Put a refused file into words."""
    rows = rows_of(error)
    shown = tuple(problem_words(row) for row in rows[:MOST_SHOWN])
    return Refusal(filename, words_of(error), shown, len(rows), status_of(error))


def rows_of(error: DomainError) -> Sequence[RowProblem]:
    """The rows that an error names."""
    rows = error.facts.get("rows", ())
    return rows if isinstance(rows, tuple) else ()
