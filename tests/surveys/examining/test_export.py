"""What the platform found is found again in the files that it exports."""

import io
import zipfile
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from stats.ballots import Ballots
from stats.examination import Examination as Examined
from stats.examination import examine
from surveys.examining.campaign_arrays import campaign_arrays
from surveys.examining.campaign_files import ballot_lines
from surveys.examining.examine_campaign import LEVEL, examine_campaign, part_seed
from surveys.examining.export import write_export
from surveys.examining.files import FileBallots, read_ballots
from surveys.models import AuditRecord, Ballot, Finding, FindingBallot
from tests.surveys.review.stuffed import N_ITEMS, StuffedCampaign, build_stuffed_campaign

SEED = 11
Again = tuple[FileBallots, Examined]


@pytest.fixture
def campaign(session: Session, now: datetime) -> StuffedCampaign:
    stuffed = build_stuffed_campaign(session, now=now)
    examine_campaign(session, campaign_id=stuffed.campaign_id, seed=SEED, now=now, by=None)
    return stuffed


@pytest.fixture
def again(session: Session, campaign: StuffedCampaign, now: datetime, tmp_path: Path) -> Again:
    return examined(unpacked(session, campaign, now, tmp_path), parts=1)


def unpacked(session: Session, campaign: StuffedCampaign, now: datetime, folder: Path) -> Path:
    with zipfile.ZipFile(exported(session, campaign, now)) as archive:
        archive.extractall(folder)
    return folder


def exported(session: Session, campaign: StuffedCampaign, now: datetime) -> io.BytesIO:
    target = io.BytesIO()
    write_export(session, target, campaign_id=campaign.campaign_id, now=now, by=None)
    return target


def examined(folder: Path, *, parts: int, number: int = 0) -> Again:
    part = folder / f"part-{number + 1}"
    names = (part / f"{name}.csv" for name in ("ballots", "batches", "units"))
    read = read_ballots(*names, levels=4)
    rng = np.random.default_rng(part_seed(SEED, number))
    return read, examine(read.ballots, level=LEVEL / parts, rng=rng)


def test_every_finding_is_found_again_to_the_last_digit(session: Session, again: Again) -> None:
    kept = session.scalars(select(Finding).order_by(Finding.position)).all()
    assert any(each.level.value != "information" for each in kept)
    assert [(f.check, f.level.value, f.statistic, f.pvalue, f.qvalue, f.effect) for f in kept] == [
        (f.check, f.level, f.statistic, f.pvalue, f.qvalue, f.effect) for f in again[1].findings
    ]


def test_every_finding_is_about_the_same_ballots(
    session: Session, campaign: StuffedCampaign, again: Again
) -> None:
    (part,) = campaign_arrays(session, campaign_id=campaign.campaign_id).parts
    kept = session.scalars(select(Finding).order_by(Finding.position)).all()
    for finding, found in zip(kept, again[1].findings, strict=True):
        of_finding = select(FindingBallot.ballot_id).where(FindingBallot.finding_id == finding.id)
        named = {part.ballot_ids[int(again[0].ballot_names[k]) - 1] for k in found.ballots}
        assert named == set(session.scalars(of_finding))


def test_several_parts_are_found_again_one_by_one(
    session: Session, campaign: StuffedCampaign, now: datetime, tmp_path: Path
) -> None:
    batch = campaign.county.campaign.batches[0]
    batch.target_ids = [unit.id for unit in campaign.county.units[:2]]
    session.flush()
    for ballot in session.scalars(select(Ballot).where(Ballot.batch_id == batch.id)):
        ballot.answers = ballot.answers * 2
    session.flush()
    examine_campaign(session, campaign_id=campaign.campaign_id, seed=SEED, now=now, by=None)
    kept = session.scalars(select(Finding.qvalue).order_by(Finding.position)).all()

    folder = unpacked(session, campaign, now, tmp_path)
    found = [examined(folder, parts=2, number=k)[1] for k in range(2)]

    assert set(kept) == {f.qvalue for each in found for f in each.findings}


def test_missing_facts_survive(
    session: Session, campaign: StuffedCampaign, now: datetime, tmp_path: Path
) -> None:
    batch = campaign.county.campaign.batches[0]
    bare = Ballot(
        campaign_id=campaign.campaign_id,
        id=uuid4(),
        batch_id=batch.id,
        answers=bytes([0] + [2] * (N_ITEMS - 1)),
    )
    session.add(bare)
    session.flush()

    read, _ = examined(unpacked(session, campaign, now, tmp_path), parts=1)

    (part,) = campaign_arrays(session, campaign_id=campaign.campaign_id).parts
    place = part.ballot_ids.index(bare.id)
    assert read.ballots.network is not None
    assert read.ballots.bucket is not None
    assert (read.ballots.network[place], read.ballots.bucket[place]) == (-1, -1)
    np.testing.assert_array_equal(read.ballots.answers, part.ballots.answers)


def test_the_export_is_recorded(
    session: Session, campaign: StuffedCampaign, now: datetime, tmp_path: Path
) -> None:
    unpacked(session, campaign, now, tmp_path)

    last = session.scalars(select(AuditRecord).order_by(AuditRecord.seq.desc()).limit(1)).one()
    assert last.body["act"] == "ballots_exported"


def test_the_same_ballots_make_the_same_bytes(
    session: Session, campaign: StuffedCampaign, now: datetime
) -> None:
    first, second = (exported(session, campaign, now).getvalue() for _ in range(2))
    assert first == second


def test_names_with_commas_and_quotes_survive(tmp_path: Path) -> None:
    few = np.arange(3)
    ballots = Ballots(few, few % 2, few * 0, np.full((3, 2), 4, dtype=np.uint8), 5, 2)
    names = ('财政局,"一科"', "民政局")
    file = tmp_path / "ballots.csv"
    file.write_text("".join(ballot_lines(ballots, "public", names)), encoding="utf-8")
    assert set(read_ballots(file).unit_names) == set(names)
