"""What is wrong with a file of ballots, in words: which line, what was expected, what to do."""

from functools import cache
from typing import Any

from surveys.errors import DomainError
from webapp.commands.words import gettext as _
from webapp.commands.words import locale_language
from webapp.sentences import with_separators


@cache
def cell_words() -> dict[str, str]:
    """What was expected of a cell, by problem."""
    return {
        "not_a_mark": _("expected a whole number from 1 up, or nothing"),
        "not_a_duration": _("expected seconds, 0 or more, or nothing"),
        "not_a_bucket": _("expected the number of a ten-minute bucket, or nothing"),
        "not_a_count": _("expected a count, 0 or more"),
        "empty": _("expected a name or number"),
        "unknown_unit": _("this unit is not in the table of units"),
        "rated_twice": _("this ballot rates the same unit twice"),
    }


@cache
def file_words() -> dict[str, str]:
    """What is wrong with a file, by code."""
    return {
        "bad_ballot_rows": _("Cells that cannot be read: %(total)s. Correct them and start again:"),
        "ragged_rows": _(
            "Lines that do not hold %(expected)s cells as the header does: %(total)s."
            " The first ones:"
        ),
        "missing_columns": _("Columns are missing: %(columns)s."),
        "doubled_columns": _("Two columns have the same name: %(columns)s."),
        "doubled_units": _("%(path)s lists a unit twice."),
        "several_campaigns": _(
            "The file holds several campaigns (%(campaigns)s). Examine one at a time."
        ),
        "no_ballots": _("%(path)s holds a header but no ballot."),
        "empty_file": _("%(path)s is empty."),
        "not_utf8": _("%(path)s is not written in UTF-8. Save it as “CSV UTF-8”."),
        "unreadable_file": _("%(path)s cannot be read: %(problem)s."),
        "unknown_column": _("There is no column %(column)s. See the first line of the file."),
        "no_items": _("There is no column of answers beside the one that names the persons."),
        "not_a_number": _(
            "Line %(line)s, column %(column)s: “%(text)s” is not a number. Leave a missing answer"
            " empty."
        ),
        "answer_out_of_range": _(
            "The answer %(answer)s does not lie on the scale from %(low)s to %(high)s. Correct it,"
            " or name another scale with --levels."
        ),
        "bad_item_range": _(
            "%(items)s names no columns. Write the first and the last one, from left to right:"
            " q1:q20."
        ),
        "bad_levels": _("%(levels)s is no scale. Write the lowest and the highest answer: 1-5."),
        "bad_factors": _(
            "%(factors)s does not divide the %(items)s items. Write the sizes of the scales, which"
            " add up to the number of items: 10,10,5."
        ),
        "parquet_needs_pyarrow": _("Parquet files need pyarrow. Install it by: %(install)s"),
        "cluster_needs_distributed": _("A cluster needs Dask. Install it by: %(install)s"),
        "cluster_lost": _(
            "The cluster at %(url)s was lost (%(problem)s). Nothing was written; see whether its"
            " workers have memory enough and the same version of Gongping, and start again."
        ),
        "cluster_unreachable": _(
            "No Dask scheduler answers at %(url)s (%(problem)s). Expected an address such as"
            " tcp://host:8786, or local:2 for two workers on this machine."
        ),
    }


def problem_of(error: DomainError) -> str:
    """An error about a file, one line for the whole and one for each row."""
    facts: dict[str, Any] = {name: _listed(fact) for name, fact in error.facts.items()}
    words = file_words().get(error.code)
    if words is None:
        return str(error)
    rows = error.facts.get("rows")
    lines = [_row(error.code, row) for row in rows] if isinstance(rows, list) else []
    return "\n".join([words % with_separators(facts, locale_language()), *lines])


def _row(code: str, row: tuple[Any, ...]) -> str:
    if code == "ragged_rows":
        line, found = row
        return _("  line %(line)s: %(found)s cells", line=line, found=found)
    line, column, problem = row
    words = cell_words()[problem]
    return _(
        "  line %(line)s, column %(column)s: %(problem)s", line=line, column=column, problem=words
    )


def _listed(fact: object) -> object:
    if isinstance(fact, float):
        return f"{fact:g}"
    return _(", ").join(map(str, fact)) if isinstance(fact, list) else fact
