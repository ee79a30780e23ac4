"""How far chance moves each total of a period, and the places which that allows."""

from surveys.examining.score_intervals import (
    GroupSpread,
    PlaceInterval,
    component_half_width,
    place_intervals,
)
from surveys.models import CampaignKind
from surveys.scoring.campaign_votes import CampaignVotes
from surveys.scoring.lines import Scores, UnitLine
from surveys.scoring.period_inputs import ASKED
from surveys.scoring.schemes import Scheme


def half_width(unit_id: int, line: UnitLine, scheme: Scheme, votes: list[CampaignVotes]) -> float:
    """Half the 95 % interval of a total: survey components in quadrature."""
    squared = 0.0
    for counted in votes:
        if counted.campaign.kind not in ASKED:
            continue
        weight = scheme.component(counted.campaign.kind.value).weight_in(line.category)
        spread = component_half_width(group_spreads(unit_id, line, counted))
        squared += (float(weight) * spread) ** 2
    return float(squared**0.5)


def group_spreads(unit_id: int, line: UnitLine, counted: CampaignVotes) -> list[GroupSpread]:
    """The groups that the component used, with as many asked as codes were issued."""
    used = {
        part.key: part.effective_weight
        for component in line.components
        if component.key == counted.campaign.kind.value and component.points is not None
        for part in component.parts
    }
    return [
        GroupSpread(
            counted.of_group(unit_id, group), float(weight), issued(unit_id, group.id, counted)
        )
        for group in counted.campaign.groups
        if (weight := used.get(group.code)) is not None
    ]


def issued(unit_id: int, group_id: int, counted: CampaignVotes) -> int | None:
    """Codes issued to a group about a unit; None where those asked stand for everybody else."""
    batches = [
        batch
        for batch in counted.campaign.batches
        if batch.group_id == group_id and unit_id in batch.target_ids
    ]
    citizens = counted.campaign.kind is CampaignKind.RECOGNITION
    if citizens or any(batch.open_code for batch in batches):
        return None
    return sum(batch.n_issued for batch in batches)


def allowed_places(scores: Scores, halves: dict[str, float]) -> dict[str, PlaceInterval]:
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
