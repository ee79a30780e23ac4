"""Four more places: their published examples come out of their presets."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from surveys.scoring.inputs import (
    Adjustment,
    GradeCap,
    GroupVotes,
    Indicator,
    PeriodInputs,
    Reading,
    UnitInputs,
)
from surveys.scoring.lines import Scores, UnitLine
from surveys.scoring.rounding import shown
from surveys.scoring.scheme_parts import Quota
from surveys.scoring.schemes import Scheme, preset
from surveys.scoring.score import score
from tests.surveys.scoring.worked_example import counts, expected

D = Decimal
ONE = Indicator("overall", D(1))


def votes(groups: Mapping[str, str], options: list[str]) -> tuple[GroupVotes, ...]:
    return tuple(GroupVotes(group, counts=counts(options, row)) for group, row in groups.items())


def ready(points: str) -> dict[str, Reading]:
    return {"overall": Reading(points=D(points))}


def adjustments(bonus: str, deduction: str) -> tuple[Adjustment, ...]:
    return (Adjustment("bonus", D(bonus)), Adjustment("deduction", D(deduction)))


def found(scheme: Scheme, line: UnitLine) -> tuple[str, int | None, str]:
    grade = scheme.grades[scheme.grade_rank(line.grade or "")].zh
    return shown(line.total or D(-1)), line.place, grade


@pytest.fixture(scope="module")
def changsha_scheme() -> Scheme:
    """The example's proportions are 20/70/10 %, not those of the preset."""
    scheme = preset("changsha")
    shares = expected("changsha")["inputs"]["shares"]
    grades = tuple(
        grade.model_copy(update={"quota": Quota(kind="proportion", share=D(shares[grade.zh]))})
        for grade in scheme.grades
    )
    return scheme.model_copy(update={"grades": grades})


@pytest.fixture(scope="module")
def changsha(changsha_scheme: Scheme) -> Scores:
    given = expected("changsha")["inputs"]
    rows = given["rows (target, leaders, peers, public, bonus, deduct)"]
    units = tuple(_department(key, row, given) for key, row in rows.items())
    return score(changsha_scheme, PeriodInputs(units, {"targets": (ONE,)}))


def _department(key: str, row: list[str], given: Any) -> UnitInputs:
    target, leaders, peers, public, bonus, deduction = row
    democratic = votes({"leaders": leaders, "peers": peers}, given["options_M"])
    return UnitInputs(
        key,
        "departments",
        readings={"targets": ready(target)},
        surveys={
            "democratic": democratic,
            "public": votes({"public": public}, given["options_P"]),
        },
        adjustments=adjustments(bonus, deduction),
    )


@pytest.mark.parametrize("unit", list(expected("changsha")["departments"]))
def test_changsha_departments_are_as_published(
    unit: str, changsha_scheme: Scheme, changsha: Scores
) -> None:
    sheet = expected("changsha")["departments"][unit]
    line = changsha.line(unit)
    assert found(changsha_scheme, line) == (sheet["total"], sheet["rank"], sheet["grade"])
    assert [shown(c.points or D(-1)) for c in line.components] == [
        sheet[name] for name in ("绩效目标", "民主测评", "公众评价")
    ]


@pytest.fixture(scope="module")
def ankang() -> Scores:
    given = expected("ankang")["inputs"]
    own: list[Indicator] = []
    units = []
    for key, items in given["own (weight, key, done, target)"].items():
        readings = {}
        for number, (weight, _, done, target) in enumerate(items):
            name = f"{key}{number}"
            own.append(Indicator(name, D(weight), "ratio", {"cap": D("1.2")}))
            readings[name] = Reading(value=D(done), target=D(target))
        units.append(_zone_department(key, readings, given))
    common = tuple(
        Indicator(name, D(weight))
        for name, weight in (("基层党建", "0.4"), ("党风廉政", "0.3"), ("意识形态", "0.3"))
    )
    return score(
        preset("ankang"), PeriodInputs(tuple(units), {"common": common, "own": tuple(own)})
    )


