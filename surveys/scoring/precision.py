"""Before the vote: how exact its scores will be, and what a clique could do to them.

All of it follows from four assumptions that the organizer states: turnout, how far single ballots
differ, the usual score, and the size of the clique.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.orm import Session

from stats.estimates.design_effect import effective_n
from stats.planning.clique import clique_on_trimmed_mean
from stats.planning.weighted import (
    Design,
    design,
    more_ballots_to_separate,
    separable_difference,
    weighted_half_width,
)
from surveys.models import Campaign, CampaignKind, RaterGroup, Target
from surveys.review.effect import component_of
from surveys.scoring.person_level import weight_in_total
from surveys.scoring.scheme_parts import Trim
from surveys.setup.expected_ballots import Expected

FULL_MARKS = 100.0
STEPS = tuple(range(10, 101, 5))
DIFFERENCES = (0.5, 1.0, 2.0, 3.0, 5.0)
GRID = np.arange(0.0, FULL_MARKS + 1e-9, 2.5)


@dataclass(frozen=True)
class Assumptions:
    """What the plan takes for granted.

    Parameters
    ----------
    turnout : share of those asked who vote, by group id; others 0.8
    spread : standard deviation of one ballot's points
    usual : mean of the ballots' points
    difference : points that two units differ by in truth
    clique : voters who agree to give one mark
    """

    turnout: Mapping[int, float]
    spread: float = 12.0
    usual: float = 85.0
    difference: float = 2.0
    clique: int = 5

    def turnout_of(self, group: RaterGroup) -> float:
        """Share of the group that votes."""
        return self.turnout.get(group.id, 0.8)


@dataclass(frozen=True)
class Asked:
    """How many of each group are asked about each unit.

    Parameters
    ----------
    by_unit : unit → asked by group, in the order of `groups`; only units that somebody rates
    trim : ends that the scheme drops; None: none
    weight : of the campaign's component in the total, between categories; None where unknown
    """

    groups: Sequence[RaterGroup]
    by_unit: Mapping[Target, tuple[int, ...]]
    trim: Trim | None
    weight: tuple[float, float] | None

    @property
    def typical(self) -> tuple[int, ...]:
        """The middle unit's ballots of each group."""
        table = np.array(list(self.by_unit.values()))
        return tuple(
            int(np.median(column[column > 0])) if column.any() else 0 for column in table.T
        )


@dataclass(frozen=True)
class GroupPrecision:
    """One group in the plan of the typical unit.

    Parameters
    ----------
    asked, ballots : about the typical unit, and expected of them
    weight : share of the score
    variance_share : its part in the width of the interval
    down, up : change of the unit's score where the clique is among this group's ballots and gives
        the lowest, the highest mark
    """

    group: RaterGroup
    asked: int
    ballots: int
    weight: float
    variance_share: float
    clique: int
    down: float
    up: float


@dataclass(frozen=True)
class Rung:
    """How many ballots about the typical unit tell units apart that differ by so many points.

    ``enough``: whether so many are asked.
    """

    difference: float
    ballots: int
    enough: bool


@dataclass(frozen=True)
class Precision:
    """What the campaign can promise.

    Parameters
    ----------
    half_width : of the typical unit's score, 95 %
    widest : the unit with the widest interval, and its half width
    separable : difference of two units that is found nine times in ten
    ladder : ballots needed for some differences, the assumed one among them
    curve : (turnout in %, half width) with all groups alike
    in_total : half width in the total, between categories; None where the weight is unknown
    ballots, effective : of the typical unit, and how many of equal weight would be as exact
    """

    groups: tuple[GroupPrecision, ...]
    half_width: float
    widest: tuple[Target, float]
    separable: float
    ladder: tuple[Rung, ...]
    curve: tuple[tuple[int, float], ...]
    in_total: tuple[float, float] | None
    ballots: int
    effective: float


def asked_of(session: Session, campaign: Campaign) -> Asked | None:
    """Who is asked about whom; None where no group has a size, or units have one voice each.

    Of leading groups, heads may have weights of their own: the plan goes by those on the others.
    """
    if campaign.kind is CampaignKind.REVERSE:
        return None
    expected = Expected(session, campaign.period)
    groups = tuple(group for group in campaign.groups if group.weight > 0)
    found = {
        unit: tuple(expected.ballots(group, unit) for group in groups)
        for unit in expected.lists.targets(campaign)
    }
    by_unit = {unit: asked for unit, asked in found.items() if any(asked)}
    if not by_unit:
        return None
    component = component_of(campaign)
    weights = (
        []
        if component is None
        else sorted({weight_in_total(component, target) for target in by_unit})
    )
    return Asked(
        groups=groups,
        by_unit=by_unit,
        trim=None if component is None or component.survey is None else component.survey.trim,
        weight=(min(weights), max(weights)) if weights else None,
    )


