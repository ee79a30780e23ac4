"""What fresh raters might change in a run: through the scheme's own arithmetic."""

from collections import Counter
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy.orm import Session

from stats.estimates.rows import rows_of
from stats.estimates.unit_scores import unit_means
from surveys.errors import Conflict, NotFound
from surveys.models import AuditRecord, ScoreRun
from surveys.scoring.fresh_raters import (
    GroupChance,
    error_to_fresh,
    group_chances,
    reverse_rows,
    with_fresh_raters,
)
from surveys.scoring.score import score
from surveys.scoring.score_period import ground_of
from surveys.scoring.uncertainty import chances_of, estimate_uncertainty, fresh_results
from tests.surveys.scoring.example_county import BODY, ExampleCounty

SOME = 20


def chances(session: Session, county: ExampleCounty, run: ScoreRun) -> list[GroupChance]:
    ground = ground_of(session, run.period, leave_out_excluded=True)
    codes = {unit.id: unit.code for unit in run.period.units}
    return [
        each
        for votes in ground.votes
        for each in group_chances(session, votes, leave_out_excluded=True, codes=codes)
    ]


def test_fresh_raters_differ_by_two_errors() -> None:
    means = unit_means(rows_of(np.repeat([0, 1, 2, 3], 100), np.tile([50.0, 100.0], 200), 4))
    found = error_to_fresh(means, np.full(4, np.inf))
    assert found == pytest.approx(np.sqrt(2) * means.error, rel=0.02)


def test_where_all_have_answered_there_are_no_fresh_raters() -> None:
    means = unit_means(rows_of(np.repeat([0, 1, 2, 3], 100), np.tile([50.0, 100.0], 200), 4))
    assert error_to_fresh(means, np.full(4, 100.0)).tolist() == [0.0] * 4


def test_draws_stay_on_the_scale() -> None:
    one = GroupChance("democratic", "x", ("a",), np.array([99.0]), np.array([9.0]), None)
    drawn = one.draws(np.random.default_rng(1), 200)
    assert drawn.max() == 100.0
    assert drawn.min() < 90


