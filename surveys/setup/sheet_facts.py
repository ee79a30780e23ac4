"""What a sheet's XML tells beyond its values: hidden rows, formulas without a result, errors.

Read inside the child process, after the archive has been judged harmless: no member of it declares
a document type or an entity.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import join, normpath
from xml.etree import ElementTree as ET
from zipfile import ZipFile

# Without one of these nothing in the sheet is worth a second reading.
WORTH_READING = re.compile(rb"""<(?:\w+:)?f[ >/]|\bt=["']e["']|\bhidden=""")


@dataclass
class SheetFacts:
    """`broken` maps (row, column), from 0, to the formula or error that stands there."""

    hidden_rows: list[int] = field(default_factory=list)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)


def facts_of(data: bytes) -> dict[str, SheetFacts]:
    """The facts of each sheet by its name."""
    with ZipFile(BytesIO(data)) as archive:
        members = set(archive.namelist())
        return {
            name: _facts(archive.read(member))
            for name, member in _members_of_sheets(archive)
            if member in members
        }


def _members_of_sheets(archive: ZipFile) -> Iterator[tuple[str, str]]:
    try:
        relations = ET.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except KeyError:
        return
    target = {each.get("Id"): each.get("Target", "") for each in relations}
    for sheet in ET.fromstring(archive.read("xl/workbook.xml")).iter():  # noqa: S314
        if _tag(sheet) == "sheet":
            found = next((value for key, value in sheet.items() if key.endswith("}id")), None)
            path = target.get(found, "")
            member = path.lstrip("/") if path.startswith("/") else normpath(join("xl", path))
            yield sheet.get("name", ""), member


def _facts(xml: bytes) -> SheetFacts:
    facts = SheetFacts()
    if not WORTH_READING.search(xml):
        return facts
    row = -1
    for event, part in ET.iterparse(BytesIO(xml), events=("start", "end")):  # noqa: S314
        if _tag(part) == "row":
            if event == "start":
                row = int(part.get("r", row + 2)) - 1
            else:
                _note_row(part, row, facts)
                part.clear()
    return facts


def _note_row(part: ET.Element, row: int, facts: SheetFacts) -> None:
    if part.get("hidden") in {"1", "true"}:
        facts.hidden_rows.append(row)
    column = -1
    for cell in part:
        column = _column(cell.get("r", ""), after=column)
        if (broken := _broken(cell)) is not None:
            facts.broken[row, column] = broken


def _broken(cell: ET.Element) -> str | None:
    kind = cell.get("t", "")
    parts = {_tag(each): each.text or "" for each in cell}
    if kind == "e":
        return parts.get("v", "") or "?"
    # A formula whose result is an empty text says so by its kind.
    if "f" in parts and not parts.get("v") and kind != "str":
        return "=" + parts["f"]
    return None


def _column(reference: str, *, after: int) -> int:
    """B7 is column 1; a cell without a reference follows the one before."""
    column = 0
    for sign in reference:
        if not sign.isalpha():
            break
        column = column * 26 + ord(sign.upper()) - ord("A") + 1
    return column - 1 if column else after + 1


def _tag(part: ET.Element) -> str:
    return part.tag.rpartition("}")[2]
