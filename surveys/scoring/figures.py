"""Component figures from a workbook: quarters and topics, indicators, votes by option."""

from collections.abc import Collection
from decimal import Decimal
from typing import Final

from surveys.scoring.inputs import GroupVotes, Indicator, Reading
from surveys.scoring.scheme_parts import Component, Survey
from surveys.scoring.wide_sheets import UNIT, Book, known_unit, rows_of, wide_rows
from surveys.setup.problems import Problems
from surveys.setup.tables import Row

ZERO: Final = Decimal(0)
GROUP: Final = "测评主体"
CONVERSION_NAMES: Final = {
    "比例折算": "ratio",
    "按第一名折算": "best_ratio",
    "功效系数法": "range",
    "五档折算": "five_tier",
    "按排名赋分": "rank_points",
    "标准分": "zscore",
    "份额变动指数": "share_change",
}
DIRECTIONS: Final = {"越高越好": False, "越低越好": True}
OPTIONAL: Final = ("得分", "折算方法", "完成值", "目标值", "上期值", "方向")

Values = dict[str, dict[str, Decimal | None]]
Readings = dict[str, dict[str, Reading]]


def read_values(
    book: Book, component: Component, units: Collection[str], problems: Problems
) -> Values:
    """Points by unit and column: 单位 | 第一季度 | 第二季度 …; an empty cell is missing."""
    values: Values = {}
    for row, columns in wide_rows(book, component.sheet, (UNIT,), problems):
        unit = known_unit(row, UNIT, units)
        figures = {
            column: row.optional_number(column, low=ZERO, high=component.maximum)
            for column in columns
        }
        if unit in values:
            row.note(UNIT, "given_twice")
        elif unit is not None:
            values[unit] = figures
    return values


def read_indicator_sheet(
    book: Book, component: Component, units: Collection[str], problems: Problems
) -> tuple[tuple[Indicator, ...], Readings]:
    """Indicators and readings: 单位 | 指标 | 权重 | 得分, or 折算方法 | 完成值 | 目标值 …"""
    indicators: dict[str, Indicator] = {}
    readings: Readings = {}
    fixed = (UNIT, "指标", "权重")
    for row in rows_of(book, component.sheet, fixed, problems, optional=OPTIONAL):
        unit = known_unit(row, UNIT, units)
        indicator = _indicator(row)
        reading = _reading(row, component, indicator)
        if indicators.setdefault(indicator.key, indicator) != indicator:
            row.note("指标", "indicator_differs")
        if unit is None or not indicator.key:
            continue
        if indicator.key in readings.get(unit, {}):
            row.note("指标", "given_twice")
        readings.setdefault(unit, {})[indicator.key] = reading
    return tuple(indicators.values()), readings


def read_votes(
    book: Book, component: Component, survey: Survey, units: Collection[str], problems: Problems
) -> dict[str, tuple[GroupVotes, ...]]:
    """Votes of a sheet 单位 | 测评主体 | 好 | 较好 | …, one row for each unit and group."""
    votes: dict[str, dict[str, GroupVotes]] = {}
    options = {*survey.points, *survey.unscored}
    for number, (row, columns) in enumerate(
        wide_rows(book, component.sheet, (UNIT, GROUP), problems)
    ):
        if number == 0:
            _check_options(row, columns, survey)
        unit = known_unit(row, UNIT, units)
        group = _group(row, survey)
        counts = {column: row.count(column, default=0) for column in columns if column in options}
        if unit is None or group is None:
            continue
        if group in votes.get(unit, {}):
            row.note(GROUP, "given_twice")
        votes.setdefault(unit, {})[group] = GroupVotes(group, counts=counts)
    return {unit: tuple(of_unit.values()) for unit, of_unit in votes.items()}


def _indicator(row: Row) -> Indicator:
    conversion = row.optional("折算方法")
    if conversion and conversion not in CONVERSION_NAMES:
        row.note("折算方法", "not_a_choice", expected=tuple(CONVERSION_NAMES))
    return Indicator(
        key=row.text("指标"),
        weight=row.number("权重", low=ZERO, high=Decimal(100)),
        conversion=CONVERSION_NAMES.get(conversion),
        lower_is_better=row.choice("方向", DIRECTIONS, default=False),
    )


def _reading(row: Row, component: Component, indicator: Indicator) -> Reading:
    points = row.optional_number("得分", low=ZERO, high=component.maximum)
    value = row.optional_number("完成值")
    if points is None and value is not None and indicator.conversion is None:
        row.note("折算方法", "missing")
    return Reading(
        points=points,
        value=value,
        target=row.optional_number("目标值"),
        previous=row.optional_number("上期值"),
    )


def _check_options(row: Row, columns: Collection[str], survey: Survey) -> None:
    for column in columns:
        if column not in survey.points and column not in survey.unscored:
            row.note(column, "unknown_option", expected=(*survey.points, *survey.unscored))
    for option in survey.points:
        if option not in columns:
            row.note(option, "column_missing")


def _group(row: Row, survey: Survey) -> str | None:
    name = row.text(GROUP)
    for group in survey.groups:
        if group.is_called(name):
            return group.key
    if name:
        row.note(GROUP, "not_a_choice", expected=tuple(group.zh for group in survey.groups))
    return None
