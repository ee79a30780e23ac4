"""Figures as offices like to write them: a row for each unit, a column for each indicator."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from surveys.setup.cell_text import as_text, plain
from surveys.setup.cells import SheetCells
from surveys.setup.headers import HEADERS_WITHIN, Line, Table, as_said, headers_of, letters
from surveys.setup.sheets.indicators import VALUES

UNIT_HEADERS: Final = ("单位代码", "单位名称", "单位", "被考核单位")


@dataclass(frozen=True)
class Wide:
    """Where such a sheet has its headers, its units, and the indicators by column."""

    top: int
    unit: int
    columns: Mapping[int, str]


def wide_sheet(cells: SheetCells, indicators: Mapping[str, str]) -> Wide | None:
    """How figures stand in a sheet; None where it is no such sheet.

    Parameters
    ----------
    indicators : codes by what a column may be called: code, name, or both together
    """
    _, known = headers_of(cells.rows, VALUES)
    if {"指标代码", "完成值"} & known.keys():
        return None
    for top in range(min(len(cells.rows), HEADERS_WITHIN)):
        names = [plain(as_text(cell)) for cell in cells.rows[top]]
        units = [names.index(header) for header in UNIT_HEADERS if header in names]
        columns = {at: indicators[name] for at, name in enumerate(names) if name in indicators}
        if units and columns:
            return Wide(top, units[0], columns)
    return None


def unfolded(cells: SheetCells, wide: Wide) -> Table:
    """The sheet as rows of 指标值; each remembers the column of its figure."""
    return Table({}, list(_lines(cells, wide)))


def _lines(cells: SheetCells, wide: Wide) -> Iterator[Line]:
    for number, row in enumerate(cells.rows[wide.top + 1 :], start=wide.top + 2):
        for position, code in wide.columns.items():
            if as_said(row[position]):
                said = {"指标代码": code, "单位代码": row[wide.unit], "完成值": row[position]}
                columns = {"单位代码": letters(wide.unit), "完成值": letters(position)}
                yield Line(number, said, columns)


def indicator_names(rows: Mapping[str, str]) -> dict[str, str]:
    """Codes by what a column may be called.

    Parameters
    ----------
    rows : names of the indicators by their codes
    """
    called: dict[str, str] = {}
    for code, name in rows.items():
        for heading in (code, name, f"{code}{name}"):
            called.setdefault(plain(heading), code)
    return called
