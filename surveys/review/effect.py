"""What ballots do: to the places of the units beside theirs, and to the score that counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from sqlalchemy.orm import Session

from stats.ballots import Bools, Floats
from stats.checks.view import View
from surveys.errors import NotFound
from surveys.issuing.targets import targets_by_id
from surveys.models import Campaign, CampaignKind, Target
from surveys.review.subject import Subject
from surveys.scoring.campaign_votes import CampaignVotes, campaign_votes
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.person_level import survey_on
from surveys.scoring.scheme_parts import Component
from surveys.scoring.survey_scores import survey_component


@dataclass(frozen=True)
class PlaceShift:
    """A unit's mean mark and place in its category, with and without some ballots."""

    unit: Target
    mean_with: float
    mean_without: float
    place_with: int
    place_without: int

    @property
    def moves(self) -> bool:
        """Whether the place changes."""
        return self.place_with != self.place_without


@dataclass(frozen=True)
class ScoreEffect:
    """A unit's official survey score with all ballots, and without those left out."""

    unit: Target
    points_with: Decimal | None
    points_without: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """What leaving the ballots out adds; None where a score is missing."""
        if self.points_with is None or self.points_without is None:
            return None
        return self.points_without - self.points_with


def place_shifts(subject: Subject, *, unit_id: int) -> tuple[PlaceShift, ...]:
    """Places of a unit's category with and without a finding's ballots, the best first.

    Places count mean marks over all raters, as the checks do; the score that counts is reckoned
    by `score_effects`.
    """
    view, units = subject.view, subject.units
    within = next(unit.compared_within for unit in units if unit.id == unit_id)
    before = means(view, view.rated)
    after = means(view, view.rated & ~subject.rows)
    there = [
        k
        for k, unit in enumerate(units)
        if unit.compared_within == within and np.isfinite(before[k]) and np.isfinite(after[k])
    ]
    shifts = [
        PlaceShift(
            unit=units[k],
            mean_with=float(before[k]),
            mean_without=float(after[k]),
            place_with=place(before, k, there),
            place_without=place(after, k, there),
        )
        for k in there
    ]
    return tuple(sorted(shifts, key=lambda shift: (shift.place_with, shift.unit.position)))


def means(view: View, rows: Bools) -> Floats:
    """Mean mark of each unit over some rows, nan without any."""
    n_units = view.ballots.n_units
    sums = np.bincount(view.ballots.unit[rows], view.mark[rows], minlength=n_units)
    counts = np.bincount(view.ballots.unit[rows], minlength=n_units)
    mean: Floats = np.divide(sums, counts, out=np.full(n_units, np.nan), where=counts > 0)
    return mean


def place(scores: Floats, unit: int, among: list[int]) -> int:
    """Place from the top; equal means share it."""
    return 1 + int(np.sum(scores[among] > scores[unit] + 1e-12))


def score_effects(
    session: Session, *, campaign_id: int, unit_ids: Iterable[int]
) -> tuple[ScoreEffect, ...]:
    """Reckon units' survey score by the scheme, with all ballots and without the excluded ones."""
    campaign = session.get_one(Campaign, campaign_id)
    component = component_of(campaign)
    whole, rest = (
        campaign_votes(session, campaign_id=campaign_id, leave_out_excluded=leave_out)
        for leave_out in (False, True)
    )
    named = list(unit_ids)
    found = targets_by_id(session, named)
    units = [found[unit_id] for unit_id in named]
    return tuple(
        ScoreEffect(
            unit=unit,
            points_with=survey_points(unit, whole, component),
            points_without=survey_points(unit, rest, component),
        )
        for unit in units
    )


def component_of(campaign: Campaign) -> Component | None:
    """The component of a total that a campaign feeds; None for the reverse evaluation."""
    if campaign.kind is CampaignKind.REVERSE:
        return None
    if campaign.kind is CampaignKind.MEMBER:
        return survey_on(campaign)
    try:
        return scheme_of(campaign.period).component(campaign.kind.value)
    except NotFound:
        return None


def survey_points(
    unit: Target, votes: CampaignVotes, component: Component | None
) -> Decimal | None:
    """A unit's survey component, or how the units rate it as a body; None without enough votes."""
    if votes.campaign.kind is CampaignKind.REVERSE:
        result = votes.reverse_of(unit.id)
        return None if result is None else result.points
    if component is None or component.survey is None:
        return None
    line = survey_component(
        key=component.key,
        weight=component.weight,
        survey=component.survey,
        votes=votes.group_votes(
            unit.id,
            trim=component.survey.trim,
            weights={group.code: group.weight_on(unit) for group in votes.campaign.groups},
        ),
    )
    return line.points
