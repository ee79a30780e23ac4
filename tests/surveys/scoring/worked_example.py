"""The regulation's worked example (five towns of one category), and small inputs around it."""

import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from surveys.scoring.inputs import (
    Adjustment,
    GroupVotes,
    Indicator,
    PeriodInputs,
    Reading,
    UnitInputs,
    Veto,
)
from surveys.scoring.lines import Scores
from surveys.scoring.schemes import Scheme, preset
from surveys.scoring.score import score

HERE = Path(__file__).parent
DEMOCRATIC = dict(
    zip(
        ["A市级领导", "B单位互评", "C市直单位", "D两代表一委员", "E本单位干部"],
        "ABCDE",
        strict=True,
    )
)
RECOGNITION = {"抽样邀请": "invited", "开放扫码": "open"}
COMPONENTS = {
    "季度": "quarterly",
    "年度": "annual",
    "专项": "special",
    "民主测评": "democratic",
    "公认度": "recognition",
}


@cache
def expected(place: str = "liuyang") -> Any:
    """Inputs and results of a place's worked example."""
    return json.loads((HERE / f"{place}.json").read_text(encoding="utf-8"))


def liuyang() -> Scheme:
    return preset("liuyang")


@cache
def example_inputs() -> PeriodInputs:
    given = expected()["inputs"]
    units = tuple(_unit(name, given) for name in given["annual"])
    return PeriodInputs(units, {"annual": (Indicator("overall", Decimal(1)),)})


@cache
def example_scores() -> Scores:
    return score(liuyang(), example_inputs())


def counts(options: list[str], row: str) -> dict[str, int]:
    return dict(zip(options, map(int, row.split()), strict=True))


def plain_unit(key: str, points: str | Decimal, *, category: str = "T2", **more: Any) -> UnitInputs:
    """Build a unit whose five components all have the same points, hence the same total."""
    value = Decimal(points)
    groups = {"democratic": "ABCDE", "recognition": ("invited", "open")}
    given: dict[str, Any] = {
        "values": {part: {"1": value} for part in ("quarterly", "special")},
        "readings": {"annual": {"overall": Reading(points=value)}},
        "surveys": {
            name: tuple(GroupVotes(group, n_valid=100, score=value) for group in of_component)
            for name, of_component in groups.items()
        },
    }
    return UnitInputs(key, category, **(given | more))


def period(*units: UnitInputs) -> PeriodInputs:
    return PeriodInputs(units, {"annual": (Indicator("overall", Decimal(1)),)})


def field(totals: Mapping[str, str]) -> PeriodInputs:
    """Build a category of plain units with these totals."""
    return period(*(plain_unit(key, total) for key, total in totals.items()))


def _unit(name: str, given: Any) -> UnitInputs:
    bonus, deduction = Decimal(given["bonus"][name]), Decimal(given["deduct"][name])
    item = given["veto"].get(name)
    return UnitInputs(
        key=name,
        category="T2",
        values={
            "quarterly": {str(i): Decimal(v) for i, v in enumerate(given["quarters"][name])},
            "special": {"1": Decimal(given["special"][name])},
        },
        readings={"annual": {"overall": Reading(points=Decimal(given["annual"][name]))}},
        surveys={
            "democratic": _votes(DEMOCRATIC, given["options_M"], given["votes_M"][name]),
            "recognition": _votes(RECOGNITION, given["options_G"], given["votes_G"][name]),
        },
        adjustments=(Adjustment("bonus", bonus), Adjustment("deduction", deduction)),
        vetoes=(Veto(item),) if item else (),
    )


def _votes(
    groups: Mapping[str, str], options: list[str], rows: list[str]
) -> tuple[GroupVotes, ...]:
    return tuple(
        GroupVotes(group, counts=counts(options, row))
        for group, row in zip(groups.values(), rows, strict=True)
    )
