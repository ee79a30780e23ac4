"""Votes to groups to a component."""

from decimal import Decimal

import pytest

from surveys.errors import Invalid
from surveys.scoring.inputs import GroupVotes
from surveys.scoring.reverse import ReverseBallot, unit_voice
from surveys.scoring.scheme_parts import Survey, Trim
from surveys.scoring.survey_scores import (
    ballot_points,
    group_points,
    survey_component,
    votes_by_option,
)
from tests.surveys.scoring.worked_example import liuyang

ITEMS = {
    "T1": Decimal(15),
    "T2": Decimal(15),
    "T3": Decimal(35),
    "T4": Decimal(35),
    "T0": Decimal(0),
}
GOOD, FAIR = Decimal(100), Decimal(85)


def democratic() -> Survey:
    survey = liuyang().component("democratic").survey
    assert survey is not None
    return survey


def test_a_ballot_is_the_weighted_mean_of_its_answered_items() -> None:
    answers = {"T1": GOOD, "T2": None, "T3": FAIR, "T4": GOOD}
    by_hand = (15 * GOOD + 35 * FAIR + 35 * GOOD) / 85
    assert ballot_points(answers, ITEMS) == by_hand


def test_a_ballot_with_fewer_than_two_thirds_of_its_items_is_void() -> None:
    assert ballot_points({"T3": GOOD, "T4": GOOD}, ITEMS) is None


def test_two_thirds_exactly_are_enough() -> None:
    three = {"a": Decimal(1), "b": Decimal(1), "c": Decimal(1)}
    assert ballot_points({"a": GOOD, "b": FAIR}, three) == Decimal("92.5")


def test_the_overall_item_of_weight_zero_does_not_count_as_answered() -> None:
    assert ballot_points({"T0": GOOD, "T1": GOOD, "T2": GOOD}, ITEMS) is None


def test_dont_know_stands_outside_numerator_and_denominator() -> None:
    votes = votes_by_option(democratic(), {"好": 1, "较差": 1, "不了解": 98})
    assert group_points(votes).points == 75
    assert group_points(votes).n_valid == 2


def test_a_group_without_valid_votes_has_no_score() -> None:
    assert group_points(votes_by_option(democratic(), {"不了解": 9})).points is None


def test_trimming_drops_the_same_number_at_both_ends() -> None:
    votes = [(Decimal(100), 3), (Decimal(50), 1), (Decimal(80), 36)]
    score = group_points(votes, Trim(share=Decimal("0.05"), n_from=21))
    assert score.n_dropped_each_end == 2
    assert score.points == (Decimal(100) + 35 * Decimal(80)) / 36
    assert score.n_valid == 40


def test_a_group_below_the_trimming_size_keeps_every_ballot() -> None:
    votes = [(Decimal(0), 1), (Decimal(100), 19)]
    score = group_points(votes, Trim(share=Decimal("0.05"), n_from=21))
    assert score.points == 95
    assert score.n_dropped_each_end == 0


def test_trimming_never_drops_everybody() -> None:
    score = group_points([(Decimal(10), 1), (Decimal(20), 1)], Trim(share=Decimal("0.5"), n_from=1))
    assert score.points == 15
    assert score.n_dropped_each_end == 0


def test_a_group_weight_can_differ_by_unit() -> None:
    votes = [
        GroupVotes("A", weight=Decimal("0.10"), n_valid=5, score=GOOD),
        *(GroupVotes(group, n_valid=5, score=Decimal(50)) for group in "BCDE"),
    ]
    line = survey_component(
        key="democratic", weight=Decimal("0.15"), survey=democratic(), votes=votes
    )
    assert line.points == Decimal("56.2500")


def test_a_component_tie_at_the_fifth_place_rounds_up_despite_thirds() -> None:
    survey = Survey.model_validate(
        {
            "points": {"a": "1"},
            "min_valid": 1,
            "groups": [{"key": k, "zh": k, "en": k, "weight": "0.5"} for k in "ab"],
        }
    )
    votes = [
        GroupVotes("a", n_valid=3, score=Decimal("250.0002") / 3),
        GroupVotes("b", n_valid=3, score=Decimal("251.0001") / 3),
    ]
    line = survey_component(key="x", weight=Decimal(1), survey=survey, votes=votes)
    assert line.points == Decimal("83.5001")  # exactly 83.50005


def test_a_role_counts_once_whatever_its_ballots() -> None:
    weights = {
        "主要负责人": Decimal("0.40"),
        "分管负责人": Decimal("0.30"),
        "联络员": Decimal("0.30"),
    }
    ballots = [
        ReverseBallot(Decimal(50), "主要负责人"),
        ReverseBallot(Decimal(70), "联络员"),
        ReverseBallot(Decimal(90), "联络员"),
    ]
    assert unit_voice(ballots, weights) == (Decimal(20) + Decimal(24)) / Decimal("0.7")


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(Invalid, match="unknown_role"):
        unit_voice([ReverseBallot(Decimal(50), "司机")], {"主要负责人": Decimal(1)})
