"""Scores of units and of persons as lists: searched, and saved as tables.

A file says what its page says: totals and components, never what a single group of raters gave.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from surveys.models import MemberScore, ScoreLine
from surveys.publishing.board import as_decimal
from surveys.publishing.member_sheet import MemberRow, MemberSheet
from surveys.publishing.score_sheet import Row, ScoreSheet
from webapp.languages import name_of, own_name, post_of
from webapp.listings import Cell, Columns, Listing, words_wanted
from webapp.office.score_words import ScoreWords

COLOURS: Final = {
    "green": _("Green"),
    "yellow": _("Yellow"),
    "red": _("Red"),
    "grey": _("Grey: no total"),
}


def listed_scores(sheet: ScoreSheet, words: ScoreWords) -> Listing[Row]:
    """The units of a sheet by their columns."""
    rows = [row for each in sheet.categories for row in each.rows]
    names = {
        row.line.unit_id: name_of(each.category) for each in sheet.categories for row in each.rows
    }
    columns: Columns[Row] = {
        gettext("Category"): lambda row: names[row.line.unit_id],
        gettext("Code"): lambda row: row.line.unit.code,
        gettext("Unit"): lambda row: name_of(row.line.unit),
        gettext("Place"): lambda row: row.line.place,
        gettext("Total"): lambda row: row.line.total,
        gettext("Total, lower end of chance"): lambda row: to_four(row.line.total_low),
        gettext("Total, upper end of chance"): lambda row: to_four(row.line.total_high),
        gettext("Colour"): lambda row: str(COLOURS.get(row.line.colour or "", "")),
        gettext("Grade"): lambda row: grade_of(row.line, words),
        **component_columns(sheet.scheme.components, words, lambda row: row.line),
        gettext("Bonus"): lambda row: row.line.bonus,
        gettext("Deduction"): lambda row: row.line.deduction,
        gettext("Total with all ballots"): lambda row: row.with_all.total if row.with_all else None,
        gettext("Place with all ballots"): lambda row: row.with_all.place if row.with_all else None,
    }
    return Listing(rows, columns, words_wanted())


def listed_members(sheet: MemberSheet, words: ScoreWords) -> Listing[MemberRow]:
    """The persons of a sheet by their columns."""
    rows = [row for each in sheet.categories for row in each.rows]
    names = {
        each.category.key: name_of({"zh": each.category.zh, "en": each.category.en})
        for each in sheet.categories
    }
    columns: Columns[MemberRow] = {
        gettext("Category"): lambda row: names[row.score.category],
        gettext("Code"): lambda row: row.score.member.code,
        gettext("Name"): lambda row: own_name(row.score.member),
        gettext("Unit"): lambda row: name_of(row.score.member.unit),
        gettext("Post"): lambda row: post_of(row.score.member),
        gettext("Place"): lambda row: row.score.place,
        gettext("Total"): lambda row: row.score.total,
        gettext("Grade"): lambda row: grade_of(row.score, words),
        **component_columns(sheet.level.components, words, lambda row: row.score),
        gettext("Total with all ballots"): lambda row: row.with_all.total if row.with_all else None,
    }
    return Listing(rows, columns, words_wanted())


def component_columns(
    components: Iterable[Any], words: ScoreWords, line_of: Callable[[Any], ScoreLine | MemberScore]
) -> dict[str, Callable[[Any], Cell]]:
    """A column for the points of each component."""

    def column(key: str) -> Callable[[Any], Cell]:
        return lambda row: next(
            (
                as_decimal(each["points"])
                for each in line_of(row).components["lines"]
                if each["key"] == key
            ),
            None,
        )

    return {words.component(each.key): column(each.key) for each in components}


def grade_of(line: ScoreLine | MemberScore, words: ScoreWords) -> str:
    """The name of a line's grade, or nothing."""
    return words.grade(line.grade) if line.grade else ""


def to_four(value: float | None) -> float | None:
    """As many places as totals have."""
    return None if value is None else round(value, 4)