def precision(asked: Asked, given: Assumptions) -> Precision:
    """Reckon what the campaign can promise under the assumptions."""
    typical = plan_of(asked, asked.typical, given)
    widths = {
        unit: weighted_half_width(plan_of(asked, of_unit, given))
        for unit, of_unit in asked.by_unit.items()
    }
    widest = max(widths, key=lambda unit: widths[unit])
    half = weighted_half_width(typical)
    whole = np.rint(typical.ballots).astype(np.int64)
    # A ballot weighs its group's weight divided among the group's ballots.
    each = np.repeat(typical.weights / typical.ballots, whole)
    steps = sorted({*DIFFERENCES, given.difference})
    return Precision(
        groups=tuple(group_precisions(asked, given)),
        half_width=half,
        widest=(widest, widths[widest]),
        separable=separable_difference(typical),
        ladder=tuple(rung(typical, step) for step in steps),
        curve=tuple((step, at_turnout(asked, given, step / 100)) for step in STEPS),
        ballots=int(whole.sum()),
        effective=effective_n(each),
        in_total=None if asked.weight is None else (asked.weight[0] * half, asked.weight[1] * half),
    )


def rung(typical: Design, difference: float) -> Rung:
    """One difference: the ballots of all groups grown alike, to all that are asked at most."""
    growth = more_ballots_to_separate(typical, difference)
    wanted = np.minimum(np.ceil(typical.ballots * growth - 1e-9), typical.population)
    grown = design(wanted, typical.weights, typical.spread, typical.population)
    return Rung(difference, int(wanted.sum()), separable_difference(grown) <= difference + 1e-9)


def plan_of(asked: Asked, of_unit: Sequence[int], given: Assumptions) -> Design:
    """The design for one unit."""
    return design(
        [
            expected_ballots(n, given.turnout_of(g))
            for n, g in zip(of_unit, asked.groups, strict=True)
        ],
        [float(group.weight) for group in asked.groups],
        given.spread,
        [population(n, group) for n, group in zip(of_unit, asked.groups, strict=True)],
    )


def at_turnout(asked: Asked, given: Assumptions, turnout: float) -> float:
    """Half width of the typical unit's score with the same turnout everywhere."""
    same = Assumptions({group.id: turnout for group in asked.groups}, given.spread)
    return weighted_half_width(plan_of(asked, asked.typical, same))


def expected_ballots(asked: int, turnout: float) -> float:
    """Ballots to count on; one at least where anybody is asked."""
    return max(asked * turnout, 1.0) if asked else 0.0


def population(asked: int, group: RaterGroup) -> float:
    """How many could answer: those asked, or without end where they stand for all citizens."""
    citizens = group.open_code or group.campaign.kind is CampaignKind.RECOGNITION
    return float("inf") if citizens else float(asked)


def group_precisions(asked: Asked, given: Assumptions) -> list[GroupPrecision]:
    """The groups that rate the typical unit."""
    numbers = [
        (group, n, max(round(expected_ballots(n, given.turnout_of(group))), 1))
        for group, n in zip(asked.groups, asked.typical, strict=True)
        if n
    ]
    whole = sum(float(group.weight) for group, _, _ in numbers)
    parts = [variance_part(group, n, ballots) for group, n, ballots in numbers]
    total = sum(parts) or 1.0
    return [
        GroupPrecision(
            group=group,
            asked=n,
            ballots=ballots,
            weight=float(group.weight) / whole,
            variance_share=part / total,
            clique=min(given.clique, ballots),
            down=float(group.weight) / whole * clique_shift(asked, given, ballots, 0.0),
            up=float(group.weight) / whole * clique_shift(asked, given, ballots, FULL_MARKS),
        )
        for (group, n, ballots), part in zip(numbers, parts, strict=True)
    ]


def variance_part(group: RaterGroup, asked: int, ballots: int) -> float:
    """What a group adds to the variance of the score, in units of the spread."""
    unseen = 1 - ballots / max(population(asked, group), ballots)
    return float(group.weight) ** 2 / ballots * unseen


def clique_shift(asked: Asked, given: Assumptions, ballots: int, mark: float) -> float:
    """Change of a group's mean where a clique among its ballots gives one mark.

    The others' points are taken as normal around the usual score, within 0 to 100.
    """
    clique = min(given.clique, ballots)
    if clique == ballots:
        return mark - given.usual
    shape = np.exp(-(((GRID - given.usual) / max(given.spread, 1e-9)) ** 2) / 2)
    honest = (ballots - clique) * shape / shape.sum()
    trim = asked.trim
    share = float(trim.share) if trim is not None and ballots >= trim.n_from else 0.0
    return clique_on_trimmed_mean(honest, GRID, clique=clique, mark=mark, trim=share).shift
