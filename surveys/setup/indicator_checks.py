"""Whether indicators and their values fit together, and each unit's weights sum to one."""

from collections import defaultdict
from decimal import Decimal
from typing import Final

from surveys.models.indicators import IndicatorPart
from surveys.setup.problems import Problems
from surveys.setup.references import note_doubles, note_unknown
from surveys.setup.sheets.indicators import DIRECT, FULL_MARKS, METHODS, IndicatorRow, ValueRow
from surveys.setup.written import Written

ONE: Final = Decimal(1)


def check_indicators(written: Written, problems: Problems) -> None:
    """Note doubles, codes that lead nowhere, missing targets, wrong sums of weights."""
    note_doubles((((r.code,), r.place) for r in written.indicators), "指标代码", problems)
    note_doubles((((r.indicator, r.unit), r.place) for r in written.values), "单位代码", problems)
    note_unknown(
        ((row.body, row.place) for row in written.indicators),
        "考核责任单位",
        problems,
        code="unknown_unit",
        known=written.unit,
    )
    note_unknown(
        ((row.indicator, row.place) for row in written.values),
        "指标代码",
        problems,
        code="unknown_indicator",
        known=written.indicator,
    )
    note_unknown(
        ((row.unit, row.place) for row in written.values),
        "单位代码",
        problems,
        code="unknown_unit",
        known=written.unit,
    )
    for row in written.values:
        if row.indicator in written.indicator:
            _check_value(row, written.indicator[row.indicator], problems)
    _check_weights(written, problems)


def _check_value(row: ValueRow, indicator: IndicatorRow, problems: Problems) -> None:
    if METHODS[indicator.method].needs_target and (row.target is None or row.target <= 0):
        problems.add(
            row.place,
            "目标值",
            "target_missing",
            value="" if row.target is None else str(row.target),
            expected=(indicator.method,),
        )
    if indicator.method == DIRECT and not 0 <= row.value <= FULL_MARKS:
        problems.add(
            row.place, "完成值", "out_of_range", value=str(row.value), expected=("0", "100")
        )


def _check_weights(written: Written, problems: Problems) -> None:
    """Each unit's annual weights, and those of each quarter, sum to one; special ones are a mean.

    Units with the same indicators have the same sum: it is noted once, with the units it hits.
    """
    of_unit: dict[str, set[str]] = defaultdict(set)
    for row in written.values:
        if row.unit in written.unit and row.indicator in written.indicator:
            of_unit[row.unit].add(row.indicator)
    hit: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for unit, codes in of_unit.items():
        for part in _parts(codes, written):
            hit[part].append(unit)
    for together, units in hit.items():
        indicators = [written.indicator[code] for code in together]
        total = sum((indicator.weight for indicator in indicators), Decimal(0))
        if total != ONE:
            problems.add(
                indicators[-1].place,
                "权重",
                "indicator_weights_not_one",
                value=str(total),
                expected=(*units[:3], *(("…",) if len(units) > 3 else ())),
            )


def _parts(codes: set[str], written: Written) -> list[tuple[str, ...]]:
    """A unit's indicators by part and quarter, in the order of the sheet."""
    parts: dict[tuple[IndicatorPart, int | None], list[str]] = defaultdict(list)
    for code, indicator in written.indicator.items():
        if code in codes and indicator.part is not IndicatorPart.SPECIAL:
            parts[indicator.part, indicator.quarter].append(code)
    return [tuple(part) for part in parts.values()]
