"""Scores of a campaign: means, robust scores, intervals and ranks of its units."""

import numpy as np
import pytest

from stats.ballots import Ballots
from stats.estimates.campaign_scores import campaign_scores, robust_scores, unit_rows
from stats.estimates.robust_scores import robust_matrix_means, robust_unit_means
from stats.estimates.rows import rows_of
from stats.estimates.unit_scores import matrix_means, unit_means
from stats.simulator.campaign import simulate
from stats.simulator.profiles import Profile


def campaign(answers: list[list[int]], unit: list[int], **more: np.ndarray) -> Ballots:
    n = len(unit)
    return Ballots(
        ballot=np.arange(n),
        unit=np.array(unit),
        group=np.zeros(n, dtype=np.int64),
        answers=np.array(answers, dtype=np.uint8),
        levels=5,
        n_units=max(unit) + 1,
        **more,
    )


def everything(ballots: Ballots) -> np.ndarray:
    return np.ones(ballots.n_rows, dtype=np.bool_)


def test_a_ballot_counts_by_the_mean_of_its_valid_answers() -> None:
    found = unit_rows(campaign([[5, 3], [4, 0], [0, 0]], [0, 0, 0]), np.ones(3, dtype=np.bool_))
    assert (found.mark.tolist(), found.weight.tolist()) == ([4.0, 4.0], [1.0, 1.0])


def test_equal_marks_are_one_row_with_their_number() -> None:
    found = unit_rows(campaign([[5, 3]] * 7, [0] * 7), np.ones(7, dtype=np.bool_))
    assert (found.mark.tolist(), found.weight.tolist()) == ([4.0], [7.0])


def test_counted_rows_score_as_single_ones() -> None:
    unit, mark = np.array([0, 0, 0, 1, 1, 2]), np.array([5.0, 5, 3, 4, 2, 1])
    counted = rows_of([0, 0, 1, 1, 2], [5.0, 3, 4, 2, 1], 3, weight=[2, 1, 1, 1, 1])
    single = rows_of(unit, mark, 3)
    assert unit_means(counted).moments.value == pytest.approx(unit_means(single).moments.value)
    assert unit_means(counted).error[:2] == pytest.approx(unit_means(single).error[:2])
    assert robust_unit_means(counted) == pytest.approx(robust_unit_means(single))


def test_five_equal_marks_still_leave_doubt() -> None:
    rng = np.random.default_rng(1)
    unit = np.repeat(np.arange(20), 5)
    mark = rng.integers(3, 6, 100).astype(float)
    mark[:5] = 5.0
    assert unit_means(rows_of(unit, mark, 20)).error[0] > 0.2


def test_raters_of_one_severity_tie_the_errors_of_units_together() -> None:
    rng = np.random.default_rng(2)
    severity = rng.normal(0, 1, 50)
    rater, unit = np.repeat(np.arange(50), 2), np.tile([0, 1], 50)
    mark = severity[rater] + rng.normal(0, 0.1, 100)
    found = matrix_means(rater, rows_of(unit, mark, 2)).correlation
    assert found is not None
    assert found[0, 1] > 0.9


def test_a_matrix_of_equal_marks_has_uncorrelated_errors() -> None:
    found = matrix_means([0, 0, 1, 1], rows_of([0, 1, 0, 1], [5.0] * 4, 2)).correlation
    assert found is not None
    assert found.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_without_extremes_the_robust_mean_is_nearly_the_mean() -> None:
    rng = np.random.default_rng(3)
    unit, mark = np.repeat(np.arange(4), 50), rng.normal(4, 0.4, 200)
    rows = rows_of(unit, mark, 4)
    assert robust_unit_means(rows) == pytest.approx(rows.means(mark), abs=0.02)


