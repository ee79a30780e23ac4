"""How far chance moves each total of a period, and the places which that allows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from surveys.examining.score_intervals import (
    GroupSpread,
    PlaceInterval,
    Spread,
    component_half_width,
    group_spreads,
    place_intervals,
)
from surveys.models import CampaignKind
from surveys.scoring.campaign_votes import CampaignVotes
from surveys.scoring.lines import Scores, UnitLine
from surveys.scoring.period_inputs import ASKED
from surveys.scoring.schemes import Scheme

Pair = tuple[int, int]
"""Unit and rater group."""


@dataclass(frozen=True)
class CampaignSpread:
    """Spreads of one campaign's votes, and how many were asked, by unit and group."""

    key: str
    group_ids: Mapping[str, int]
    spreads: Mapping[Pair, Spread]
    issued: Mapping[Pair, int]
    """Only of groups that all could answer: those asked do not stand for anybody else."""

    def of(self, unit_id: int, line: UnitLine) -> list[GroupSpread]:
        """The groups that the unit's component used, with the weights really used."""
        return [
            GroupSpread(self.spreads[pair], weight, self.issued.get(pair))
            for pair, weight in self.weighed(unit_id, line).items()
        ]

    def weighed(self, unit_id: int, line: UnitLine) -> dict[Pair, float]:
        """Those groups by pair, with their weights."""
        used = {
            part.key: part.effective_weight
            for component in line.components
            if component.key == self.key and component.points is not None
            for part in component.parts
            if part.effective_weight is not None and part.key in self.group_ids
        }
        pairs = {(unit_id, self.group_ids[code]): weight for code, weight in used.items()}
        return {pair: float(weight) for pair, weight in pairs.items() if pair in self.spreads}


def campaign_spread(counted: CampaignVotes) -> CampaignSpread:
    """Spreads of an opened campaign's votes, each group's moderated over its units."""
    campaign = counted.campaign
    return CampaignSpread(
        key=campaign.kind.value,
        group_ids={group.code: group.id for group in campaign.groups},
        spreads={
            (unit, group): spread
            for group, votes in votes_by_group(counted).items()
            for unit, spread in group_spreads(votes).items()
        },
        issued=issued(counted),
    )


def votes_by_group(counted: CampaignVotes) -> dict[int, dict[int, Counter[Decimal]]]:
    """Group → unit → votes, over all homes."""
    together: dict[int, dict[int, Counter[Decimal]]] = defaultdict(lambda: defaultdict(Counter))
    for cell, counts in counted.cells.items():
        together[cell.group_id][cell.unit_id].update(counts)
    return together


def issued(counted: CampaignVotes) -> dict[Pair, int]:
    """Codes issued to each group about each unit, where those asked are all there are."""
    if counted.campaign.kind is CampaignKind.RECOGNITION:
        return {}
    asked: Counter[Pair] = Counter()
    endless: set[Pair] = set()
    for batch in counted.campaign.batches:
        pairs = [(unit_id, batch.group_id) for unit_id in batch.target_ids]
        if batch.open_code:
            endless.update(pairs)
        asked.update(dict.fromkeys(pairs, batch.n_issued))
    return {pair: n for pair, n in asked.items() if pair not in endless}


def half_widths(
    scores: Scores, scheme: Scheme, votes: Iterable[CampaignVotes], unit_ids: Mapping[str, int]
) -> dict[str, float]:
    """Half the 95 % interval of each unit's total: survey components in quadrature."""
    spreads = [campaign_spread(each) for each in votes if each.campaign.kind in ASKED]
    return {
        line.unit: sum(
            (
                float(scheme.component(each.key).weight_in(line.category))
                * component_half_width(each.of(unit_ids[line.unit], line))
            )
            ** 2
            for each in spreads
        )
        ** 0.5
        for line in scores.lines
    }


def allowed_places(scores: Scores, halves: Mapping[str, float]) -> dict[str, PlaceInterval]:
    """Places of ranked units within their categories."""
    places: dict[str, PlaceInterval] = {}
    for category in scores.categories:
        totals = {
            line.unit: (float(line.total), halves[line.unit])
            for line in scores.lines
            if line.category == category.category
            and line.place is not None
            and line.total is not None
        }
        places |= place_intervals(totals)
    return places
