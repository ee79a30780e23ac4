"""Two persons certify a run of the scores; then it may be published, and nothing changes again."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, NotFound, Refused
from surveys.models import CampaignState, Period, Publication, ScoreRun, Target
from surveys.publishing.without_total import require_stated
from surveys.scoring.score_period import inputs_hash, require_decided


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


def certify(
    session: Session,
    *,
    period_id: int,
    without_total: Collection[int] = (),
    now: datetime,
    by: int,
) -> Publication:
    """First person: certify the newest run without the excluded ballots.

    Parameters
    ----------
    without_total : ids of the units and persons that the signer lets stay without a total

    Raises
    ------
    NotFound : ``no_scores``
    Conflict : ``already_certified``, ``scores_out_of_date``, ``totals_missing`` (n, codes), and as
        `require_decided`
    """
    if publication_of(session, period_id=period_id) is not None:
        raise Conflict("already_certified")
    run = latest_run(session, period_id=period_id, leaves_out_excluded=True)
    if run is None:
        raise NotFound("no_scores")
    require_current(session, run)
    left = require_stated(session, run=run, stated=without_total)
    # Of two persons who certify at once, one is the first.
    signed = session.scalar(
        insert(Publication)
        .values(period_id=period_id, run_id=run.id, first_certifier=by, first_certified_at=now)
        .on_conflict_do_nothing()
        .returning(Publication.id)
    )
    if signed is None:
        raise Conflict("already_certified")
    _record(session, "scores_certified", run=run, left=left, now=now, by=by)
    return session.get_one(Publication, signed)


def require_current(session: Session, run: ScoreRun) -> None:
    """What the run rests on still stands as it stood, and everything is decided."""
    require_decided(session, session.get_one(Period, run.period_id))
    if inputs_hash(session, run=run) != run.input_hash:
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
    session.flush()
    record(session, "certification_withdrawn", at=now, by=by, period=period_id)


def countersign(
    session: Session,
    *,
    period_id: int,
    without_total: Collection[int] = (),
    now: datetime,
    by: int,
) -> Publication:
    """Second person: sign too. Every campaign is certified; its keys are to be destroyed.

    Parameters
    ----------
    without_total : as for `certify`; each signer names them

    Raises
    ------
    NotFound : ``not_certified``
    Conflict : ``already_certified``, ``scores_out_of_date``, ``totals_missing`` (n, codes), and as
        `require_decided`
    Refused : ``same_person``
    """
    publication = certified_once(session, period_id)
    if publication.first_certifier == by:
        raise Refused("same_person")
    require_current(session, publication.run)
    left = require_stated(session, run=publication.run, stated=without_total)
    publication.second_certifier = by
    publication.second_certified_at = now
    for campaign in session.get_one(Period, period_id).campaigns:
        campaign.state = CampaignState.CERTIFIED
    _record(session, "scores_countersigned", run=publication.run, left=left, now=now, by=by)
    session.flush()
    return publication


def _record(
    session: Session,
    act: str,
    *,
    run: ScoreRun,
    left: Sequence[Target],
    now: datetime,
    by: int,
) -> None:
    """Put a signature on record, with whom it leaves without a total."""
    record(
        session,
        act,
        at=now,
        by=by,
        period=run.period_id,
        run=run.id,
        without_total=", ".join(each.code for each in left) or None,
    )


def certified_once(session: Session, period_id: int) -> Publication:
    """The publication that waits for its second signature."""
    publication = session.scalar(
        select(Publication).where(Publication.period_id == period_id).with_for_update()
    )
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
