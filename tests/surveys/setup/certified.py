"""A period whose results one person has certified."""

from datetime import datetime

from sqlalchemy.orm import Session

from surveys.models import Account, Period, Publication, ScoreRun


def certify(session: Session, period: Period, now: datetime) -> None:
    """Certify a run of no scores."""
    account = Account(login="a", name="a", password_hash="!", roles=["organizer"], created_at=now)
    session.add(account)
    session.flush()
    run = ScoreRun(
        period_id=period.id,
        scheme_hash=b"\0" * 32,
        input_hash=b"\0" * 32,
        software_version="0",
        leaves_out_excluded=True,
        scored_at=now,
        seats={},
    )
    session.add(run)
    session.flush()
    session.add(
        Publication(
            period_id=period.id,
            run_id=run.id,
            first_certifier=account.id,
            first_certified_at=now,
        )
    )
    session.flush()
