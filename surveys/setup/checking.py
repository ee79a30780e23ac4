"""A draft read as a whole: is each row right, and what is not yet complete."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from surveys.errors import Invalid
from surveys.setup.checks import check
from surveys.setup.draft import Draft, book_of, draft_of, questionnaires_of
from surveys.setup.form_building import FormRows
from surveys.setup.headers import Book
from surveys.setup.problems import Problems, RowProblem
from surveys.setup.questionnaires import QuestionnaireContent
from surveys.setup.workbook import Forms, SetupWorkbook, in_order, read_tables, whole

# A set-up in the making may have these; freezing waits for them.
LATER: Final = frozenset(
    {
        "sheet_empty",
        "campaign_without_groups",
        "group_weights_not_one",
        "indicator_weights_not_one",
    }
)


@dataclass(frozen=True)
class Checked:
    """A set-up whose rows are right, and what it still lacks."""

    workbook: SetupWorkbook
    open_points: tuple[RowProblem, ...]

    @property
    def draft(self) -> Draft:
        """Its rows as text."""
        return draft_of(self.workbook)


def checked(
    book: Book, questionnaires: Sequence[QuestionnaireContent], problems: Problems | None = None
) -> Checked:
    """Read all tables together.

    Parameters
    ----------
    problems : what was noted before, or nothing

    Raises
    ------
    Invalid : ``bad_rows`` (rows: tuple of RowProblem)
    """
    problems = problems or Problems()
    forms = Forms(FormRows((), (), (), ()), tuple(questionnaires))
    written, found = read_tables(book, problems, forms)
    check(written, problems)
    noted = in_order(problems)
    wrong = tuple(problem for problem in noted if problem.code not in LATER)
    if wrong or found is None:
        raise Invalid("bad_rows", rows=wrong)
    return Checked(
        whole(written, found), tuple(problem for problem in noted if problem.code in LATER)
    )


def checked_draft(draft: Draft) -> Checked:
    """Read a draft again; raises what :func:`checked` raises."""
    return checked(book_of(draft), questionnaires_of(draft))
