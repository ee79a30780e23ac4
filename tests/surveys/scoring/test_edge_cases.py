"""The edge cases that the regulation names, one by one."""

from decimal import Decimal

import pytest

from surveys.errors import Invalid
from surveys.scoring.inputs import (
    Adjustment,
    ComponentDecision,
    GradeCap,
    GradeDecision,
    GroupVotes,
    ReverseResult,
    UnitInputs,
    Veto,
)
from surveys.scoring.lines import UnitLine
from surveys.scoring.notes import ConsequenceCode, NoteCode
from surveys.scoring.reverse import ReverseBallot, reverse_result
from surveys.scoring.score import score
from tests.surveys.scoring.worked_example import field, liuyang, period, plain_unit


def one(unit: UnitInputs) -> UnitLine:
    return score(liuyang(), period(unit)).line(unit.key)


def codes(line: UnitLine) -> set[NoteCode]:
    in_components = {note.code for part in line.components for note in part.notes}
    return {note.code for note in (*line.notes, *line.arithmetic.notes)} | in_components


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_category_of_up_to_three_units_has_no_excellent_seat(n: int) -> None:
    scores = score(liuyang(), field({f"镇{i}": str(95 - i) for i in range(n)}))
    assert scores.category("T2").seats == {"excellent": 0}
    assert {line.grade for line in scores.lines} == {"good"}


def test_a_vetoed_unit_with_the_highest_total_has_no_place_and_no_good_grade() -> None:
    units = [plain_unit(f"镇{i}", str(90 - i)) for i in range(4)]
    first = plain_unit("首镇", "99", vetoes=(Veto("安全生产"),))
    scores = score(liuyang(), period(first, *units))
    line = scores.line("首镇")
    assert line.total == 99
    assert (line.place, line.grade, line.colour) == (None, "average", "red")
    assert scores.line("镇0").place == 1
    assert scores.line("镇0").grade == "excellent"
    assert scores.category("T2").n == 5


def test_a_major_veto_leaves_the_last_grade() -> None:
    assert one(plain_unit("甲", "99", vetoes=(Veto("环境保护", "major"),))).grade == "poor"


def test_a_veto_outside_the_list_needs_a_document() -> None:
    with pytest.raises(Invalid, match="veto_without_document"):
        one(plain_unit("甲", "90", vetoes=(Veto("信访"),)))


def test_a_veto_outside_the_list_holds_with_a_document() -> None:
    assert (
        one(plain_unit("甲", "90", vetoes=(Veto("信访", document="样例1号"),))).grade == "average"
    )


def test_a_veto_voids_the_bonus_and_leaves_the_deductions() -> None:
    changes = (Adjustment("bonus", Decimal(3)), Adjustment("deduction", Decimal(1)))
    assert one(plain_unit("甲", "90", adjustments=changes, vetoes=(Veto("安全生产"),))).total == 89


def test_a_veto_does_not_lift_a_poor_grade() -> None:
    assert one(plain_unit("甲", "50", vetoes=(Veto("安全生产"),))).grade == "poor"


def test_all_groups_unusable_leave_the_component_and_the_total_open() -> None:
    votes = {"democratic": (GroupVotes("A", n_valid=4, score=Decimal(90)),)}
    unit = plain_unit("甲", "90")
    unit = plain_unit("甲", "90", surveys={**unit.surveys, **votes})
    scores = score(liuyang(), period(unit, plain_unit("乙", "80")))
    line = scores.line("甲")
    assert (line.total, line.place, line.grade, line.colour) == (None, None, None, "grey")
    assert {NoteCode.COMPONENT_INSUFFICIENT, NoteCode.TOTAL_OPEN} <= codes(line)
    [question] = scores.category("T2").needs_decision
    assert (question.note.code, question.units) == (NoteCode.TOTALS_MISSING, ("甲",))


def test_a_component_without_figures_says_so_and_not_that_voters_lack() -> None:
    line = one(plain_unit("甲", "80", values={"quarterly": {}, "special": {"1": Decimal(80)}}))
    assert line.total is None
    assert codes(line) & {NoteCode.FIGURES_MISSING, NoteCode.COMPONENT_EMPTY}
    assert NoteCode.COMPONENT_INSUFFICIENT not in codes(line)


@pytest.mark.parametrize(
    ("groups", "points"), [("ABE", "90.0000"), ("AC", None), ("AB", None), ("ACE", "90.0000")]
)
def test_a_component_needs_three_fifths_of_its_weight(groups: str, points: str | None) -> None:
    votes = tuple(GroupVotes(group, n_valid=5, score=Decimal(90)) for group in groups)
    unit = plain_unit("甲", "80")
    line = one(plain_unit("甲", "80", surveys={**unit.surveys, "democratic": votes}))
    assert line.arithmetic.component("democratic").points == (points and Decimal(points))


