"""The figures a result rests on, one row each, as they were handed in."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from surveys.scoring.book_tables import Cell
from surveys.scoring.inputs import GroupVotes, PeriodInputs, Reading, UnitInputs
from surveys.scoring.schemes import Level, Scheme

RAW_HEADERS: Final = ("单位或人员", "分项", "部分", "数据", "数值", "文字")


def raw_rows(scheme: Scheme, inputs: PeriodInputs) -> Iterable[Sequence[Cell]]:
    """Rows of units, then of persons."""
    yield from _level_rows(scheme, inputs)
    if scheme.persons is not None and inputs.persons is not None:
        yield from _level_rows(scheme.persons, inputs.persons)


def _level_rows(level: Level, inputs: PeriodInputs) -> Iterable[Sequence[Cell]]:
    names = {component.key: component.zh for component in level.components}
    groups = {
        (component.key, group.key): group.zh
        for component in level.components
        if component.survey is not None
        for group in component.survey.groups
    }
    for unit in inputs.units:
        for key, values in unit.values.items():
            for part, value in values.items():
                yield [unit.key, names[key], part, "得分", value, None]
        for key, readings in unit.readings.items():
            for part, reading in readings.items():
                yield from ([unit.key, names[key], part, *row] for row in _reading(reading))
        for key, votes in unit.surveys.items():
            for vote in votes:
                group = groups.get((key, vote.group), vote.group)
                yield from ([unit.key, names[key], group, *row] for row in _votes(vote))
        yield from ([unit.key, None, *row] for row in _events(unit))


def _reading(reading: Reading) -> Iterable[Sequence[Cell]]:
    figures = {
        "得分": reading.points,
        "完成值": reading.value,
        "目标值": reading.target,
        "上期值": reading.previous,
        "上期公布值": reading.published,
        "优秀率": reading.excellent_share,
        "不良率": reading.adverse_share,
        "权重": reading.weight,
        "名次": reading.place,
    }
    yield from ([name, value, None] for name, value in figures.items() if value is not None)
    yield from (["增长率", rate, None] for rate in reading.rates)
    for times, each in reading.occurrences:
        yield ["扣分", times * each, f"{times} × {each}"]


def _votes(vote: GroupVotes) -> Iterable[Sequence[Cell]]:
    if vote.counts is not None:
        yield from ([option, count, None] for option, count in vote.counts.items())
        return
    yield ["得分", vote.score, None]
    yield ["有效票", vote.n_valid, None]


def _events(unit: UnitInputs) -> Iterable[Sequence[Cell]]:
    for item in unit.adjustments:
        kind = "加分" if item.kind == "bonus" else "扣分"
        paper = "；".join(
            part
            for part in (
                item.document,
                item.evidence,
                item.proposed_by and f"提出人：{item.proposed_by}",
                item.approved_by and f"审批人：{item.approved_by}",
            )
            if part
        )
        yield [item.reason, kind, item.points * item.times, paper]
    for veto in unit.vetoes:
        yield [veto.item, "一票否决", None, veto.document]
    for event in unit.facts:
        yield [event.fact, "事实认定", None, event.document]
    for cap in unit.caps:
        yield [cap.reason, "等次封顶", None, cap.document]
    if unit.reverse is not None:
        units = f"{unit.reverse.n_units} 个单位"
        yield ["反向测评", "均分", _shortened(unit.reverse.points), units]


def _shortened(value: Decimal | None) -> Decimal | None:
    return None if value is None else round(value, 6)