def test_a_few_extreme_ballots_hardly_move_the_robust_mean() -> None:
    rng = np.random.default_rng(4)
    unit, mark = np.repeat(np.arange(4), 50), rng.normal(4.5, 0.2, 200)
    before = robust_unit_means(rows_of(unit, mark, 4))
    mark[:4] = 1.0
    after = robust_unit_means(rows_of(unit, mark, 4))
    assert abs(after[0] - before[0]) < 0.06
    assert abs(rows_of(unit, mark, 4).means(mark)[0] - before[0]) > 0.25


def test_a_unit_rated_by_severe_raters_only_is_not_the_worse_for_it() -> None:
    rng = np.random.default_rng(5)
    rater = np.repeat(np.arange(40), 3)
    severe = rater >= 20
    # Severe raters mark units 1, 2, 3; the others 0, 1, 2: all units are equally good.
    unit = np.tile([0, 1, 2], 40) + severe
    mark = 4.0 - 0.8 * severe + rng.normal(0, 0.05, 120)
    found = robust_matrix_means(rater, unit, mark, 4)
    assert np.ptp(found) < 0.1
    assert np.ptp(rows_of(unit, mark, 4).means(mark)) > 0.7


def test_no_marks_give_no_robust_scores() -> None:
    assert np.isnan(robust_matrix_means([], [], [], 2)).all()
    assert np.isnan(robust_unit_means(rows_of([], [], 2))).all()


def test_marks_for_ones_own_unit_are_left_out_of_interval_and_robust_score() -> None:
    # Unit 0 has three marks of its own raters, all at the top.
    marks, unit = [5, 5, 5, 3, 3, 4, 3, 4, 4, 3], [0] * 7 + [1] * 3
    homes = np.array([0, 0, 0, -1, -1, -1, -1, -1, -1, -1])
    ballots = campaign([[mark] for mark in marks], unit, home=homes)
    found = campaign_scores(ballots, rng=np.random.default_rng(0))
    assert found.mean[0] == pytest.approx(28 / 7)
    assert found.outside.moments.value[0] == pytest.approx(13 / 4)
    assert found.interval.value[0] == pytest.approx(13 / 4)
    assert robust_scores(ballots, everything(ballots))[0] < 3.5


def test_the_rank_by_the_mean_lies_within_its_limits() -> None:
    made = simulate(Profile("insider", 60, 8, 4, homes=8, groups=2, days=3), truth=False,
                    rng=np.random.default_rng(6))  # fmt: skip
    found = campaign_scores(made.ballots, rng=np.random.default_rng(0))
    assert (found.rank_low >= 1).all()
    assert (found.rank_low <= found.rank).all()
    assert (found.rank <= found.rank_high).all()


def test_units_are_ranked_within_their_category() -> None:
    ballots = campaign([[5], [4], [3], [2]] * 5, [0, 1, 2, 3] * 5, category=np.array([0, 1, 0, 1]))
    found = campaign_scores(ballots, rng=np.random.default_rng(0))
    assert found.rank.tolist() == [1, 1, 2, 2]


def test_a_unit_without_ballots_has_no_rank() -> None:
    ballots = campaign([[5], [4], [0]], [0, 2, 1])
    found = campaign_scores(ballots, rng=np.random.default_rng(0))
    assert (found.n.tolist(), found.rank.tolist()) == ([1, 0, 1], [1, 0, 2])
    assert np.isnan(found.mean[1])
    assert (found.rank_low[1], found.rank_high[1]) == (0, 0)


def test_the_order_of_the_ballots_does_not_matter() -> None:
    made = simulate(Profile("public", 200, 6, 4), truth=False, rng=np.random.default_rng(7)).ballots
    order = np.random.default_rng(8).permutation(made.n_rows)
    mixed = Ballots(
        ballot=made.ballot, unit=made.unit[order], group=made.group[order],
        answers=made.answers[order], levels=5, n_units=6, category=made.category,
    )  # fmt: skip
    one, other = (campaign_scores(each, rng=np.random.default_rng(0)) for each in (made, mixed))
    assert one.mean == pytest.approx(other.mean, abs=1e-12)
    assert one.robust == pytest.approx(other.robust, abs=1e-9)
    assert one.rank_low.tolist() == other.rank_low.tolist()