def test_a_recorded_decision_fills_an_insufficient_component() -> None:
    unit = plain_unit("甲", "90")
    line = one(
        plain_unit(
            "甲",
            "90",
            surveys={**unit.surveys, "democratic": ()},
            component_decisions={"democratic": ComponentDecision(Decimal(90), "样例", "样例2号")},
        )
    )
    assert line.total == 90
    assert NoteCode.COMPONENT_DECIDED in codes(line)


def test_a_decision_does_not_replace_a_component_that_has_a_score() -> None:
    decided = {"democratic": ComponentDecision(Decimal(10), "样例", "样例2号")}
    assert one(plain_unit("甲", "90", component_decisions=decided)).total == 90


def test_bonus_points_above_the_cap_are_cut_to_it() -> None:
    changes = tuple(Adjustment("bonus", Decimal("1.5")) for _ in range(4))
    line = one(plain_unit("甲", "90", adjustments=changes))
    assert [line.arithmetic.bonus_claimed, line.arithmetic.bonus] == [Decimal(6), Decimal(5)]
    assert line.total == 95
    assert NoteCode.BONUS_CAPPED in codes(line)


def test_deductions_have_no_cap_and_count_by_occurrence() -> None:
    changes = (Adjustment("deduction", Decimal("0.5"), times=20),)
    assert one(plain_unit("甲", "90", adjustments=changes)).total == 80


def test_a_missing_quarter_leaves_the_mean_of_the_others_and_a_notice() -> None:
    quarters = {"1": Decimal(92), "2": None, "3": Decimal(90), "4": Decimal(94)}
    unit = plain_unit("甲", "90")
    line = one(plain_unit("甲", "90", values={**unit.values, "quarterly": quarters}))
    component = line.arithmetic.component("quarterly")
    assert component.points == 92
    [notice] = component.notes
    assert (notice.code, notice.facts) == (
        NoteCode.VALUES_MISSING,
        {"n_present": 3, "n_expected": 4},
    )


def test_four_missing_quarters_are_not_zero() -> None:
    unit = plain_unit("甲", "90")
    line = one(plain_unit("甲", "90", values={**unit.values, "quarterly": {}}))
    assert line.total is None


def test_a_body_cannot_rate_itself() -> None:
    with pytest.raises(Invalid, match="unit_rates_itself"):
        reverse_result(
            body="甲局", ballots={"甲局": [ReverseBallot(Decimal(100))]}, role_weights={}
        )


def test_a_tie_at_the_excellent_edge_gives_nobody_the_grade_and_needs_a_decision() -> None:
    totals = {"甲": "95", "乙": "95", "丙": "90", "丁": "80", "戊": "70"}
    scores = score(liuyang(), field(totals))
    assert [scores.line(key).place for key in totals] == [1, 1, 3, 4, 5]
    assert [scores.line(key).grade for key in totals] == ["good"] * 4 + ["average"]
    [question] = scores.category("T2").needs_decision
    assert question.note.code == NoteCode.TIE_STRADDLES_QUOTA
    assert question.units == ("乙", "甲")


def test_a_recorded_decision_settles_a_tie() -> None:
    decided = [
        plain_unit(key, "95", grade_decision=GradeDecision(grade, "样例", "样例3号", "考核办"))
        for key, grade in (("甲", "excellent"), ("乙", "good"))
    ]
    rest = [plain_unit(key, "80") for key in "丙丁戊"]
    scores = score(liuyang(), period(*decided, *rest))
    assert scores.line("甲").grade == "excellent"
    assert scores.category("T2").needs_decision == ()


def test_an_equal_total_with_a_better_recognition_stands_higher() -> None:
    better = plain_unit("乙", "90")
    votes = tuple(
        GroupVotes(group, n_valid=100, score=Decimal(99)) for group in ("invited", "open")
    )
    changes = (Adjustment("deduction", Decimal("0.9")),)
    better = plain_unit(
        "乙", "90", surveys={**better.surveys, "recognition": votes}, adjustments=changes
    )
    scores = score(liuyang(), period(plain_unit("甲", "90"), better))
    assert scores.line("甲").total == scores.line("乙").total
    assert (scores.line("乙").place, scores.line("甲").place) == (1, 2)


def test_a_new_unit_is_neither_ranked_nor_counted_for_the_quota() -> None:
    new = plain_unit("新", "99", in_quota_base=False)
    scores = score(liuyang(), period(new, *(plain_unit(f"镇{i}", str(90 - i)) for i in range(3))))
    line = scores.line("新")
    assert (scores.category("T2").n, line.place, line.grade, line.colour) == (3, None, None, "grey")
    assert line.total == 99


