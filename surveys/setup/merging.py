"""A table of a file laid over the table that is stored."""

from collections.abc import Mapping, Sequence

from surveys.setup.cell_text import as_text, plain, word
from surveys.setup.draft import TABLES, Cells
from surveys.setup.headers import Line, Table
from surveys.setup.reading_process import Cell
from surveys.setup.relations import RELATIONS
from surveys.setup.sheets.period import FACT, FACTS, PERIOD


def merged(name: str, stored: Sequence[Cells], table: Table, *, removes: bool) -> Table:
    """The rows of the file, in the place of the stored ones with the same key.

    Parameters
    ----------
    removes : stored rows that the file does not have go; otherwise they stay
    """
    sheet = TABLES[name]
    old = {sheet.key_of(cells): cells for cells in stored}
    new: dict[tuple[str, ...], list[Line]] = {}
    for line in table.lines:
        key = tuple(key_text(name, header, line.cells.get(header)) for header in sheet.key)
        kept = {
            header: said for header, said in old.get(key, {}).items() if header not in line.cells
        }
        new.setdefault(key, []).append(Line(line.number, {**kept, **line.cells}, line.columns))
    if removes and name != PERIOD.name:
        return Table(table.columns, [line for lines in new.values() for line in lines])
    lines: list[Line] = []
    for key, cells in old.items():
        lines += new.pop(key, [Line(0, dict(cells))])
    return Table(table.columns, lines + [line for left in new.values() for line in left])


def key_text(name: str, header: str, cell: Cell) -> str:
    """What stands under a header of the key, as a draft writes it."""
    text = as_text(cell)
    if header == FACT:
        facts: Mapping[str, str] = {plain(fact): fact for fact in FACTS}
        return facts.get(plain(text), text)
    if header.endswith("代码") or header in RELATIONS.get(name, {}):
        return word(text)
    return text