def _zone_department(key: str, own: dict[str, Reading], given: Any) -> UnitInputs:
    names = ("基层党建", "党风廉政", "意识形态")
    common = zip(names, given["common"][key], strict=True)
    groups = dict(zip(("leaders", "peers", "users"), given["votes_subjective"][key], strict=True))
    event = given["grade_cap_events"].get(key)
    return UnitInputs(
        key,
        "rural" if given["weights"][key] == [40, 40, 20] else "general",
        readings={
            "common": {name: Reading(points=D(points)) for name, points in common},
            "own": own,
        },
        surveys={"subjective": votes(groups, list(given["points"]))},
        adjustments=tuple(
            Adjustment("bonus" if D(p) > 0 else "deduction", abs(D(p)), what, times=times)
            for what, times, p in given["occurrences (what, times, points)"][key]
        ),
        caps=(GradeCap("good", event, "样例"),) if event else (),
    )


@pytest.mark.parametrize("unit", list(expected("ankang")["departments"]))
def test_ankang_departments_are_as_published(unit: str, ankang: Scores) -> None:
    sheet = expected("ankang")["departments"][unit]
    line = ankang.line(unit)
    total, _, grade = found(preset("ankang"), line)
    assert (total, grade) == (sheet["total"], sheet["grade"])
    assert [shown(c.points or D(-1)) for c in line.components] == [
        sheet[name] for name in ("共性", "个性", "主观")
    ]


def test_an_uncapped_total_stops_at_zero_below() -> None:
    unit = _zone_department("住建局", {}, expected("ankang")["inputs"])
    sunk = UnitInputs(
        "住建局",
        "general",
        readings={"common": ready("10"), "own": ready("10")},
        surveys=unit.surveys,
        adjustments=(Adjustment("deduction", D(5), times=20),),
    )
    scores = score(preset("ankang"), PeriodInputs((sunk,), {"common": (ONE,), "own": (ONE,)}))
    assert scores.line("住建局").total == 0


@pytest.fixture(scope="module")
def changchun() -> Scores:
    given = expected("changchun")["inputs"]
    weights = (("共同", "0.5"), ("类别", "0.3"), ("特色", "0.2"))
    units = []
    for key in given["units"]:
        annual = zip(("共同", "类别", "特色"), given["annual 共同/类别/特色"][key], strict=True)
        units.append(
            UnitInputs(
                key,
                "D",
                values={"quarterly": {"1": D(given["quarter_means"][key])}},
                readings={"trinity": {name: Reading(points=D(points)) for name, points in annual}},
                surveys={
                    "democratic": votes({"raters": given["votes_M"][key]}, given["options_M"]),
                    "recognition": votes({"public": given["votes_G"][key]}, given["options_G"]),
                },
            )
        )
    indicators = tuple(Indicator(name, D(weight)) for name, weight in weights)
    return score(preset("changchun"), PeriodInputs(tuple(units), {"trinity": indicators}))


@pytest.mark.parametrize("unit", list(expected("changchun")["year"]))
def test_changchun_districts_are_as_published(unit: str, changchun: Scores) -> None:
    sheet = expected("changchun")["year"][unit]
    assert found(preset("changchun"), changchun.line(unit)) == (
        sheet["total"],
        sheet["rank"],
        sheet["grade"],
    )


@pytest.mark.parametrize("unit", list(expected("jiuyuan")["totals"]))
def test_jiuyuan_departments_are_as_published(unit: str) -> None:
    sheet = expected("jiuyuan")["totals"][unit]
    n = D(sheet["N变量"])
    groups = {"democratic": "ABCDE", "recognition": ("invited", "open")}
    other = {"display": "晾晒", "bulletin": "通报", "report": "报告"}
    inputs = UnitInputs(
        unit,
        "departments",
        values={"tasks": {"1": n}} | {key: {"1": D(sheet[zh])} for key, zh in other.items()},
        readings={"goals": ready(sheet["N变量"])},
        surveys={
            key: tuple(GroupVotes(group, n_valid=99, score=n) for group in names)
            for key, names in groups.items()
        },
    )
    line = score(preset("jiuyuan"), PeriodInputs((inputs,), {"goals": (ONE,)})).line(unit)
    assert shown(line.total or D(-1)) == sheet["total"]
