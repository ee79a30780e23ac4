"""Rows to arrays: what an answer byte becomes, and what stands apart."""

from datetime import datetime
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy.orm import Session

from surveys.errors import Conflict
from surveys.examining.campaign_arrays import CampaignArrays, campaign_arrays
from surveys.models import Ballot, Batch, CampaignState
from surveys.setup.questionnaires import DONT_KNOW, NO_ANSWER
from tests.small_county import SmallCounty
from tests.surveys.review.stuffed import N_ITEMS, build_opened_county


@pytest.fixture
def county(session: Session, now: datetime) -> SmallCounty:
    return build_opened_county(session, now=now)


def lay(session: Session, batch: Batch, answers: bytes, **marks: object) -> Ballot:
    ballot = Ballot(
        campaign_id=batch.campaign_id, id=uuid4(), batch_id=batch.id, answers=answers, **marks
    )
    session.add(ballot)
    session.flush()
    return ballot


def arrays(session: Session, county: SmallCounty) -> CampaignArrays:
    return campaign_arrays(session, campaign_id=county.campaign.id)


def test_the_best_option_becomes_the_largest_mark(session: Session, county: SmallCounty) -> None:
    lay(session, county.campaign.batches[0], bytes([1, 2, 3, 4, 1, 1]))

    (part,) = arrays(session, county).parts

    np.testing.assert_array_equal(part.ballots.answers, [[4, 3, 2, 1, 4, 4]])


@pytest.mark.parametrize("byte", [NO_ANSWER, DONT_KNOW])
def test_no_answer_and_dont_know_are_no_mark(
    session: Session, county: SmallCounty, byte: int
) -> None:
    lay(session, county.campaign.batches[0], bytes([byte] + [2] * (N_ITEMS - 1)))

    (part,) = arrays(session, county).parts

    assert part.ballots.answers[0].tolist() == [0, 3, 3, 3, 3, 3]


def test_each_row_knows_its_unit(session: Session, county: SmallCounty) -> None:
    for batch in county.campaign.batches[:2]:
        lay(session, batch, bytes([2] * N_ITEMS))

    (part,) = arrays(session, county).parts

    rated = {part.units[index].id for index in part.ballots.unit}
    assert rated == {county.units[0].id, county.units[1].id}


def test_ballots_on_several_units_stand_apart(session: Session, county: SmallCounty) -> None:
    single, several = county.campaign.batches[:2]
    several.target_ids = [unit.id for unit in county.units[:3]]
    session.flush()
    lay(session, single, bytes([2] * N_ITEMS))
    matrix = lay(session, several, bytes([1] * 3 * N_ITEMS))

    parts = arrays(session, county).parts

    assert sorted(part.ballots.n_rows for part in parts) == [1, 3]
    assert any(part.ballot_ids == (matrix.id,) for part in parts)


def test_the_identity_of_a_ballot_stands_at_its_index(
    session: Session, county: SmallCounty
) -> None:
    worst = lay(session, county.campaign.batches[0], bytes([4] * N_ITEMS))
    lay(session, county.campaign.batches[0], bytes([1] * N_ITEMS))

    (part,) = arrays(session, county).parts

    row = int(np.flatnonzero(part.ballots.answers[:, 0] == 1)[0])
    assert part.ballot_ids[part.ballots.ballot[row]] == worst.id


def test_equal_tags_get_equal_labels(session: Session, county: SmallCounty) -> None:
    for tag in (b"aaaaaaaa", b"bbbbbbbb", b"aaaaaaaa"):
        lay(session, county.campaign.batches[0], bytes([2] * N_ITEMS), network=tag)

    (part,) = arrays(session, county).parts

    assert part.ballots.network is not None
    assert sorted(np.unique(part.ballots.network, return_counts=True)[1]) == [1, 2]


def test_what_was_not_recorded_has_no_label(session: Session, county: SmallCounty) -> None:
    lay(session, county.campaign.batches[0], bytes([2] * N_ITEMS))

    (part,) = arrays(session, county).parts

    ballots = part.ballots
    assert ballots.network is not None
    assert ballots.bucket is not None
    assert ballots.seconds is not None
    assert (ballots.network[0], ballots.bucket[0]) == (-1, -1)
    assert np.isnan(ballots.seconds[0])


def test_the_codes_issued_stand_at_the_label_of_their_batch(
    session: Session, county: SmallCounty
) -> None:
    batch = county.campaign.batches[0]
    lay(session, batch, bytes([2] * N_ITEMS))

    (part,) = arrays(session, county).parts

    ballots = part.ballots
    assert ballots.batch is not None
    assert ballots.issued is not None
    assert ballots.issued[ballots.batch].tolist() == [batch.n_issued]


def test_a_poster_has_no_number_of_codes_issued(session: Session, county: SmallCounty) -> None:
    batch = county.campaign.batches[0]
    batch.open_code = True
    session.flush()
    lay(session, batch, bytes([2] * N_ITEMS))

    (part,) = arrays(session, county).parts

    assert part.ballots.issued is not None
    assert part.ballots.issued[batch.id] == -1


def test_the_same_ballots_have_the_same_fingerprint(session: Session, county: SmallCounty) -> None:
    lay(session, county.campaign.batches[0], bytes([2] * N_ITEMS))

    assert arrays(session, county).input_hash == arrays(session, county).input_hash


def test_another_answer_has_another_fingerprint(session: Session, county: SmallCounty) -> None:
    ballot = lay(session, county.campaign.batches[0], bytes([2] * N_ITEMS))
    before = arrays(session, county).input_hash

    ballot.answers = bytes([1] + [2] * (N_ITEMS - 1))
    session.flush()

    assert arrays(session, county).input_hash != before


def test_a_box_that_is_shut_is_not_read(session: Session, county: SmallCounty) -> None:
    county.campaign.state = CampaignState.CLOSED

    with pytest.raises(Conflict, match="box_not_opened"):
        arrays(session, county)


def test_an_empty_box_is_said_to_be_empty(session: Session, county: SmallCounty) -> None:
    with pytest.raises(Conflict, match="no_ballots"):
        arrays(session, county)
