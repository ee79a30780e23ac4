"""Two persons certify a run of the scores; then it may be published, and nothing changes again."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, NotFound, Refused
from surveys.models import (
    Campaign,
    CampaignState,
    Decision,
    Examination,
    Finding,
    Period,
    Publication,
    ScoreRun,
)


def publication_of(session: Session, *, period_id: int) -> Publication | None:
    """What is certified or published of a period."""
    return session.scalar(select(Publication).where(Publication.period_id == period_id))


def latest_run(session: Session, *, period_id: int, leaves_out_excluded: bool) -> ScoreRun | None:
    """The newest run of a period, with all ballots or without the excluded ones."""
    return session.scalar(
        select(ScoreRun)
        .where(
            ScoreRun.period_id == period_id,
            ScoreRun.leaves_out_excluded.is_(leaves_out_excluded),
        )
        .order_by(ScoreRun.id.desc())
        .limit(1)
    )


def certify(session: Session, *, period_id: int, now: datetime, by: int) -> Publication:
    """First person: certify the newest run without the excluded ballots.

    Raises
    ------
    NotFound : ``no_scores``
    Conflict : ``already_certified``, ``scores_out_of_date``
    """
    if publication_of(session, period_id=period_id) is not None:
        raise Conflict("already_certified")
    run = latest_run(session, period_id=period_id, leaves_out_excluded=True)
    if run is None:
        raise NotFound("no_scores")
    require_newer_than_decisions(session, run)
    publication = Publication(
        period_id=period_id, run_id=run.id, first_certifier=by, first_certified_at=now
    )
    session.add(publication)
    record(session, "scores_certified", at=now, by=by, period=period_id, run=run.id)
    session.flush()
    return publication


def require_newer_than_decisions(session: Session, run: ScoreRun) -> None:
    """A decision confirmed after the scoring would not be in the scores."""
    newest = session.scalar(
        select(func.max(Decision.confirmed_at))
        .join(Finding, Finding.id == Decision.finding_id)
        .join(Examination, Examination.id == Finding.examination_id)
        .join(Campaign, Campaign.id == Examination.campaign_id)
        .where(Campaign.period_id == run.period_id)
    )
    if newest is not None and newest > run.scored_at:
        raise Conflict("scores_out_of_date")


def withdraw_certification(session: Session, *, period_id: int, now: datetime, by: int) -> None:
    """Take the first signature back, before the second.

    Raises
    ------
    NotFound : ``not_certified``
    Conflict : ``already_certified``
    """
    publication = certified_once(session, period_id)
    session.delete(publication)
    record(session, "certification_withdrawn", at=now, by=by, period=period_id)


def countersign(session: Session, *, period_id: int, now: datetime, by: int) -> Publication:
    """Second person: sign too. Every campaign is certified; its keys are to be destroyed.

    Raises
    ------
    NotFound : ``not_certified``
    Conflict : ``already_certified``
    Refused : ``same_person``
    """
    publication = certified_once(session, period_id)
    if publication.first_certifier == by:
        raise Refused("same_person")
    publication.second_certifier = by
    publication.second_certified_at = now
    for campaign in session.get_one(Period, period_id).campaigns:
        campaign.state = CampaignState.CERTIFIED
    record(session, "scores_countersigned", at=now, by=by, period=period_id)
    session.flush()
    return publication


def certified_once(session: Session, period_id: int) -> Publication:
    """The publication that waits for its second signature."""
    publication = publication_of(session, period_id=period_id)
    if publication is None:
        raise NotFound("not_certified")
    if publication.second_certifier is not None:
        raise Conflict("already_certified")
    return publication


def publish(session: Session, *, period_id: int, now: datetime, by: int) -> Publication:
    """Show the certified scores on the public board.

    Raises
    ------
    NotFound : ``not_certified``
    Conflict : ``second_signature_missing``, ``already_published``
    """
    publication = publication_of(session, period_id=period_id)
    if publication is None:
        raise NotFound("not_certified")
    if publication.second_certifier is None:
        raise Conflict("second_signature_missing")
    if publication.published_at is not None:
        raise Conflict("already_published")
    publication.published_at = now
    record(session, "scores_published", at=now, by=by, period=period_id)
    session.flush()
    return publication
