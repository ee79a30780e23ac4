"""Score a period: count, reckon by the scheme, and keep every line with what made it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from typing import Final, TypeAlias

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict
from surveys.models import Campaign, CampaignKind, CampaignState, Examination, Period, ScoreRun
from surveys.monitoring.stages import n_waiting_findings
from surveys.scoring.campaign_votes import CampaignVotes, campaign_votes
from surveys.scoring.inputs import PeriodInputs
from surveys.scoring.lines import Scores
from surveys.scoring.period_inputs import period_inputs
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.person_level import with_persons
from surveys.scoring.plain_data import digest
from surveys.scoring.restating import versions_in_force
from surveys.scoring.rulings import require_uncertified
from surveys.scoring.schemes import Scheme
from surveys.scoring.score import score
from surveys.scoring.score_rows import member_rows, score_rows, seats_json
from surveys.scoring.total_intervals import allowed_places, half_widths

Progress: TypeAlias = Callable[[str, float], None]
"""Told the step and the share done, 0..1; whatever it raises stops the work."""

# Of the time that scoring takes, counting the ballots is about so much.
COUNTING: Final = 0.6


def untold(_step: str, _share: float) -> None:
    """Progress of which nobody wants to hear."""


@dataclass(frozen=True)
class Ground:
    """All that a scoring rests on."""

    scheme: Scheme
    votes: list[CampaignVotes]
    inputs: PeriodInputs


def score_both_ways(
    session: Session, *, period_id: int, now: datetime, by: int, progress: Progress = untold
) -> tuple[ScoreRun, ScoreRun]:
    """Score with all ballots, and without the excluded ones. Errors as `score_period`.

    Parameters
    ----------
    progress : told ``count_all``, ``reckon_all``, ``count_kept`` and ``reckon_kept``
    """

    def first(step: str, share: float) -> None:
        progress(f"{step}_all", share / 2)

    def second(step: str, share: float) -> None:
        progress(f"{step}_kept", (1 + share) / 2)

    with_all = score_period(
        session, period_id=period_id, leave_out_excluded=False, now=now, by=by, progress=first
    )
    without = score_period(
        session, period_id=period_id, leave_out_excluded=True, now=now, by=by, progress=second
    )
    return with_all, without


def score_period(
    session: Session,
    *,
    period_id: int,
    leave_out_excluded: bool,
    now: datetime,
    by: int,
    progress: Progress = untold,
) -> ScoreRun:
    """Score all units of a period, with all ballots or without the excluded ones.

    Parameters
    ----------
    progress : told ``count`` for each campaign, then ``reckon``

    Raises
    ------
    Conflict : ``box_not_opened`` (campaign, state), ``not_examined`` (campaign),
        ``findings_waiting`` (campaign, n), ``already_certified``
    Invalid : what `surveys.scoring.score.score` raises
    """
    period = session.get_one(Period, period_id)
    require_scorable(session, period)
    ground = ground_of(session, period, leave_out_excluded=leave_out_excluded, progress=progress)
    progress("reckon", COUNTING)
    scores = score(ground.scheme, ground.inputs)
    run = ScoreRun(
        period_id=period.id,
        leaves_out_excluded=leave_out_excluded,
        scored_at=now,
        scheme_hash=digest(ground.scheme.model_dump(mode="json")),
        input_hash=digest(ground.inputs),
        software_version=version("gongping"),
        seats=seats_json(scores),
        versions=versions_in_force(session, period_id=period.id),
        member_seats={} if scores.persons is None else seats_json(scores.persons),
    )
    session.add(run)
    session.flush()
    add_lines(session, run, period, ground, scores)
    record(
        session,
        "period_scored",
        at=now,
        by=by,
        period=period.id,
        run=run.id,
        leaves_out_excluded=int(leave_out_excluded),
        inputs=run.input_hash.hex(),
    )
    session.flush()
    return run


def ground_of(
    session: Session,
    period: Period,
    *,
    leave_out_excluded: bool,
    leave_out_suspected: bool = False,
    progress: Progress = untold,
) -> Ground:
    """Count the ballots and gather the figures of a period, as they stand now."""
    scheme = with_persons(scheme_of(period), period.campaigns)
    votes = []
    for place, campaign in enumerate(period.campaigns):
        progress("count", COUNTING * place / len(period.campaigns))
        counted = campaign_votes(
            session,
            campaign_id=campaign.id,
            leave_out_excluded=leave_out_excluded,
            leave_out_suspected=leave_out_suspected,
        )
        votes.append(counted)
    inputs = period_inputs(session, period=period, scheme=scheme, votes=votes)
    return Ground(scheme, votes, inputs)


def add_lines(
    session: Session, run: ScoreRun, period: Period, ground: Ground, scores: Scores
) -> None:
    """Keep one row for each unit, and for each person."""
    unit_ids = {unit.code: unit.id for unit in period.units}
    halves = half_widths(scores, ground.scheme, ground.votes, unit_ids)
    places = allowed_places(scores, halves)
    session.add_all(score_rows(run, scores, unit_ids=unit_ids, halves=halves, places=places))
    if scores.persons is not None:
        member_ids = {member.code: member.id for member in period.members}
        session.add_all(member_rows(run, scores.persons, member_ids=member_ids))


def require_scorable(session: Session, period: Period) -> None:
    """What `score_period` refuses before it counts."""
    require_one_of_each_kind(period)
    require_decided(session, period)
    require_uncertified(session, period.id)


def require_one_of_each_kind(period: Period) -> None:
    """Two campaigns of a kind: the votes of one of them would be lost without a word."""
    first: dict[CampaignKind, Campaign] = {}
    for campaign in period.campaigns:
        before = first.setdefault(campaign.kind, campaign)
        if before is not campaign:
            raise Conflict("kind_asked_twice", campaign=campaign.code, first=before.code)


def require_decided(session: Session, period: Period) -> None:
    """Every box is opened and examined, and every finding settled by two persons."""
    for campaign in period.campaigns:
        if campaign.state not in {CampaignState.OPENED, CampaignState.CERTIFIED}:
            raise Conflict("box_not_opened", campaign=campaign.id, state=campaign.state.value)
        if not examined(session, campaign):
            raise Conflict("not_examined", campaign=campaign.id)
        n = n_waiting_findings(session, campaign_id=campaign.id)
        if n:
            raise Conflict("findings_waiting", campaign=campaign.id, n=n)


def examined(session: Session, campaign: Campaign) -> bool:
    """Whether a campaign's ballots have been examined; an empty box needs no examination."""
    if campaign.n_envelopes == 0:
        return True
    return bool(session.scalar(select(exists().where(Examination.campaign_id == campaign.id))))


def inputs_hash(session: Session, *, run: ScoreRun) -> bytes:
    """The hash of what the scoring would rest on now: another one than the run's is out of date."""
    period = session.get_one(Period, run.period_id)
    ground = ground_of(session, period, leave_out_excluded=run.leaves_out_excluded)
    return digest(ground.inputs)