def test_a_cap_binds_a_decision() -> None:
    line = one(
        plain_unit(
            "甲",
            "90",
            caps=(GradeCap("average", "样例", "样例4号"),),
            grade_decision=GradeDecision("excellent", "样例", "样例5号", "考核办"),
        )
    )
    assert (line.grade, line.place) == ("average", 1)
    assert {NoteCode.GRADE_CAPPED, NoteCode.GRADE_DECIDED} <= codes(line)


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("85", "good"),
        ("75", "good"),
        ("74.9999", "average"),
        ("60", "average"),
        ("59.9999", "poor"),
    ],
)
def test_thresholds_are_closed_below(total: str, grade: str) -> None:
    assert one(plain_unit("甲", total)).grade == grade


def test_a_first_place_below_85_is_not_excellent() -> None:
    scores = score(liuyang(), field({f"镇{i}": str(Decimal("84.9999") - i) for i in range(5)}))
    assert scores.line("镇0").grade == "good"


@pytest.mark.parametrize(
    ("points", "taken"),
    [("100", "0"), ("90", "0"), ("80", "0.5"), ("30", "3"), ("0", "3"), ("85.8333", "0.208335")],
)
def test_the_reverse_deduction_lies_between_zero_and_three(points: str, taken: str) -> None:
    line = one(plain_unit("甲", "90", reverse=ReverseResult(Decimal(points), 5)))
    assert line.arithmetic.reverse_deduction == Decimal(taken)


def test_fewer_than_five_raters_show_no_result_and_take_no_points() -> None:
    line = one(plain_unit("甲", "90", reverse=ReverseResult(Decimal(40), 4)))
    assert line.arithmetic.reverse_points is None
    assert line.total == 90
    assert NoteCode.REVERSE_BELOW_MINIMUM in codes(line)


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ("70", set()),
        ("69.9999", {ConsequenceCode.WRITTEN_EXPLANATION}),
        ("59.9999", {ConsequenceCode.WRITTEN_EXPLANATION, ConsequenceCode.REVERIFY_SCORES}),
    ],
)
def test_a_low_reverse_result_calls_for_an_explanation_then_for_a_second_look(
    points: str, expected: set[ConsequenceCode]
) -> None:
    line = one(plain_unit("甲", "90", reverse=ReverseResult(Decimal(points), 5)))
    of_reverse = {ConsequenceCode.WRITTEN_EXPLANATION, ConsequenceCode.REVERIFY_SCORES}
    assert {item.code for item in line.consequences} & of_reverse == expected


def test_a_grade_brings_its_merit_quota_and_bonus_coefficient() -> None:
    found = {item.code: item.facts for item in one(plain_unit("甲", "90")).consequences}
    assert found == {
        ConsequenceCode.MERIT_QUOTA: {"share": Decimal("0.20")},
        ConsequenceCode.BONUS_COEFFICIENT: {"coefficient": Decimal("1.00")},
    }


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        (plain_unit("甲", "90", category="X"), "unknown_category"),
        (plain_unit("甲", "100.0001"), "points_out_of_range"),
        (plain_unit("甲", "-1"), "points_out_of_range"),
        (plain_unit("甲", "90", values={"annual": {}}), "unknown_component"),
        (
            plain_unit("甲", "90", adjustments=(Adjustment("bonus", Decimal(-1)),)),
            "negative_points",
        ),
        (plain_unit("甲", "90", vetoes=(Veto("安全生产", "??"),)), "unknown_veto_level"),
        (plain_unit("甲", "90", caps=(GradeCap("??", "", ""),)), "unknown_grade"),
        (
            plain_unit("甲", "90", surveys={"democratic": (GroupVotes("Z"),)}),
            "unknown_group",
        ),
        (
            plain_unit("甲", "90", surveys={"democratic": (GroupVotes("A"), GroupVotes("A"))}),
            "group_twice",
        ),
        (
            plain_unit("甲", "90", surveys={"democratic": (GroupVotes("A", counts={"?": 1}),)}),
            "unknown_option",
        ),
        (
            plain_unit("甲", "90", surveys={"democratic": (GroupVotes("A", counts={"好": -1}),)}),
            "negative_count",
        ),
    ],
)
def test_inputs_that_contradict_the_scheme_are_refused(unit: UnitInputs, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        one(unit)
    assert refused.value.code == code


def test_the_same_unit_twice_is_refused() -> None:
    with pytest.raises(Invalid, match="unit_twice"):
        score(liuyang(), period(plain_unit("甲", "90"), plain_unit("甲", "80")))
