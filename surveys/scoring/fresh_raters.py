"""What other raters of the same kinds might have said: draws of every group's score.

A group's mean points differ from one draw of raters to the next by their standard error. Between
the raters who answered and fresh ones lie two such errors, one of each: hence the root of two.
Where all who were asked have answered, other raters do not exist and nothing is drawn.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
from scipy.special import ndtri, stdtrit
from sqlalchemy.orm import Session

from stats.ballots import Floats
from stats.estimates.joint_ranks import correlated_normals
from stats.estimates.rows import rows_of
from stats.estimates.unit_scores import UnitMeans, matrix_means
from surveys.models import Batch, Campaign, CampaignKind
from surveys.scoring.campaign_votes import CampaignVotes, Pointing, counted_ballots
from surveys.scoring.inputs import GroupVotes, PeriodInputs, UnitInputs
from surveys.scoring.reverse import ReverseBallot, unit_voice
from surveys.scoring.total_intervals import issued
from surveys.setup.questionnaires import QuestionnaireContent

FULL_MARKS = 100.0
MOST_TOGETHER = 600
"""Units up to which errors are drawn together; a larger table of them would cost minutes."""
PLACES = Decimal("0.000001")

Rated = tuple[int, int, float, int]
"""Rater, unit, points, number of raters who say the same."""


@dataclass(frozen=True, eq=False)
class GroupChance:
    """One rater group's mean points of units, and how far fresh raters might be from them.

    Parameters
    ----------
    component, group : where the scheme knows it; group "" is the reverse evaluation
    units : codes
    mean, error : arrays of shape (n_units,); the error is that of the difference
    correlation : array of shape (n_units, n_units) of the errors; None: independent
    """

    component: str
    group: str
    units: tuple[str, ...]
    mean: Floats
    error: Floats
    correlation: Floats | None

    def draws(self, rng: np.random.Generator, n: int) -> Floats:
        """Scores of fresh raters, 0 to 100, array of shape (n, n_units)."""
        normal = correlated_normals(rng, (n, len(self.units)), self.correlation)
        return np.asarray(np.clip(self.mean + self.error * normal, 0.0, FULL_MARKS))


def group_chances(
    session: Session, votes: CampaignVotes, *, leave_out_excluded: bool, codes: Mapping[int, str]
) -> list[GroupChance]:
    """Chances of every group of an opened campaign.

    Parameters
    ----------
    votes : the same ballots as counted
    codes : codes of the units by id
    """
    if votes.campaign.kind is CampaignKind.REVERSE:
        return [chance(votes, "", reverse_rows(votes), homes_asked(votes.campaign), codes)]
    asked = issued(votes)
    found = rated_rows(session, votes.campaign, leave_out_excluded=leave_out_excluded)
    return [
        chance(
            votes,
            group.code,
            found[group.id],
            {unit: n for (unit, group_id), n in asked.items() if group_id == group.id},
            codes,
        )
        for group in votes.campaign.groups
        if found[group.id]
    ]


def chance(
    votes: CampaignVotes,
    group: str,
    rows: Iterable[Rated],
    asked: Mapping[int, int],
    codes: Mapping[int, str],
) -> GroupChance:
    """Means of one group with the error between its raters and fresh ones."""
    listed = list(rows)
    units = sorted({unit for _, unit, _, _ in listed})
    place = {unit: k for k, unit in enumerate(units)}
    raters, rated, points, times = (list(column) for column in zip(*listed, strict=True))
    means = matrix_means(
        np.array(raters),
        rows_of([place[unit] for unit in rated], points, len(units), weight=times),
    )
    population = np.array([asked.get(unit, np.inf) for unit in units])
    return GroupChance(
        component=votes.campaign.kind.value,
        group=group,
        units=tuple(codes[unit] for unit in units),
        mean=means.moments.value,
        error=error_to_fresh(means, population),
        correlation=means.correlation if len(units) <= MOST_TOGETHER else None,
    )


def error_to_fresh(means: UnitMeans, population: Floats) -> Floats:
    """Standard error of the difference to fresh raters, stretched for few degrees of freedom."""
    moments = means.moments
    unseen = np.clip(1 - moments.n / population, 0.0, 1.0)
    stretch = stdtrit(np.maximum(moments.df, 1.0), 0.975) / ndtri(0.975)
    return np.asarray(np.nan_to_num(means.error, nan=0.0) * stretch * np.sqrt(2 * unseen))


def rated_rows(
    session: Session, campaign: Campaign, *, leave_out_excluded: bool
) -> dict[int, list[Rated]]:
    """Group → its ballots' points by rater and unit; raters who say the same are one row."""
    content = QuestionnaireContent.model_validate((campaign.manifest or {})["questionnaire"])
    pointing = Pointing(content)
    batches: dict[int, Batch] = {batch.id: batch for batch in campaign.batches}
    rows: dict[int, list[Rated]] = defaultdict(list)
    same = counted_ballots(session, campaign_id=campaign.id, leave_out_excluded=leave_out_excluded)
    for rater, ballots in enumerate(same):
        for cell, points in pointing.of_ballot(batches[ballots.batch_id], ballots.answers):
            rows[cell.group_id].append((rater, cell.unit_id, float(points), ballots.n))
    return rows


