"""Single checks on small campaigns made by hand."""

import numpy as np
import pytest

from stats.ballots import Ballots
from stats.checks.cells import cells_of
from stats.checks.contexts import contexts, crowds
from stats.checks.facts import over_issued
from stats.checks.favour import favour_scores
from stats.checks.harm import harm_of
from stats.checks.pieces import pieces_of
from stats.checks.rings import homes_of, steps_of, sums_by_shape, third_adds
from stats.checks.roundness import round_shares
from stats.checks.turnout import turnout_slopes
from stats.checks.view import packed, view_of
from stats.work import Here
from tests.stats.checks.by_hand import grid, single_unit


def test_the_shift_of_a_cell_is_against_the_units_other_ballots() -> None:
    network = np.array([1, 1, 2, 2, 2, 2])
    view = view_of(single_unit([5, 5, 3, 4, 3, 2], network=network))
    (door,) = contexts(view.ballots)
    cells = cells_of(view, door, view.rated)
    assert cells.size.tolist() == [2, 4]
    assert cells.shift[0] == pytest.approx(5 - 3)


def test_cells_are_standardised_by_exact_permutation_moments() -> None:
    marks = [5, 5, 3, 4, 3, 2]
    view = view_of(single_unit(marks, network=np.array([1, 1, 2, 2, 2, 2])))
    (door,) = contexts(view.ballots)
    pairs = [marks[a] + marks[b] for a in range(6) for b in range(a)]
    expected = (10 - np.mean(pairs)) / np.std(pairs)
    assert cells_of(view, door, view.rated).z[0] == pytest.approx(expected)


def test_equal_answers_have_equal_codes_and_one_may_be_left_out() -> None:
    answers = np.array([[5, 4, 3], [5, 4, 3], [5, 4, 0]], dtype=np.uint8)
    rows = np.arange(3)
    ballots = Ballots(rows, rows * 0, rows * 0, answers, 5, 1)
    whole = packed(ballots)
    assert whole[0] == whole[1] != whole[2]
    assert len(set(packed(ballots, without=2))) == 1


def test_codes_of_long_forms_do_not_collide() -> None:
    rng = np.random.default_rng(1)
    answers = rng.integers(1, 6, (200, 60)).astype(np.uint8)
    answers[100:] = answers[:100]
    rows = np.arange(200)
    code = packed(Ballots(rows, rows * 0, rows * 0, answers, 5, 1))
    assert (code[:100] == code[100:]).all()
    assert len(set(code[:100])) == 100


def test_a_batch_with_more_ballots_than_codes_is_a_fact() -> None:
    batch, issued = np.array([0, 0, 0, 1]), np.array([2, 5])
    found, _ = over_issued(view_of(single_unit([5, 5, 4, 4], batch=batch, issued=issued)))
    assert [(f.level, f.ballots.tolist()) for f in found] == [("fact", [0, 1, 2])]


def test_harm_counts_the_places_within_the_category() -> None:
    unit = np.array([0, 0, 1, 1, 2])
    answers = np.array([[5], [1], [4], [4], [5]], dtype=np.uint8)
    rows, category = np.arange(5), np.array([0, 0, 1])
    view = view_of(Ballots(rows, unit, rows * 0, answers, 5, 3, category=category))
    harm = harm_of(view, np.array([1]), (0,))
    assert harm is not None
    assert (harm.rank_with, harm.rank_without) == (2, 1)
    assert (harm.score_with, harm.score_without) == (3.0, 5.0)


def test_a_crowd_joins_networks_of_one_unit_close_in_time() -> None:
    unit = np.array([0] * 8 + [1] * 40)
    network = np.array([7] * 4 + [8] * 4 + list(range(100, 140)))
    bucket = np.array([10, 11, 12, 12, 13, 14, 15, 16] + [10] * 40)
    rows = np.arange(48)
    marks = np.full((48, 3), 5, dtype=np.uint8)
    ballots = Ballots(rows, unit, rows * 0, marks, 5, 2, network=network, bucket=bucket)
    found = crowds(ballots, unit)
    assert found is not None
    assert set(found.labels[:8]) == {0}
    assert set(found.labels[8:]) == {-1}


