"""One ballot, one code, one receipt."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from surveys.casting.answers import Answers
from surveys.casting.cast_ballot import Marks, Voter, cast_ballot
from surveys.casting.casting_keys import CastingKeyring
from surveys.casting.moments import NO_TIMES
from surveys.casting.packing import BallotBody, Comment, unpack
from surveys.casting.papers import paper_of_batch
from surveys.casting.receipts import Receipt, verify_receipt
from surveys.casting.sealing import SEALED_LENGTH
from surveys.errors import Conflict, DomainError, Invalid, NotFound
from surveys.issuing.codes import new_codes
from surveys.models.campaigns import CampaignState
from surveys.opening.keys import Role
from tests.surveys.casting.voting import Voting
from tests.surveys.opening.piles import layer_a_off, layer_b_off

ANSWERS = Answers(bytes([1, 2, 2, 3, 255, 2, 2]))
NONCE = b"n" * 16
OTHER_NONCE = b"m" * 16
MARKS = Marks(bucket=2_900_000, seconds=61, network=b"network.", device=b"device..")


def cast(
    voting: Voting,
    *,
    code: str | None = None,
    nonce: bytes = NONCE,
    identity: bytes = b"i" * 16,
    answers: Answers = ANSWERS,
    marks: Marks = MARKS,
) -> Receipt:
    """Cast with the first code, unless told otherwise."""
    paper = voting.paper(voting.codes[-1])
    with voting.database.box() as connection:
        return cast_ballot(
            connection,
            paper=paper,
            voter=Voter(code or voting.codes[0], nonce, identity),
            answers=answers,
            keys=voting.keys,
            marks=marks,
        )


def refusal(voting: Voting, *, code: str | None = None, nonce: bytes = OTHER_NONCE) -> str:
    """Why a ballot is not taken."""
    with pytest.raises(DomainError) as caught:
        cast(voting, code=code, nonce=nonce)
    return caught.value.code


def opened(voting: Voting) -> list[BallotBody]:
    """Open the box as the two officers would."""
    sealed = [envelope.sealed for envelope in voting.envelopes()]
    key_a, key_b = (
        voting.store.load(role, voting.campaign_id) for role in (Role.OFFICER_A, Role.OFFICER_B)
    )
    return [unpack(one.body) for one in layer_b_off(layer_a_off(sealed, key=key_a), key=key_b)]


def test_a_ballot_comes_out_of_the_box_as_it_went_in(voting: Voting) -> None:
    cast(voting, answers=Answers(ANSWERS.packed, (Comment(0, "办事快"),)))
    (body,) = opened(voting)
    assert body == BallotBody(
        batch=voting.batch_id,
        answers=ANSWERS.packed,
        comments=(Comment(0, "办事快"),),
        times=body.times,
        seconds=MARKS.seconds,
        network=MARKS.network,
        device=MARKS.device,
    )


def test_a_ballot_is_bound_to_its_time_without_telling_it(voting: Voting) -> None:
    cast(voting)
    cast(voting, code=voting.codes[1])
    first, second = (body.times for body in opened(voting))
    assert NO_TIMES not in {first, second}
    assert first != second, "the same time, and nobody sees that"


def test_the_receipt_is_signed_for_the_envelope_in_the_box(voting: Voting) -> None:
    receipt = cast(voting)
    assert [envelope.leaf for envelope in voting.envelopes()] == [receipt.leaf]
    assert verify_receipt(receipt, key=voting.keys.receipts.public_key())


def test_the_same_nonce_gives_the_same_receipt_again(voting: Voting) -> None:
    assert cast(voting) == cast(voting)
    assert voting.n_envelopes() == 1


def test_another_nonce_is_refused_as_used(voting: Voting) -> None:
    cast(voting)
    assert refusal(voting) == "code_used"


def test_a_double_tap_stores_one_ballot(voting: Voting) -> None:
    with ThreadPoolExecutor(8) as taps:
        receipts = set(taps.map(lambda _: cast(voting).leaf, range(8)))
    assert (len(receipts), voting.n_envelopes()) == (1, 1)


def test_a_shared_code_admits_one_of_many(voting: Voting) -> None:
    def attempt(place: int) -> bool:
        try:
            cast(voting, nonce=bytes([place]) * 16)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(8) as voters:
        assert sum(voters.map(attempt, range(8))) == 1


def test_a_closed_campaign_refuses_ballots(voting: Voting) -> None:
    voting.paper(voting.codes[-1])
    voting.set_state(CampaignState.CLOSED)
    with pytest.raises(Conflict) as caught, voting.database.box() as connection:
        cast_ballot(
            connection,
            paper=paper_of_batch(connection, batch_id=voting.batch_id),
            voter=Voter(voting.codes[0], NONCE),
            answers=ANSWERS,
            keys=voting.keys,
        )
    assert caught.value.code == "campaign_closed"
    assert voting.n_envelopes() == 0


def test_an_unknown_code_is_refused(voting: Voting) -> None:
    assert refusal(voting, code=new_codes(1, random_bytes=bytes)[0]) == "code_unknown"


def test_a_code_of_another_paper_is_refused(voting: Voting) -> None:
    other = voting.another_batch()
    assert refusal(voting, code=other.codes[0]) == "code_unknown"
    assert voting.n_envelopes() == 0


def test_answers_of_the_wrong_number_are_refused(voting: Voting) -> None:
    with pytest.raises(Invalid) as caught:
        cast(voting, answers=Answers(bytes(6)))
    assert caught.value.facts == {"found": 6, "expected": 7}


@pytest.mark.parametrize("length", [0, 15, 65])
def test_a_nonce_that_could_be_guessed_or_is_no_nonce_is_refused(
    voting: Voting, length: int
) -> None:
    with pytest.raises(Invalid) as caught:
        cast(voting, nonce=b"n" * length)
    assert caught.value.code == "bad_nonce"


def test_a_small_batch_keeps_no_time(insiders: Voting) -> None:
    small = insiders.another_batch(n_targets=2)
    cast(small, answers=Answers(bytes([2] * 12)))
    (body,) = opened(small)
    assert (body.times, body.seconds) == (NO_TIMES, 0)


def test_all_envelopes_are_equally_long(voting: Voting) -> None:
    cast(voting)
    cast(voting, code=voting.codes[1], answers=Answers(ANSWERS.packed, (Comment(0, "好" * 100),)))
    lengths = {len(envelope.sealed) for envelope in voting.envelopes()}
    assert lengths == {SEALED_LENGTH}


def test_the_box_holds_nothing_of_the_nonce_or_the_code_itself(voting: Voting) -> None:
    cast(voting)
    (row,) = voting.envelopes()
    stored = row.token_h + row.nonce_h + row.leaf + row.sealed
    assert NONCE not in stored
    assert voting.codes[0].encode() not in stored


def test_many_may_vote_with_a_poster(poster: Voting) -> None:
    leaves = {cast(poster, identity=bytes([voter]) * 16).leaf for voter in range(3)}
    assert (len(leaves), poster.n_envelopes()) == (3, 3)


def test_a_poster_takes_one_ballot_from_each_browser(poster: Voting) -> None:
    cast(poster)
    assert refusal(poster) == "code_used"


def test_a_posters_voter_gets_the_same_receipt_again(poster: Voting) -> None:
    assert cast(poster) == cast(poster)


def test_a_posters_code_admits_no_ballot_of_its_own(poster: Voting) -> None:
    paper = poster.paper()
    with poster.database.box() as connection, pytest.raises(NotFound):
        cast_ballot(
            connection,
            paper=poster.another_batch().paper(),
            voter=Voter(poster.codes[0], NONCE),
            answers=Answers(bytes(paper.n_answers)),
            keys=poster.keys,
        )
    assert poster.n_envelopes() == 0


def test_a_replay_after_the_close_still_gets_its_receipt(voting: Voting) -> None:
    receipt = cast(voting)
    paper = voting.paper(voting.codes[1])
    voting.set_state(CampaignState.CLOSED)
    with voting.database.box() as connection:
        again = cast_ballot(
            connection,
            paper=paper,
            voter=Voter(voting.codes[0], NONCE),
            answers=ANSWERS,
            keys=voting.keys,
        )
    assert again == receipt


def test_destroyed_keys_are_no_longer_used(voting: Voting) -> None:
    ring = CastingKeyring(voting.store)
    ring.of(voting.campaign_id)
    voting.store.destroy(voting.campaign_id)
    with pytest.raises(Conflict) as caught:
        ring.of(voting.campaign_id)
    assert caught.value.code == "campaign_closed"
