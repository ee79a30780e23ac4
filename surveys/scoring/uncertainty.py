"""How often a unit would get another grade from fresh raters, by the scheme's own arithmetic."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from stats.ballots import Floats
from stats.estimates.tied_runs import tied_runs
from surveys.auditing import record
from surveys.errors import Conflict, NotFound
from surveys.models import CampaignKind, ScoreRun, ScoreUncertainty
from surveys.models.base import JsonObject
from surveys.scoring.fresh_raters import GroupChance, group_chances, with_fresh_raters
from surveys.scoring.inputs import PeriodInputs
from surveys.scoring.lines import Scores
from surveys.scoring.plain_data import digest
from surveys.scoring.schemes import Scheme
from surveys.scoring.score import score
from surveys.scoring.score_period import ground_of
from surveys.scoring.silent_voters import Limits, silent_limits

N_DRAWS: Final = 400
"""A share of one half is known to 2.5 points of %, one of 2 % to 0.7."""

Progress = Callable[[str, float], None]


@dataclass(frozen=True, eq=False)
class Fresh:
    """Results with fresh raters.

    Parameters
    ----------
    units : codes of all units
    totals : array of shape (n_draws, n_units); NaN without a total
    grades : for each unit, how often it got which grade; None where nobody may say
    """

    units: tuple[str, ...]
    totals: Floats
    grades: tuple[Counter[str | None], ...]


def estimate_uncertainty(
    session: Session,
    *,
    run_id: int,
    seed: int,
    now: datetime,
    by: int,
    n_draws: int = N_DRAWS,
    progress: Progress | None = None,
) -> ScoreUncertainty:
    """Draw fresh raters again and again, score each time, and keep what that says of a run.

    Parameters
    ----------
    seed : kept; the same run and seed give the same shares
    progress : told the step and the share done; whatever it raises stops the work

    Raises
    ------
    NotFound : ``no_scores``
    Conflict : ``scores_out_of_date`` where something changed since the run
    """
    run = session.get(ScoreRun, run_id)
    if run is None:
        raise NotFound("no_scores")
    ground = ground_of(session, run.period, leave_out_excluded=run.leaves_out_excluded)
    if digest(ground.inputs) != run.input_hash:
        raise Conflict("scores_out_of_date")
    codes = {unit.id: unit.code for unit in run.period.units}
    chances = [
        each
        for votes in ground.votes
        if votes.cells and votes.campaign.kind is not CampaignKind.MEMBER
        for each in group_chances(
            session, votes, leave_out_excluded=run.leaves_out_excluded, codes=codes
        )
    ]
    scores = score(ground.scheme, ground.inputs)
    unit_ids = {code: unit_id for unit_id, code in codes.items()}
    limits = silent_limits(scores, ground.scheme, ground.votes, unit_ids)
    rng = np.random.default_rng(seed)
    units_alone = replace(ground.inputs, persons=None)
    told = progress or (lambda _step, _share: None)
    fresh = fresh_results(ground.scheme, units_alone, chances, rng, (n_draws, told))
    kept = session.get(ScoreUncertainty, run_id) or ScoreUncertainty(run_id=run_id)
    kept.seed, kept.n_draws, kept.computed_at = seed, n_draws, now
    kept.software_version = version("gongping")
    kept.categories = categories_of(scores, fresh, limits)
    session.add(kept)
    record(session, "uncertainty_estimated", at=now, by=by, run=run_id, seed=seed)
    session.flush()
    return kept


def fresh_results(
    scheme: Scheme,
    inputs: PeriodInputs,
    chances: Sequence[GroupChance],
    rng: np.random.Generator,
    plan: tuple[int, Progress],
) -> Fresh:
    """Score the period once for each draw."""
    n_draws, progress = plan
    drawn = [each.draws(rng, n_draws) for each in chances]
    keys = [[(each.component, each.group, unit) for unit in each.units] for each in chances]
    units = tuple(sorted(unit.key for unit in inputs.units))
    place = {unit: k for k, unit in enumerate(units)}
    totals = np.full((n_draws, len(units)), np.nan)
    grades: tuple[Counter[str | None], ...] = tuple(Counter() for _ in units)
    for draw in range(n_draws):
        progress("drawing", draw / n_draws)
        said = {
            key: points
            for of_group, scores in zip(keys, drawn, strict=True)
            for key, points in zip(of_group, scores[draw].tolist(), strict=True)
        }
        for line in score(scheme, with_fresh_raters(inputs, said)).lines:
            unit = place[line.unit]
            grades[unit][line.grade] += 1
            if line.total is not None:
                totals[draw, unit] = float(line.total)
    return Fresh(units, totals, grades)


def categories_of(scores: Scores, fresh: Fresh, limits: Mapping[str, Limits]) -> JsonObject:
    """What is kept, by category: units with their chances, best first, and the runs of equals.

    ``silent``: lowest and highest total, had all who stayed silent given nothing or full marks.
    """
    return {
        category.category: {
            "units": {
                line.unit: {
                    **chances_of(line.grade, fresh.grades[fresh.units.index(line.unit)]),
                    "silent": limits.get(line.unit),
                }
                for line in scores.lines
                if line.category == category.category
            },
            "together": together(scores, category.category, fresh),
        }
        for category in scores.categories
    }


def chances_of(grade: str | None, counts: Counter[str | None]) -> JsonObject:
    """Share of the draws with another grade, and of each grade; without a grade nothing differs."""
    n = counts.total()
    shares = {key: count / n for key, count in sorted(counts.items(), key=str) if key is not None}
    return {"differs": None if grade is None else 1 - counts[grade] / n, "grades": shares}


def together(scores: Scores, category: str, fresh: Fresh) -> list[list[str]]:
    """Units with a place that cannot be told apart, best first; those alone are left out."""
    lines = [line for line in scores.lines if line.category == category and line.place is not None]
    if len(lines) < 2:
        return []
    values = np.array([float(line.total or 0) for line in lines])
    columns = [fresh.units.index(line.unit) for line in lines]
    # The draws hold two errors, that of the raters and that of fresh ones: one is ours.
    replicates = values + (fresh.totals[:, columns] - values) / np.sqrt(2)
    runs = tied_runs(values, replicates)
    return [[lines[k].unit for k in run] for run in runs if len(run) > 1]
