"""The worked example comes out of its workbook to four decimals, line by line."""

from decimal import Decimal
from functools import cache

import pytest

from surveys.scoring.lines import Scores
from surveys.scoring.notes import ConsequenceCode, NoteCode
from surveys.scoring.reverse import ReverseBallot, reverse_deduction, reverse_result
from surveys.scoring.rounding import component_points, shown
from surveys.scoring.score import score
from surveys.scoring.workbook import read_inputs
from tests.surveys.scoring.example_workbook import BODY, as_workbook, example_sheets
from tests.surveys.scoring.worked_example import (
    COMPONENTS,
    DEMOCRATIC,
    RECOGNITION,
    expected,
    liuyang,
)


@cache
def example_scores() -> Scores:
    return score(liuyang(), read_inputs(liuyang(), as_workbook(example_sheets())))


UNITS = tuple(expected()["units"])


@pytest.mark.parametrize("unit", UNITS)
def test_components_are_those_of_the_sheet(unit: str) -> None:
    line = example_scores().line(unit)
    found = {
        zh: shown(line.arithmetic.component(key).points or Decimal(-1))
        for zh, key in COMPONENTS.items()
    }
    assert found == expected()["units"][unit]["comp"]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize(
    ("component", "letter", "part", "groups"),
    [("democratic", "M", "groups", DEMOCRATIC), ("recognition", "G", "channels", RECOGNITION)],
)
def test_groups_are_those_of_the_sheet(
    unit: str, component: str, letter: str, part: str, groups: dict[str, str]
) -> None:
    sheet = expected()[letter][unit]
    parts = {
        line.key: line for line in example_scores().line(unit).arithmetic.component(component).parts
    }
    found = {zh: parts[key] for zh, key in groups.items()}
    assert {zh: shown(line.points or Decimal(-1)) for zh, line in found.items()} == sheet[part]
    assert {zh: line.n_valid for zh, line in found.items()} == sheet["valid"]
    effective = {
        zh: shown(line.effective_weight)
        for zh, line in found.items()
        if line.effective_weight is not None
    }
    assert effective == sheet["weights"]


@pytest.mark.parametrize("unit", UNITS)
def test_totals_places_and_grades_are_those_of_the_sheet(unit: str) -> None:
    line, sheet = example_scores().line(unit), expected()["units"][unit]
    grade = liuyang().grades[liuyang().grade_rank(line.grade or "")].zh
    reports = [item for item in line.consequences if item.code == ConsequenceCode.WRITTEN_REPORT]
    assert shown(line.total or Decimal(-1)) == sheet["total"]
    assert shown(line.arithmetic.bonus) == sheet["bonus"]
    assert shown(line.arithmetic.deductions) == sheet["deduct"]
    assert (line.place, grade, bool(reports)) == (sheet["rank"], sheet["grade"], sheet["report"])


@pytest.mark.parametrize("unit", UNITS)
def test_a_line_adds_up_again_by_hand(unit: str) -> None:
    line = example_scores().line(unit).arithmetic
    parts = [(part.points or Decimal(-1)) * part.weight for part in line.components]
    by_hand = sum(parts, Decimal(0)) + line.bonus - line.deductions - line.reverse_deduction
    assert component_points(by_hand) == line.total


def test_a_category_of_five_has_one_excellent_seat() -> None:
    assert example_scores().category("T2").seats == {"excellent": expected()["excellent_seats"]}
    assert example_scores().category("T2").needs_decision == ()


def test_the_board_is_green_yellow_red_by_place_and_red_for_a_veto() -> None:
    colours = {line.unit: str(line.colour) for line in example_scores().lines if line.unit != BODY}
    assert colours == {
        "甲镇": "green",
        "乙镇": "yellow",
        "丙镇": "yellow",
        "戊镇": "red",
        "丁镇": "red",
    }


def test_lines_stand_by_place_with_the_vetoed_unit_last() -> None:
    assert [line.unit for line in example_scores().lines if line.unit != BODY] == [
        "甲镇",
        "乙镇",
        "丙镇",
        "戊镇",
        "丁镇",
    ]


def test_redistributed_weights_and_small_groups_are_noted() -> None:
    notes = example_scores().line("丙镇").arithmetic.component("democratic").notes
    assert [note.code for note in notes] == [
        NoteCode.GROUP_BELOW_MINIMUM,
        NoteCode.WEIGHTS_REDISTRIBUTED,
    ]
    assert notes[0].facts == {"group": "D", "n_valid": 4, "min_valid": 5}
    assert notes[1].facts == {"usable_weight": Decimal("0.85")}


def test_the_void_bonus_of_a_vetoed_unit_is_noted() -> None:
    line = example_scores().line("丁镇").arithmetic
    assert [line.bonus_claimed, line.bonus] == [Decimal(3), Decimal(0)]
    assert line.notes[0].code == NoteCode.BONUS_VOID_BY_VETO


def test_the_reverse_evaluation_gives_every_unit_one_voice() -> None:
    given, sheet = expected()["inputs"], expected()["reverse"]
    rule = liuyang().reverse
    assert rule is not None
    ballots = {
        unit: [ReverseBallot(rule.points[option]) for option in options]
        for unit, options in given["reverse_ballots"].items()
    }
    result = reverse_result(body="庚局", ballots=ballots, role_weights=rule.role_weights)
    points = component_points(result.points or Decimal(-1))
    assert (shown(points), result.n_units) == (sheet["R"], 6)
    assert shown(reverse_deduction(points, rule)) == sheet["deduction"]


@pytest.mark.parametrize("unit", tuple(expected()["reverse"]["unit_means"]))
def test_a_units_reverse_ballots_become_its_mean(unit: str) -> None:
    rule = liuyang().reverse
    assert rule is not None
    options = expected()["inputs"]["reverse_ballots"][unit]
    ballots = [ReverseBallot(rule.points[option]) for option in options]
    result = reverse_result(body="庚局", ballots={unit: ballots}, role_weights={})
    assert shown(result.points or Decimal(-1)) == expected()["reverse"]["unit_means"][unit]


def test_the_points_of_the_scheme_are_those_of_the_sheet() -> None:
    given = expected()["inputs"]
    scheme = liuyang()
    for letter, key in (("M", "democratic"), ("G", "recognition")):
        survey = scheme.component(key).survey
        assert survey is not None
        assert survey.points == given[f"points_{letter}"]
        assert survey.min_valid == given[f"min_valid_{letter}"]
    weights = {zh: scheme.component(key).weight for zh, key in COMPONENTS.items()}
    assert weights == {zh: Decimal(weight) for zh, weight in given["weights"].items()}