def test_a_pair_and_a_clique_add_the_evidence_of_their_edges() -> None:
    nats = np.array([[0, 3.0, 2.0], [2.5, 0, 2.0], [2.5, 2.0, 0]])
    tested = ~np.eye(3, dtype=bool)
    sums = sums_by_shape(nats, tested)
    assert sums["pair"][0, 1] == pytest.approx(5.5)
    assert sums["clique"][0, 1] == pytest.approx(14)
    assert sums["ring"][0, 1] == pytest.approx(3.0 + 2.0 + 2.5)


def test_one_clear_favour_and_a_weak_one_back_count_little() -> None:
    nats = np.array([[0, 30.0], [0.8, 0]])
    assert sums_by_shape(nats, ~np.eye(2, dtype=bool))["pair"][0, 1] == pytest.approx(8.8)
    nats[1, 0] = 0.5
    assert sums_by_shape(nats, ~np.eye(2, dtype=bool))["pair"][0, 1] == -np.inf


def test_a_third_home_must_add_to_the_clearest_pair() -> None:
    nats = np.array([[0, 8.0, 0.6], [8.0, 0, 0.6], [0.6, 0.6, 0]])
    assert third_adds((0, 1, 2), nats, ~np.eye(3, dtype=bool)) == pytest.approx(2.4)


def test_the_homes_of_a_ring_stand_in_the_order_of_its_steps() -> None:
    z = np.full((4, 4), -1.0)
    for h, v in ((2, 0), (0, 3), (3, 2)):
        z[h, v] = 3.0
    ring = homes_of("ring", (0, 3), z, ~np.eye(4, dtype=bool))
    assert steps_of("ring", ring) == [(0, 3), (3, 2), (2, 0)]


def test_full_marks_of_a_severe_rater_are_the_clearest_favour() -> None:
    rng = np.random.default_rng(1)
    marks = np.where(rng.random((40, 20)) < 0.7, 5, 4).astype(np.uint8)
    marks[0] = 4
    marks[0, 3] = 5
    scores = favour_scores(grid(marks), np.ones(marks.shape))
    assert scores[0, 3] == scores.max()


def test_marks_below_the_top_speak_against_favour() -> None:
    marks = np.where(np.random.default_rng(2).random((40, 20)) < 0.7, 5, 4).astype(np.uint8)
    scores = favour_scores(grid(marks), np.ones(marks.shape))
    assert (scores[marks == 4] < 0).all()
    assert (scores[marks == 5] > 0).all()


def test_honest_cells_have_a_likelihood_ratio_of_one_on_average() -> None:
    marks = np.where(np.random.default_rng(3).random((400, 30)) < 0.6, 5, 4).astype(np.uint8)
    scores = favour_scores(grid(marks), np.ones(marks.shape))
    assert np.exp(scores).mean() == pytest.approx(1, abs=0.02)


def test_exactly_round_shares_are_unlikely_by_chance() -> None:
    exact = np.repeat([5, 4, 3, 2], [100, 60, 20, 20]).astype(np.uint8)
    assert round_shares(np.column_stack([exact] * 4), 5) < 0.001


def test_marks_that_rise_with_turnout_are_told_as_information() -> None:
    sizes = np.arange(4, 24)
    batch = np.repeat(np.arange(20), sizes)
    marks = (2 + (batch > 6) + (batch > 12) + (batch > 16)).tolist()
    ballots = single_unit(marks, batch=batch, issued=np.full(20, 30))
    found, _ = turnout_slopes(pieces_of(view_of(ballots), Here()), level=0.01, entropy=1)
    assert [f.level for f in found] == ["information"]
    assert found[0].effect > 0.3