def reverse_rows(votes: CampaignVotes) -> list[Rated]:
    """Each unit's one voice on each body."""
    roles = {group.id: group.code for group in votes.campaign.groups}
    weights = {group.code: group.weight for group in votes.campaign.groups}
    ballots: dict[tuple[int, int], list[ReverseBallot]] = defaultdict(list)
    for cell, counts in votes.cells.items():
        if cell.home_id is not None:
            role = roles[cell.group_id]
            said = [ReverseBallot(points, role) for points, n in counts.items() for _ in range(n)]
            ballots[cell.home_id, cell.unit_id] += said
    voices = {pair: unit_voice(said, weights) for pair, said in ballots.items()}
    return [
        (home, body, float(voice), 1) for (home, body), voice in voices.items() if voice is not None
    ]


def homes_asked(campaign: Campaign) -> dict[int, int]:
    """How many units were asked about each body."""
    homes: dict[int, set[int]] = defaultdict(set)
    for batch in campaign.batches:
        for body in batch.target_ids:
            if batch.home_unit_id is not None:
                homes[body].add(batch.home_unit_id)
    return {body: len(found) for body, found in homes.items()}


def with_fresh_raters(
    inputs: PeriodInputs, drawn: Mapping[tuple[str, str, str], float]
) -> PeriodInputs:
    """The same period with other raters.

    Parameters
    ----------
    drawn : (component, group, unit) → score of the fresh raters; others keep theirs
    """
    return replace(inputs, units=tuple(fresh_unit(unit, drawn) for unit in inputs.units))


def fresh_unit(unit: UnitInputs, drawn: Mapping[tuple[str, str, str], float]) -> UnitInputs:
    """A unit whose groups' scores, and whose reverse evaluation, are those drawn."""
    reverse = unit.reverse
    said = drawn.get((CampaignKind.REVERSE.value, "", unit.key))
    if reverse is not None and reverse.points is not None and said is not None:
        reverse = replace(reverse, points=exact(said))
    surveys = {
        component: tuple(
            fresh_votes(each, drawn.get((component, each.group, unit.key))) for each in of
        )
        for component, of in unit.surveys.items()
    }
    return replace(unit, surveys=surveys, reverse=reverse)


def fresh_votes(votes: GroupVotes, said: float | None) -> GroupVotes:
    """A group's votes with the score drawn; a group without a score keeps none."""
    return votes if said is None or votes.score is None else replace(votes, score=exact(said))


def exact(points: float) -> Decimal:
    """A drawn score as the engine takes it in."""
    return Decimal(points).quantize(PLACES)
