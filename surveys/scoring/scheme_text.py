"""Reads a scheme's file: every problem names the row of the file and the key that stands there."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from surveys.errors import Invalid
from surveys.scoring.scheme_faults import Fault, Place

ModelT = TypeVar("ModelT", bound=BaseModel)
Rows: TypeAlias = Mapping[Place, int]

TABLE: Final = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
ENTRY: Final = re.compile(r"""\s*((?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*[\w-]+)*)\s*=""")
AT_ROW: Final = re.compile(r"line (\d+)")


@dataclass(frozen=True)
class SchemeProblem:
    """One problem of a scheme's file.

    Attributes
    ----------
    row : row of the file, from 1; that of the table where the entry itself is missing
    key : the entry's way from the top: ``components.1.weight``, counted from 0
    code : stable code
    facts : what the words need
    """

    row: int
    key: str
    code: str
    facts: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        facts = ", ".join(f"{name} = {value}" for name, value in self.facts.items())
        return f"row {self.row}, {self.key}: {self.code}" + (f" ({facts})" if facts else "")


def read_toml(
    text: str, model: type[ModelT], *, checks: Sequence[Callable[[ModelT], Iterable[Fault]]]
) -> ModelT:
    """Read TOML into a model; Invalid ``scheme_not_toml`` (row, reason), ``scheme_invalid``."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = AT_ROW.search(str(error))
        row = int(found.group(1)) if found else len(text.splitlines())
        raise Invalid("scheme_not_toml", row=row, reason=str(error)) from error
    rows = rows_of_keys(text)
    try:
        read = model.model_validate(data)
    except ValidationError as error:
        problems = tuple(_problem(rows, detail) for detail in error.errors())
        raise Invalid("scheme_invalid", problems=in_file_order(problems)) from error
    faults = tuple(
        SchemeProblem(row_of(rows, fault.place), written(fault.place), fault.code, fault.facts)
        for check in checks
        for fault in check(read)
    )
    if faults:
        raise Invalid("scheme_invalid", problems=in_file_order(faults))
    return read


def rows_of_keys(text: str) -> Rows:
    """The row of every table and entry: ``("components", 1, "weight")`` → 42."""
    rows: dict[Place, int] = {(): 1}
    arrays: dict[Place, int] = {}
    table: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header = TABLE.match(line)
        if header is not None:
            table = _opened(header.group(2), array=header.group(1) == "[[", arrays=arrays)
            rows.setdefault(table, number)
            continue
        entry = ENTRY.match(line)
        if entry is not None:
            rows.setdefault((*table, *_steps(entry.group(1))), number)
    return rows


def row_of(rows: Rows, place: Place) -> int:
    """The row of an entry, or of the nearest table around it."""
    while place not in rows:
        place = place[:-1]
    return rows[place]


def in_file_order(problems: Iterable[SchemeProblem]) -> tuple[SchemeProblem, ...]:
    """From the top of the file down."""
    return tuple(sorted(problems, key=lambda each: each.row))


def written(place: Place) -> str:
    """A place as text."""
    return ".".join(str(step) for step in place) or "scheme"


def _opened(name: str, *, array: bool, arrays: dict[Place, int]) -> Place:
    """The place that a table's header opens: ``[[a]]`` counts up, ``[a.b]`` goes into the last."""
    place: Place = ()
    steps = _steps(name)
    for number, step in enumerate(steps):
        place = (*place, step)
        last = number == len(steps) - 1
        if array and last:
            arrays[place] = arrays.get(place, -1) + 1
        if place in arrays:
            place = (*place, arrays[place])
    return place


def _steps(name: str) -> list[str]:
    return [step.strip().strip("\"'") for step in name.split(".")]


def _problem(rows: Rows, detail: Any) -> SchemeProblem:
    place = tuple(detail["loc"])
    kind = str(detail["type"])
    facts = {"found": _short(detail.get("input")), "expected": str(detail["msg"])}
    return SchemeProblem(row_of(rows, place), written(place), kind, facts)


def _short(value: object) -> str:
    text = "a table" if isinstance(value, dict | list) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
