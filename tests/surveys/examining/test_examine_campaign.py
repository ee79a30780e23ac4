"""Examining an opened campaign: what is kept, and when it may be done again."""

import re
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import Conflict
from surveys.examining.examine_campaign import examine_campaign
from surveys.models import (
    AuditRecord,
    CampaignState,
    Examination,
    Finding,
    FindingBallot,
    FindingLevel,
    Verdict,
)
from surveys.review.decide import Opinion, decide
from tests.surveys.review.stuffed import StuffedCampaign, build_stuffed_campaign


@pytest.fixture
def campaign(session: Session, now: datetime) -> StuffedCampaign:
    return build_stuffed_campaign(session, now=now)


def examined(session: Session, campaign: StuffedCampaign, now: datetime, seed: int = 7) -> int:
    done = examine_campaign(session, campaign_id=campaign.campaign_id, seed=seed, now=now, by=None)
    return done.id


def clearest(session: Session) -> Finding:
    found = session.scalars(select(Finding).order_by(Finding.position)).first()
    assert found is not None
    return found


def test_a_stuffed_unit_is_named_as_lifted(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    examined(session, campaign, now)

    assert clearest(session).subject["units_lifted"] == [campaign.stuffed.id]


def test_the_stuffed_ballots_are_the_findings(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    examined(session, campaign, now)

    of_finding = select(FindingBallot.ballot_id).where(
        FindingBallot.finding_id == clearest(session).id
    )
    assert frozenset(session.scalars(of_finding)) == campaign.stuffed_ids


def test_the_evidence_names_the_unit_in_both_languages(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    examined(session, campaign, now)

    found = clearest(session)
    assert campaign.stuffed.name_zh in found.evidence_zh
    assert campaign.stuffed.name_en in found.evidence_en


def test_the_evidence_does_not_number_what_has_no_name(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    examined(session, campaign, now)

    assert not re.search(r"(network|device) \d", clearest(session).evidence_en)


def test_the_harm_names_the_place_with_and_without(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    examined(session, campaign, now)

    harm = clearest(session).harm
    assert harm is not None
    assert (harm["unit_id"], harm["rank_without"]) == (campaign.stuffed.id, 3)
    assert harm["rank_with"] < 3


def test_a_campaign_without_foul_play_gets_no_finding_to_decide_on(
    session: Session, now: datetime
) -> None:
    honest = build_stuffed_campaign(session, now=now, stuffed=False)

    examined(session, honest, now)

    levels = set(session.scalars(select(Finding.level)))
    assert levels <= {FindingLevel.INFORMATION}


def test_the_same_seed_gives_the_same_findings(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    def seen() -> list[tuple[str, float | None, float | None, str]]:
        examined(session, campaign, now, seed=11)
        found = session.scalars(select(Finding).order_by(Finding.position))
        return [(each.check, each.pvalue, each.qvalue, each.evidence_en) for each in found]

    assert seen() == seen()


def test_what_made_the_findings_is_kept(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    examination = session.get_one(Examination, examined(session, campaign, now, seed=11))

    assert (examination.seed, examination.n_ballots) == (11, 4 * 70 + 40)
    assert len(examination.input_hash) == 32


def test_more_ballots_than_codes_are_a_fact(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    batch = campaign.county.campaign.batches[0]
    batch.n_issued = 3
    session.flush()

    examined(session, campaign, now)

    facts = session.scalars(select(Finding).where(Finding.level == FindingLevel.FACT)).all()
    assert [(each.check, each.subject["context"]) for each in facts] == [
        ("over_issued", {"batch": batch.id})
    ]


def test_turnout_is_weighed_against_marks(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    """It may say that there are too few batches, never that codes were not counted."""
    examination = session.get_one(Examination, examined(session, campaign, now))

    assert examination.not_run.get("turnout", {}).get("reason") != "no_column"


def test_checks_that_did_not_run_say_why(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    examination = session.get_one(Examination, examined(session, campaign, now))

    assert examination.not_run["bloc"]["reason"] == "not_matrix"


def test_an_examination_nobody_decided_on_is_replaced(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    examined(session, campaign, now)

    again = examined(session, campaign, now, seed=8)

    assert session.scalars(select(Examination.id)).all() == [again]


def test_a_decision_keeps_the_findings(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    examined(session, campaign, now)
    opinion = Opinion(Verdict.DISMISSED, excludes_ballots=False, reason="A meeting.")
    decide(
        session,
        finding_id=clearest(session).id,
        opinion=opinion,
        now=now,
        by=campaign.county.organizer.id,
    )

    with pytest.raises(Conflict, match="findings_decided"):
        examined(session, campaign, now)


def test_a_certified_campaign_is_not_examined(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    campaign.county.campaign.state = CampaignState.CERTIFIED

    with pytest.raises(Conflict, match="campaign_certified"):
        examined(session, campaign, now)


def test_the_progress_is_told_from_nothing_to_all(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    told: list[float] = []

    examine_campaign(
        session,
        campaign_id=campaign.campaign_id,
        seed=7,
        now=now,
        by=None,
        progress=lambda _step, share: told.append(share),
    )

    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_the_examination_is_recorded(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    examined(session, campaign, now)

    last = session.scalars(select(AuditRecord).order_by(AuditRecord.seq.desc()).limit(1)).one()
    assert (last.body["act"], last.body["seed"]) == ("campaign_examined", 7)
