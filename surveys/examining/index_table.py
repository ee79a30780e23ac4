"""A wide table of answers in, one row of indices per respondent out."""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from stats.indices.battery import Indices, Questionnaire
from stats.indices.flags import Cutoffs, flags
from surveys.errors import Invalid
from surveys.examining.table import Table, read_table

Floats = NDArray[np.float64]

MISSING = {b"", b"NA", b"na", b"NaN", b"nan"}
COLUMNS = tuple(field.name for field in fields(Indices))


@dataclass(frozen=True, eq=False)
class AnswerTable:
    """Answers as they stand in a file.

    Parameters
    ----------
    id_column : its name; "row" where the file has none
    ids : one text per respondent
    items : names of the item columns, in their order
    answers : array of shape (n_respondents, n_items), NaN missing
    """

    id_column: str
    ids: list[str]
    items: tuple[str, ...]
    answers: Floats


def read_answers(path: Path, *, id_column: str | None, items: str | None) -> AnswerTable:
    """Read one respondent per row, items as columns.

    Parameters
    ----------
    path : CSV file with a header
    id_column : column that names the respondent; None: a first column called "id", else none
    items : "FIRST:LAST" by column name; None: all columns but the id

    Raises
    ------
    Invalid
        ``unknown_column``, ``bad_item_range``, ``no_items``, ``not_a_number`` (facts: column,
        line), and what reading the file raises.
    """
    table = read_table(path)
    columns = list(table.columns)
    named = id_column
    if named is None and columns and columns[0].lower() == "id":
        named = columns[0]
    if named is not None and named not in columns:
        raise Invalid("unknown_column", column=named)
    chosen = _item_range(columns, items) if items else [one for one in columns if one != named]
    if not chosen:
        raise Invalid("no_items")
    answers = np.stack([_numbers(table, column) for column in chosen], axis=1)
    ids = [str(row) for row in range(1, len(table) + 1)]
    if named is not None:
        ids = [text.decode("utf-8", errors="replace") for text in table.texts(named)]
    return AnswerTable(named or "row", ids, tuple(chosen), answers)


def questionnaire_of(
    table: AnswerTable, *, levels: str | None, factors: str | None, reversed_items: str | None
) -> Questionnaire:
    """Range, scales and keying as given on the command line.

    Parameters
    ----------
    table : the answers; without `levels` their lowest and highest answer are the range
    levels : "LOW-HIGH", numbers that may be negative
    factors : sizes of the scales, "10,10,5"
    reversed_items : names of the reversed items, "A1,C4"

    Raises
    ------
    Invalid
        ``bad_levels``, ``answer_out_of_range``, ``bad_factors``, ``unknown_column``.
    """
    low, high = _levels(table.answers, levels)
    given = table.answers[np.isfinite(table.answers)]
    outside = (given < low) | (given > high) | (given != np.rint(given - low) + low)
    if outside.any():
        raise Invalid("answer_out_of_range", answer=float(given[outside][0]), low=low, high=high)
    turned = [name.strip() for name in reversed_items.split(",")] if reversed_items else []
    unknown = [name for name in turned if name not in table.items]
    if unknown:
        raise Invalid("unknown_column", column=unknown[0])
    places = np.array([table.items.index(name) for name in turned], dtype=np.int64)
    return Questionnaire(low, high, _factors(table, factors), places)


def write_indices(
    path: Path, *, table: AnswerTable, found: Indices, cutoffs: Cutoffs | None = None
) -> None:
    """Write the id, all indices and the flags; an undefined index is empty.

    Parameters
    ----------
    path : CSV file to write
    table : whose ids stand first
    found : indices in the order of the rows
    cutoffs : limits of the flags; None: the usual ones
    """
    raised = flags(found, n_items=len(table.items), cutoffs=cutoffs or Cutoffs())
    names = [_flag_names(raised, row) for row in range(len(table.ids))]
    columns = [_texts(getattr(found, column)) for column in COLUMNS]
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow([table.id_column, *COLUMNS, "flags"])
        writer.writerows(zip(table.ids, *columns, names, strict=True))


def _item_range(columns: Sequence[str], items: str) -> list[str]:
    first, colon, last = items.partition(":")
    if not colon:
        raise Invalid("bad_item_range", items=items)
    for name in (first, last):
        if name not in columns:
            raise Invalid("unknown_column", column=name)
    start, stop = columns.index(first), columns.index(last)
    if stop < start:
        raise Invalid("bad_item_range", items=items)
    return list(columns[start : stop + 1])


def _numbers(table: Table, column: str) -> Floats:
    values = table.numbers(column)
    odd = np.flatnonzero(np.isinf(values))
    texts = table.texts(column)
    for row in odd:
        if texts[row] not in MISSING:
            raise Invalid(
                "not_a_number", column=column, line=int(table.lines[row]), text=texts[row].decode()
            )
    values[odd] = np.nan
    return values


def _levels(answers: Floats, levels: str | None) -> tuple[float, float]:
    if levels is None:
        given = answers[np.isfinite(answers)]
        low, high = (given.min(), given.max()) if given.size else (0.0, 1.0)
        # A table of one single answer still needs a scale of two.
        return float(low), float(high if high > low else low + 1)
    match = re.fullmatch(r"\s*(-?\d+)\s*-\s*(-?\d+)\s*", levels)
    if match is None or int(match[2]) <= int(match[1]):
        raise Invalid("bad_levels", levels=levels)
    return float(match[1]), float(match[2])


def _factors(table: AnswerTable, factors: str | None) -> list[int] | None:
    if factors is None:
        return None
    try:
        sizes = [int(size) for size in factors.split(",")]
    except ValueError as error:
        raise Invalid("bad_factors", factors=factors, items=len(table.items)) from error
    if min(sizes) < 1 or sum(sizes) != len(table.items):
        raise Invalid("bad_factors", factors=factors, items=len(table.items))
    return sizes


def _flag_names(raised: dict[str, NDArray[np.bool_]], row: int) -> str:
    return ";".join(name for name, flagged in raised.items() if flagged[row])


def _texts(values: Floats) -> list[str]:
    # 15 digits: enough for every tolerance, and free of the noise of the last bits.
    return ["" if value != value else f"{value:.15g}" for value in values.tolist()]  # noqa: PLR0124
