"""The result as a workbook: a total table to four places, and how each component came about."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Final, TypeAlias

import xlsxwriter

from surveys.scoring.lines import PartLine, Scores, UnitLine
from surveys.scoring.notes import ConsequenceCode
from surveys.scoring.scheme_parts import Component
from surveys.scoring.schemes import Scheme

COLOURS: Final = {"green": "绿", "yellow": "黄", "red": "红", "grey": "灰"}
FILLS: Final = {"green": "#c6e7c8", "yellow": "#fff2b3", "red": "#f4c7c3", "grey": "#e0e0e0"}
VETOED: Final = "一票否决"
OPEN: Final = "待定"
# A file of the same scores has the same bytes, so it must not carry the hour of its making.
CREATED: Final = datetime(2000, 1, 1, tzinfo=UTC)

Cell: TypeAlias = str | int | Decimal | None


def result_workbook(scheme: Scheme, scores: Scores) -> bytes:
    """Return an .xlsx file with the sheets 总分 (one row per unit) and 计算过程 (one per part)."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.set_properties({"title": scheme.zh, "created": CREATED})
        totals = _Table(book, "总分", _total_headers(scheme))
        for line in scores.lines:
            totals.add(_total_row(scheme, line), fill=FILLS[line.colour])
        parts = _Table(
            book, "计算过程", ("单位", "分项", "部分", "有效票", "得分", "权重", "实际权重")
        )
        for row in _part_rows(scheme, scores):
            parts.add(row)
        decisions = _Table(book, "待决定", ("类别", "事由", "单位"))
        for row in _decision_rows(scheme, scores):
            decisions.add(row)
    return buffer.getvalue()


class _Table:
    """A sheet with bold headers; text stays text, so a name can never become a formula."""

    def __init__(self, book: Any, name: str, headers: Sequence[str]) -> None:
        self._book = book
        self._sheet = book.add_worksheet(name)
        self._points = book.add_format({"num_format": "0.0000##"})
        self._row = 0
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
        for column, header in enumerate(headers):
            self._sheet.write_string(0, column, header, head)
        self._sheet.set_column(0, len(headers) - 1, 12)
        self._sheet.freeze_panes(1, 1)

    def add(self, cells: Iterable[Cell], *, fill: str | None = None) -> None:
        """Append a row; ``fill`` colours its last cell."""
        self._row += 1
        listed = list(cells)
        for column, cell in enumerate(listed):
            last = fill is not None and column == len(listed) - 1
            shade = self._book.add_format({"bg_color": fill}) if last else None
            if isinstance(cell, str):
                self._sheet.write_string(self._row, column, cell, shade)
            elif isinstance(cell, Decimal):
                self._sheet.write_number(self._row, column, cell, self._points)
            elif cell is not None:
                self._sheet.write_number(self._row, column, cell)


def _total_headers(scheme: Scheme) -> tuple[str, ...]:
    components = tuple(f"{component.zh} {_percent(component)}" for component in scheme.components)
    rest = ("加分", "扣分", "反向测评", "反向扣分", "总分", "名次", "等次", "书面报告", "榜色")
    return ("类别", "单位", *components, *rest)


def _percent(component: Component) -> str:
    # Where categories differ the header would be wrong for some, so it gives no figure.
    return "" if component.category_weights else f"{(component.weight * 100).normalize():f}%"


def _total_row(scheme: Scheme, line: UnitLine) -> list[Cell]:
    arithmetic = line.arithmetic
    report = any(item.code is ConsequenceCode.WRITTEN_REPORT for item in line.consequences)
    return [
        _name(scheme.categories, line.category),
        line.unit,
        *(component.points for component in line.components),
        arithmetic.bonus,
        arithmetic.deductions,
        arithmetic.reverse_points,
        arithmetic.reverse_deduction,
        OPEN if line.total is None else line.total,
        _place(line),
        OPEN if line.grade is None else _name(scheme.grades, line.grade),
        "是" if report else "否",
        COLOURS[line.colour],
    ]


def _place(line: UnitLine) -> Cell:
    if line.place is not None:
        return line.place
    return VETOED if line.vetoes else "不排名"


def _part_rows(scheme: Scheme, scores: Scores) -> Iterable[list[Cell]]:
    for line in scores.lines:
        for component in line.components:
            of_scheme = scheme.component(component.key)
            for part in component.parts:
                yield [line.unit, of_scheme.zh, *_part(of_scheme, part)]


def _part(component: Component, part: PartLine) -> list[Cell]:
    groups = () if component.survey is None else component.survey.groups
    name = _name(groups, part.key) if groups else part.key
    return [name, part.n_valid, part.points, part.weight, part.effective_weight]


def _decision_rows(scheme: Scheme, scores: Scores) -> Iterable[list[Cell]]:
    for category in scores.categories:
        for question in category.needs_decision:
            reason = str(question.note.code)
            units = "、".join(question.units)
            yield [_name(scheme.categories, category.category), REASONS[reason], units]


REASONS: Final = {
    "tie_straddles_quota": "同分跨越名额线",
    "no_seat_fits_band": "比例区间内没有整数名额",
    "totals_missing": "有分项待认定，名次和名额为暂定",
}


def _name(named: Iterable[Any], key: str) -> str:
    return next((str(item.zh) for item in named if item.key == key), key)
