"""An XLSForm as a questionnaire: the subset that :mod:`xlsform_columns` names, nothing else."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from surveys.errors import Invalid
from surveys.questionnaires.exchange.expressions import (
    ExpressionUnreadable,
    read_limits,
    read_relevant,
)
from surveys.questionnaires.exchange.xlsform_columns import (
    CHOICES,
    SCALE,
    SETTINGS,
    SURVEY,
    TYPES,
    WORDED,
    column_of,
)
from surveys.questionnaires.exchange.xlsform_writing import YES_NO_LIST
from surveys.setup.cell_text import as_number, as_text
from surveys.setup.conditions import codes_of
from surveys.setup.headers import letters
from surveys.setup.problems import Place, Problems
from surveys.setup.questionnaires import (
    BYTE_FOR_EACH_OPTION,
    YES_NO,
    Condition,
    Item,
    ItemKind,
    Option,
    QuestionnaireContent,
    Quota,
    Section,
)
from surveys.setup.words import LANGUAGE, Words

KIND_OF: Final = {
    "select_multiple": ItemKind.SEVERAL,
    "rank": ItemKind.RANKING,
    "range": ItemKind.NUMBER,
    "integer": ItemKind.NUMBER,
    "text": ItemKind.COMMENT,
    "note": ItemKind.NOTE,
}
LISTED: Final = ("select_one", "select_multiple", "rank")
YES: Final = {"yes": True, "true": True, "true()": True, "1": True, "是": True}
NO: Final = {"": False, "no": False, "false": False, "false()": False, "0": False, "否": False}
LONGEST_TEXT: Final = 200
_PARAMETER: Final = re.compile(r"(start|end|step)=(-?\d{1,6})")


@dataclass(frozen=True)
class Line:
    """A row: texts by column, words by column and language."""

    place: Place
    cells: Mapping[str, str]
    worded: Mapping[str, Mapping[str, str]]
    problems: Problems

    def note(self, column: str, code: str, *expected: str) -> None:
        """Note what is wrong with a cell."""
        value = self.cells.get(column, "")
        self.problems.add(self.place, column, code, value=value, expected=expected)

    def words(self, column: str) -> Words:
        """The words of a column; "？" where there are none."""
        texts = dict(self.worded.get(column, {}))
        try:
            return Words(**{"zh": texts.pop("zh", "") or next(iter(texts.values()), "？"), **texts})
        except ValidationError:
            self.note(column, "bad_value")
            return Words(zh="？")

    def flag(self, column: str) -> bool:
        """Yes or no."""
        text = self.cells.get(column, "").lower()
        if text not in {**YES, **NO}:
            self.note(column, "not_a_choice", "yes", "no")
        return YES.get(text, False)

    def number(self, column: str, *, low: int = 0, high: int = 1000) -> Decimal | None:
        """A number, or None for an empty cell."""
        text = self.cells.get(column, "")
        number = as_number(text) if text else None
        if text and number is None:
            self.note(column, "not_a_number")
        elif number is not None and not low <= number <= high:
            self.note(column, "out_of_range", str(low), str(high))
        return number


def read_xlsform(book: Mapping[str, Sequence[Sequence[Any]]]) -> QuestionnaireContent:
    """The questionnaire of a workbook's cells.

    Raises
    ------
    Invalid : ``bad_rows`` (rows: tuple of RowProblem with sheet, row and column)
    """
    problems = Problems()
    lines = {name: list(_lines(book, name, problems)) for name in (SURVEY, CHOICES, SETTINGS)}
    for name in book:
        if name not in lines and book[name]:
            problems.add(Place(name, 0, {}), "", "unknown_sheet", value=name, expected=tuple(lines))
    form = None if problems.found else _Form(lines, problems).read()
    if form is None or problems.found:
        raise Invalid("bad_rows", rows=problems.in_order((SURVEY, CHOICES, SETTINGS)))
    return form


def _lines(
    book: Mapping[str, Sequence[Sequence[Any]]], sheet: str, problems: Problems
) -> Iterator[Line]:
    grid = book.get(sheet)
    if not grid:
        if sheet != SETTINGS:
            problems.add(Place(sheet, 0, {}), "", "sheet_missing", expected=tuple(book))
        return
    headers = [as_text(cell) for cell in grid[0]]
    columns: dict[int, tuple[str, str]] = {}
    places: dict[str, str] = {}
    for position, header in enumerate(headers):
        found = column_of(sheet, header) if header else None
        tag = found[1] if found else ""
        if header and (found is None or (tag and not LANGUAGE.fullmatch(tag))):
            place = Place(sheet, 1, {header: letters(position)})
            problems.add(place, header, "unknown_column", value=header)
        elif found is not None:
            columns[position] = found
            places.setdefault(found[0], letters(position))
    for number, row in enumerate(grid[1:], start=2):
        cells, worded = _texts(row, columns, WORDED[sheet])
        if cells or worded:
            yield Line(Place(sheet, number, places), cells, worded, problems)


def _texts(
    row: Sequence[Any], columns: Mapping[int, tuple[str, str]], worded_columns: Sequence[str]
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    cells: dict[str, str] = {}
    worded: dict[str, dict[str, str]] = {}
    for position, (column, tag) in columns.items():
        text = as_text(row[position]) if position < len(row) else ""
        if text and column in worded_columns:
            worded.setdefault(column, {})[tag or "zh"] = text
        elif text:
            cells[column] = text
    return cells, worded


class _Form:
    """One form while it is read."""

    def __init__(self, lines: Mapping[str, Sequence[Line]], problems: Problems) -> None:
        self.lines = lines
        self.problems = problems
        self.lists: dict[str, list[Option]] = {}
        self.items: dict[str, Item] = {}
        self.sections: list[Section] = []
        self.section = ""

    def read(self) -> QuestionnaireContent | None:
        """The form, or None with problems noted."""
        for line in self.lines[CHOICES]:
            self._choice(line)
        self.scale = self._shared_list()
        for line in self.lines[SURVEY]:
            self._row(line)
        if self.section:
            self.lines[SURVEY][-1].note("type", "group_not_ended", self.section)
        if self.problems.found or not self.lines[SURVEY]:
            return None
        settings = self.lines[SETTINGS][0] if self.lines[SETTINGS] else None
        return self._whole(settings)

    def _whole(self, settings: Line | None) -> QuestionnaireContent | None:
        place = settings.place if settings else Place(SETTINGS, 0, {})
        cells = settings.cells if settings else {}
        most = settings.number("gp_most_units") if settings else None
        try:
            return QuestionnaireContent(
                code=cells.get("form_id", "form"),
                kind=cells.get("gp_kind", "recognition"),
                title=settings.words("form_title") if settings else Words(zh="？"),
                intro=settings.words("gp_intro") if settings else Words(zh="？"),
                options=tuple(self.lists.get(self.scale, ())),
                items=tuple(self.items.values()),
                sections=tuple(self.sections),
                quota=self._quota(settings),
                most_targets=20 if most is None else int(most),
                random_order=settings.flag("gp_random_order") if settings else False,
            )
        except ValidationError as error:
            for each in error.errors():
                column = {"code": "form_id", "kind": "gp_kind"}.get(str(each["loc"][0]), "")
                value = str(each["input"])[:80]
                self.problems.add(place, column, "bad_value", value=value, expected=(each["msg"],))
            return None

    def _quota(self, settings: Line | None) -> Quota | None:
        if settings is None or not settings.cells.get("gp_quota_share"):
            return None
        share = settings.number("gp_quota_share", high=1)
        option = settings.number("gp_quota_option", low=1, high=254)
        if share is None or option is None:
            return None
        item = settings.cells.get("gp_quota_item", "")
        return Quota(option=int(option), share=share, item=item)

    def _choice(self, line: Line) -> None:
        name, code = line.cells.get("list_name", ""), line.cells.get("name", "")
        options = self.lists.setdefault(name, [])
        if not name or not code:
            line.note("list_name" if not name else "name", "missing")
        elif any(option.code == code for option in options):
            line.note("name", "duplicate")
        try:
            options.append(
                Option(
                    code=code,
                    label=line.words("label"),
                    points=line.number("gp_points", high=100),
                    dont_know=line.flag("gp_dont_know"),
                )
            )
        except ValidationError:
            line.note("name", "bad_code")

    def _shared_list(self) -> str:
        """The list of all ratings: the one named scale, else the one with points used most."""
        if SCALE in self.lists:
            return SCALE
        used = [_type_of(line)[1] for line in self.lines[SURVEY]]
        scored = [
            name
            for name, options in self.lists.items()
            if any(option.points is not None for option in options)
        ]
        return max(scored, key=used.count, default="")

    def _row(self, line: Line) -> None:
        name, listed = _type_of(line)
        if name not in TYPES:
            line.note("type", "unknown_type", *TYPES)
        elif name == "begin_group":
            self._begin(line)
        elif name == "end_group":
            if not self.section:
                line.note("type", "group_not_begun")
            self.section = ""
        elif name in LISTED and listed not in self.lists:
            line.note("type", "unknown_list", *self.lists)
        else:
            self._item(line, name, listed)

    def _begin(self, line: Line) -> None:
        code = line.cells.get("name", "")
        if self.section:
            line.note("type", "group_in_group", self.section)
        try:
            self.sections.append(Section(code=code, title=line.words("label")))
        except ValidationError:
            line.note("name", "bad_code" if code else "missing")
        self.section = code

    def _item(self, line: Line, name: str, listed: str) -> None:
        code = line.cells.get("name", "")
        if code in self.items:
            line.note("name", "duplicate")
        kind = self._kind(line, name, listed)
        try:
            self.items[code] = Item(
                code=code,
                kind=kind,
                text=line.words("label"),
                weight=line.number("gp_weight", high=100) or Decimal(0),
                options=self._options(line, kind, listed),
                required=line.flag("required"),
                show_if=self._conditions(line),
                section=self.section,
                **self._limits(line, kind),
            )
        except ValidationError:
            line.note("name", "bad_code" if code else "missing")

    def _kind(self, line: Line, name: str, listed: str) -> ItemKind:
        written = line.cells.get("gp_kind", "")
        if name != "select_one":
            if written and written != KIND_OF[name].value:
                line.note("gp_kind", "not_a_choice", KIND_OF[name].value)
            return KIND_OF[name]
        known = {kind.value: kind for kind in (ItemKind.RATING, ItemKind.CHOICE, ItemKind.YES_NO)}
        if written and written not in known:
            line.note("gp_kind", "not_a_choice", *known)
        scored = any(option.points is not None for option in self.lists[listed])
        return known.get(written, ItemKind.RATING if scored else ItemKind.CHOICE)

    def _options(self, line: Line, kind: ItemKind, listed: str) -> tuple[Option, ...]:
        if kind is ItemKind.NUMBER:
            name = line.cells.get("gp_options", "")
            if name and name not in self.lists:
                line.note("gp_options", "unknown_list", *self.lists)
            return tuple(self.lists.get(name, ()))
        options = tuple(self.lists.get(listed, ()))
        shared = kind is ItemKind.RATING and listed == self.scale
        plain = (
            kind is ItemKind.YES_NO and listed == YES_NO_LIST and _codes(options) == _codes(YES_NO)
        )
        return () if shared or plain else options

    def _conditions(self, line: Line) -> tuple[Condition, ...]:
        text = line.cells.get("relevant", "")
        if not text:
            return ()
        scale = self.lists.get(self.scale, ())
        codes = {each.code: codes_of(each, scale) for each in self.items.values() if each.answered}
        try:
            return read_relevant(text, codes, self.items)
        except ExpressionUnreadable as error:
            line.note("relevant", "bad_relevant", str(error))
            return ()

    def _limits(self, line: Line, kind: ItemKind) -> dict[str, int]:
        text = line.cells.get("constraint", "")
        try:
            low, high = read_limits(text) if text else ({}, {})
        except ExpressionUnreadable as error:
            line.note("constraint", "bad_constraint", str(error))
            return {}
        wanted = {ItemKind.COMMENT: "string-length(.)", ItemKind.NUMBER: "."}
        count = "count-selected(.)" if kind in BYTE_FOR_EACH_OPTION else wanted.get(kind, "")
        if {*low, *high} - {count}:
            line.note("constraint", "bad_constraint", text)
        if kind is ItemKind.COMMENT:
            return {"max_length": high.get(count, LONGEST_TEXT)}
        if kind is ItemKind.NUMBER:
            return self._scale_of(line, low.get("."), high.get("."))
        if kind in BYTE_FOR_EACH_OPTION:
            return {"fewest": low.get(count, 0), "most": high.get(count, 0)}
        return {}

    def _scale_of(self, line: Line, low: int | None, high: int | None) -> dict[str, int]:
        found: dict[str, int] = {}
        for part in line.cells.get("parameters", "").replace(",", " ").split():
            match = _PARAMETER.fullmatch(part)
            if match is None or (match[1] == "step" and match[2] != "1"):
                line.note("parameters", "bad_parameters", part)
            else:
                found[match[1]] = int(match[2])
        ends = found.get("start", low), found.get("end", high)
        if ends[0] is None or ends[1] is None:
            line.note(
                "parameters" if _type_of(line)[0] == "range" else "constraint", "scale_missing"
            )
            return {}
        return {"low": ends[0], "high": ends[1]}


def _type_of(line: Line) -> tuple[str, str]:
    name, _, listed = line.cells.get("type", "").partition(" ")
    name = {"begin": f"begin_{listed.strip()}", "end": f"end_{listed.strip()}"}.get(name, name)
    return name, listed.strip()


def _codes(options: Sequence[Option]) -> tuple[str, ...]:
    return tuple(option.code for option in options)