def test_every_group_and_the_reverse_evaluation_have_their_chances(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    found = {(each.component, each.group) for each in chances(session, county, run)}
    kinds = {campaign.kind.value: campaign.groups for campaign in county.campaigns.values()}
    asked = {(kind, group.code) for kind, groups in kinds.items() for group in groups}
    assert {each for each in asked if each[0] != "reverse"} | {("reverse", "")} == found


def test_a_groups_mean_is_that_of_its_votes(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    ground = ground_of(session, run.period, leave_out_excluded=True)
    for each in chances(session, county, run):
        if each.component == "reverse":
            continue
        of_unit = {unit.key: unit for unit in ground.inputs.units}
        for unit, mean in zip(each.units, each.mean.tolist(), strict=True):
            votes = {v.group: v.score for v in of_unit[unit].surveys[each.component]}
            assert mean == pytest.approx(float(votes[each.group] or 0))


def test_the_voices_of_the_reverse_evaluation_give_its_result(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    ground = ground_of(session, run.period, leave_out_excluded=True)
    body = county.units[BODY]
    (reverse,) = (v for v in ground.votes if v.campaign.kind.value == "reverse")
    voices = [points for _, unit, points, _ in reverse_rows(reverse) if unit == body.id]
    result = next(u.reverse for u in ground.inputs.units if u.key == body.code)
    assert result is not None
    assert np.mean(voices) == pytest.approx(float(result.points or 0))


def test_drawn_scores_take_the_place_of_the_groups_own(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    inputs = ground_of(session, run.period, leave_out_excluded=True).inputs
    unit = inputs.units[0]
    group = unit.surveys["democratic"][0].group
    changed = with_fresh_raters(inputs, {("democratic", group, unit.key): 61.25}).units[0]
    assert changed.surveys["democratic"][0].score == Decimal("61.25")
    kept = replace(changed.surveys["democratic"][0], score=unit.surveys["democratic"][0].score)
    assert (kept, *changed.surveys["democratic"][1:]) == unit.surveys["democratic"]


def test_without_chance_every_draw_is_the_run_itself(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    ground = ground_of(session, run.period, leave_out_excluded=True)
    still = [replace(each, error=0 * each.error) for each in chances(session, county, run)]
    found = fresh_results(
        ground.scheme, ground.inputs, still, np.random.default_rng(1), (2, lambda *_: None)
    )
    scores = score(ground.scheme, ground.inputs)
    totals = [float(scores.line(unit).total or np.nan) for unit in found.units]
    # Drawn scores have six decimals.
    assert found.totals == pytest.approx(np.tile(totals, (2, 1)), abs=2e-4, nan_ok=True)
    assert [dict(each) for each in found.grades] == [
        {scores.line(unit).grade: 2} for unit in found.units
    ]


def test_shares_of_the_grades_add_up_to_one(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    found = estimate_uncertainty(
        session, run_id=run.id, seed=5, now=now, by=county.first.id, n_draws=SOME
    )
    units = [unit for each in found.categories.values() for unit in each["units"].values()]
    assert len(units) == len(run.lines)
    graded = [unit for unit in units if unit["differs"] is not None]
    assert graded
    for unit in graded:
        assert sum(unit["grades"].values()) == pytest.approx(1)
        assert 0 <= unit["differs"] <= 1


def test_the_same_seed_gives_the_same_shares(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    first, again = (
        dict(
            estimate_uncertainty(
                session, run_id=run.id, seed=5, now=now, by=county.first.id, n_draws=SOME
            ).categories
        )
        for _ in range(2)
    )
    assert first == again


def test_an_estimate_says_what_made_it_and_is_logged(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    found = estimate_uncertainty(
        session, run_id=run.id, seed=5, now=now, by=county.first.id, n_draws=2
    )
    assert (found.seed, found.n_draws, found.computed_at) == (5, 2, now)
    acts = [each.body["act"] for each in session.query(AuditRecord).all()]
    assert "uncertainty_estimated" in acts


def test_progress_reaches_from_none_to_nearly_all(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    told: list[float] = []
    estimate_uncertainty(
        session, run_id=run.id, seed=5, now=now, by=county.first.id, n_draws=4,
        progress=lambda _step, share: told.append(share),
    )  # fmt: skip
    assert told == [0.0, 0.25, 0.5, 0.75]


def test_scores_that_are_out_of_date_are_refused(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    run.input_hash = bytes(32)
    with pytest.raises(Conflict, match="scores_out_of_date"):
        estimate_uncertainty(session, run_id=run.id, seed=5, now=now, by=county.first.id)


def test_a_run_that_is_not_there_is_not_found(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    with pytest.raises(NotFound, match="no_scores"):
        estimate_uncertainty(session, run_id=0, seed=5, now=now, by=county.first.id)


def test_a_unit_without_a_grade_has_nothing_to_differ() -> None:
    assert chances_of(None, Counter({None: 3}))["differs"] is None


def test_grades_differ_as_often_as_said_when_other_raters_really_vote() -> None:
    rng = np.random.default_rng(7)
    said, happened = [], []
    for _ in range(60):
        truth = rng.normal(85, 2.5, 12)
        first, second = (
            rng.normal(truth[:, None], 8, (12, 30)).clip(0, 100).mean(axis=1) for _ in range(2)
        )
        chance = GroupChance("x", "y", (), first, np.full(12, np.sqrt(2 / 30) * 8), None)
        drawn = np.array([best_three(each) for each in chance_draws(chance, rng)])
        said.append((drawn != best_three(first)).mean())
        happened.append((best_three(second) != best_three(first)).mean())
    assert np.mean(said) == pytest.approx(np.mean(happened), abs=0.04)


def chance_draws(chance: GroupChance, rng: np.random.Generator) -> np.ndarray:
    """Draws of twelve units."""
    return replace(chance, units=tuple("abcdefghijkl")).draws(rng, 100)


def best_three(scores: np.ndarray) -> np.ndarray:
    """Who has one of the three seats."""
    return np.asarray(scores >= np.sort(scores)[-3])
