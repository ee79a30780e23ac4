"""Score a period: count, reckon by the scheme, and keep every line with what made it."""

import hashlib
import json
from dataclasses import asdict, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from importlib.metadata import version
from typing import Any

from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict
from surveys.examining.score_intervals import (
    GroupSpread,
    PlaceInterval,
    component_half_width,
    place_intervals,
)
from surveys.models import CampaignKind, CampaignState, Period, ScoreLine, ScoreRun
from surveys.models.base import JsonObject
from surveys.monitoring.stages import n_waiting_findings
from surveys.scoring.campaign_votes import CampaignVotes, campaign_votes
from surveys.scoring.lines import CategoryLine, ComponentLine, Scores, UnitLine
from surveys.scoring.period_inputs import period_inputs
from surveys.scoring.schemes import Scheme, preset
from surveys.scoring.score import score

ASKED = (CampaignKind.DEMOCRATIC, CampaignKind.RECOGNITION)


def score_period(
    session: Session, *, period_id: int, leave_out_excluded: bool, now: datetime, by: int
) -> ScoreRun:
    """Score all units of a period, with all ballots or without the excluded ones.

    Raises
    ------
    Conflict : ``box_not_opened`` (campaign, state), ``findings_waiting`` (campaign, n)
    Invalid : what `surveys.scoring.score.score` raises
    """
    period = session.get_one(Period, period_id)
    require_decided(session, period)
    scheme = preset(period.scheme["preset"])
    votes = [
        campaign_votes(session, campaign_id=each.id, leave_out_excluded=leave_out_excluded)
        for each in period.campaigns
    ]
    inputs = period_inputs(session, period=period, scheme=scheme, votes=votes)
    scores = score(scheme, inputs)
    run = ScoreRun(
        period_id=period.id,
        leaves_out_excluded=leave_out_excluded,
        scored_at=now,
        scheme_hash=digest(scheme.model_dump(mode="json")),
        input_hash=digest(plain(inputs)),
        software_version=version("gongping"),
        seats={each.category: category_json(each) for each in scores.categories},
    )
    session.add(run)
    session.flush()
    session.add_all(score_lines(run, period, scheme, scores, votes))
    record(
        session,
        "period_scored",
        at=now,
        by=by,
        period=period.id,
        run=run.id,
        leaves_out_excluded=int(leave_out_excluded),
    )
    session.flush()
    return run


def require_decided(session: Session, period: Period) -> None:
    """Every box is opened and every finding settled by two persons."""
    for campaign in period.campaigns:
        if campaign.state not in {CampaignState.OPENED, CampaignState.CERTIFIED}:
            raise Conflict("box_not_opened", campaign=campaign.id, state=campaign.state.value)
        n = n_waiting_findings(session, campaign_id=campaign.id)
        if n:
            raise Conflict("findings_waiting", campaign=campaign.id, n=n)


def score_lines(
    run: ScoreRun, period: Period, scheme: Scheme, scores: Scores, votes: list[CampaignVotes]
) -> list[ScoreLine]:
    """One row for each unit, with the interval of its total."""
    units = {unit.code: unit for unit in period.units}
    halves = {
        line.unit: half_width(units[line.unit].id, line, scheme, votes) for line in scores.lines
    }
    places = allowed_places(scores, halves)
    return [
        score_line(run, units[line.unit].id, line, halves[line.unit], places.get(line.unit))
        for line in scores.lines
    ]


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
        if component.key == counted.campaign.kind.value
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
    """Codes issued to a group about a unit; None with open codes, which anybody may use."""
    batches = [
        batch
        for batch in counted.campaign.batches
        if batch.group_id == group_id and unit_id in batch.target_ids
    ]
    if (
        any(batch.open_code for batch in batches)
        or counted.campaign.kind is CampaignKind.RECOGNITION
    ):
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


def score_line(
    run: ScoreRun, unit_id: int, line: UnitLine, half: float, places: PlaceInterval | None
) -> ScoreLine:
    """A unit's line as a row."""
    total = None if line.total is None else float(line.total)
    arithmetic = line.arithmetic
    return ScoreLine(
        run_id=run.id,
        unit_id=unit_id,
        components={
            "lines": [component_json(component) for component in line.components],
            "bonus_claimed": str(arithmetic.bonus_claimed),
            "reverse_points": plain(arithmetic.reverse_points),
            "reverse_deduction": str(arithmetic.reverse_deduction),
        },
        bonus=arithmetic.bonus,
        deduction=arithmetic.deductions + arithmetic.reverse_deduction,
        total=line.total,
        total_low=None if total is None else total - half,
        total_high=None if total is None else total + half,
        place=line.place,
        place_low=None if places is None else places.low,
        place_high=None if places is None else places.high,
        grade=line.grade,
        colour=line.colour,
        consequences={"proposals": plain(line.consequences)},
        notes={
            "notes": plain((*line.notes, *arithmetic.notes)),
            "vetoes": plain(line.vetoes),
        },
    )


def component_json(component: ComponentLine) -> JsonObject:
    """A component with its parts; points as text, so that nothing is lost."""
    return {**plain(component), "weighted": plain(component.weighted)}


def category_json(category: CategoryLine) -> JsonObject:
    """Seats of a category and what its committee must decide."""
    facts: JsonObject = plain(category)
    return facts


def plain(value: Any) -> Any:
    """Dataclasses as mappings, decimals as text, for JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(plain(key)): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return str(value)
    return value.value if isinstance(value, Enum) else value


def digest(value: Any) -> bytes:
    """SHA-256 over canonical JSON."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).digest()
