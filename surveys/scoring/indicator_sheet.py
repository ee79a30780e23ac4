"""Indicators and their figures from a workbook: one row for each unit and indicator."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from surveys.scoring.figures import DIRECTION, DIRECTIONS, INDICATOR, SCORE, WEIGHT, names_in
from surveys.scoring.inputs import Indicator, Reading
from surveys.scoring.level_sheets import Reader
from surveys.scoring.scheme_parts import Component
from surveys.scoring.validators import demands
from surveys.setup.cell_text import as_number, word
from surveys.setup.tables import Row

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
BRANCH: Final = "一级指标"
TAGS: Final = "标签"
METHOD: Final = "折算方法"
THEN: Final = "再折算"
PARAMETERS: Final = "折算参数"
VALUE: Final = "完成值"
TARGET: Final = "目标值"
PREVIOUS: Final = "上期值"
PUBLISHED: Final = "上期公布值"
RATES: Final = "增长率"
PLACE: Final = "名次"
EXCELLENT: Final = "优秀率"
ADVERSE: Final = "不良率"
OCCURRENCES: Final = "扣分情况"
OPTIONAL: Final = (
    BRANCH,
    TAGS,
    SCORE,
    METHOD,
    THEN,
    PARAMETERS,
    VALUE,
    TARGET,
    PREVIOUS,
    PUBLISHED,
    RATES,
    PLACE,
    EXCELLENT,
    ADVERSE,
    OCCURRENCES,
    DIRECTION,
)
CONVERSION_NAMES: Final = {
    "比例折算": "ratio",
    "按第一名折算": "best_ratio",
    "功效系数法": "range",
    "五档折算": "five_tier",
    "五档折算（档内线性）": "five_tier_linear",
    "按排名赋分": "rank_points",
    "得票率分段": "rate_bracket",
    "每单位加减分": "step",
    "扣分制": "deduct",
    "标准分": "zscore",
    "份额变动指数": "share_change",
    "平均增长指数": "avg_growth",
    "份额变动与平均增长": "share_change+avg_growth",
}
PARAMETER_NAMES: Final = {
    "封顶": "cap",
    "最低分": "low",
    "最高分": "high",
    "不允许值": "worst",
    "满意值": "best",
    "其余": "otherwise",
    "首位分": "first",
    "级差": "step",
    "基准分": "base",
    "基准值": "reference",
    "每单位分值": "points_per_unit",
    "单位值": "unit",
    "平均分": "centre",
    "离散分": "spread",
    "满分": "full",
    "从严分": "adverse",
    "年数": "min_years",
}

Readings = dict[str, dict[str, Reading]]


def read_indicator_sheet(
    reader: Reader, component: Component
) -> tuple[tuple[Indicator, ...], Readings]:
    """Indicators and readings: 单位 | 指标 | 权重 | 得分, or 折算方法 | 完成值 | 目标值 …"""
    indicators: dict[str, Indicator] = {}
    readings: Readings = {}
    first_rows: dict[str, Row] = {}
    for unit, row in _rows(reader, component):
        indicator = _indicator(row, component)
        reading = _reading(row, component, indicator)
        if _differs(indicators.setdefault(indicator.key, indicator), indicator, component):
            row.note(INDICATOR, "indicator_differs")
        if unit is None or not indicator.key:
            continue
        if indicator.key in readings.get(unit, {}):
            row.note(INDICATOR, "given_twice")
        readings.setdefault(unit, {})[indicator.key] = reading
        first_rows.setdefault(unit, row)
    for unit, row in first_rows.items():
        _note_demands(row, component, indicators, readings[unit])
    return tuple(indicators.values()), readings


def _note_demands(
    row: Row,
    component: Component,
    indicators: Mapping[str, Indicator],
    readings: Mapping[str, Reading],
) -> None:
    for demand in demands(component, indicators, readings):
        if not demand.met:
            row.note(INDICATOR, demand.code, expected=(demand.expected, demand.found))


def _rows(reader: Reader, component: Component) -> Iterator[tuple[str | None, Row]]:
    """All rows, or those that are marked for a slimmed set."""
    mark = component.only_marked
    fixed = (INDICATOR, WEIGHT, mark) if mark else (INDICATOR, WEIGHT)
    for unit, row in reader.rows(component.sheet, fixed, optional=OPTIONAL):
        if not mark or row.flag(mark):
            yield unit, row


def _differs(known: Indicator, found: Indicator, component: Component) -> bool:
    if component.own_weights:
        return (known.conversion, known.then, known.branch) != (
            found.conversion,
            found.then,
            found.branch,
        )
    return known != found


def _indicator(row: Row, component: Component) -> Indicator:
    default = component.convert
    conversion = _method(row, METHOD) or (default.method if default else None)
    return Indicator(
        key=row.text(INDICATOR),
        weight=row.number(WEIGHT, low=ZERO, high=Decimal(100)),
        conversion=conversion,
        parameters=(dict(default.parameters) if default and conversion else {}) | _parameters(row),
        lower_is_better=row.choice(DIRECTION, DIRECTIONS, default=False),
        then=_method(row, THEN) or (default.then if default and conversion else None),
        branch=_branch(row, component),
        tags=names_in(row.optional(TAGS)),
    )


def _method(row: Row, header: str) -> str | None:
    names = {"": "", **CONVERSION_NAMES, **{each: each for each in CONVERSION_NAMES.values()}}
    joined = row.optional(header).split("+")
    if len(joined) > 1 and all(each.strip() in names for each in joined):
        return "+".join(names[each.strip()] for each in joined)
    return row.choice(header, CONVERSION_NAMES, default="") or None


def _branch(row: Row, component: Component) -> str:
    if not component.branches:
        return ""
    named = {name: each.key for each in component.branches for name in (each.zh, each.key)}
    return row.choice(BRANCH, named)


def _parameters(row: Row) -> dict[str, Decimal]:
    """`最低分=60；最高分=100` as {"low": 60, "high": 100}."""
    found = {}
    for part in re.split(r"[;；,，\n]", row.optional(PARAMETERS)):
        if not part.strip():
            continue
        name, _, given = re.sub("[:：]", "=", word(part), count=1).partition("=")
        number = as_number(given.strip())
        if name.strip() not in PARAMETER_NAMES or number is None:
            row.note(PARAMETERS, "bad_parameter", expected=tuple(PARAMETER_NAMES))
        else:
            found[PARAMETER_NAMES[name.strip()]] = number
    return found


def _reading(row: Row, component: Component, indicator: Indicator) -> Reading:
    points = row.optional_number(SCORE, low=ZERO, high=component.maximum)
    value = row.optional_number(VALUE)
    if points is None and value is not None and indicator.conversion is None:
        row.note(METHOD, "missing")
    return Reading(
        points=points,
        value=value,
        target=row.optional_number(TARGET),
        previous=row.optional_number(PREVIOUS),
        published=row.optional_number(PUBLISHED),
        rates=_rates(row),
        place=row.count(PLACE, low=1) if row.said(PLACE) else None,
        excellent_share=row.optional_number(EXCELLENT, low=ZERO, high=ONE),
        adverse_share=row.optional_number(ADVERSE, low=ZERO, high=ONE),
        occurrences=_occurrences(row),
        weight=indicator.weight if component.own_weights else None,
    )


def _rates(row: Row) -> tuple[Decimal, ...]:
    """`7% 6% 8%` or `0.07、0.06、0.08`, the earliest year first."""
    numbers = [as_number(part) for part in names_in(row.optional(RATES))]
    known = tuple(number for number in numbers if number is not None)
    if len(known) < len(numbers):
        row.note(RATES, "not_a_number")
    return known


def _occurrences(row: Row) -> tuple[tuple[int, Decimal], ...]:
    """`3×0.5；1×2`: three times half a point, once two points."""
    found = []
    for part in names_in(row.optional(OCCURRENCES)):
        times, _, each = re.sub("[x*X]", "×", part).partition("×")
        number = as_number(each)
        if not times.isdigit() or number is None or number < 0:
            row.note(OCCURRENCES, "bad_occurrence")
        else:
            found.append((int(times), number))
    return tuple(found)
