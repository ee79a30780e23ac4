"""Code → ballot paper."""

import pytest

from surveys.casting.papers import ballot_paper
from surveys.errors import Conflict, DomainError, Invalid, NotFound
from surveys.issuing.codes import new_codes, printed
from surveys.models.campaigns import CampaignState
from tests.conftest import copied_database
from tests.surveys.casting.forms import DEMOCRATIC, RECOGNITION
from tests.surveys.casting.voting import Voting


def refused(voting: Voting) -> str:
    """Why the first code is not let in."""
    with pytest.raises(Conflict) as caught:
        voting.paper()
    return caught.value.code


def test_a_paper_names_its_targets_in_the_frozen_order(insiders: Voting) -> None:
    names = [target.name.zh for target in insiders.paper().targets]
    assert names == ["样例县教育局", "样例县公安局", "样例县民政局", "样例县财政局"]


def test_a_paper_carries_the_frozen_questionnaire(insiders: Voting) -> None:
    assert insiders.paper().content == DEMOCRATIC


def test_a_paper_knows_how_many_answers_it_wants(insiders: Voting) -> None:
    assert insiders.paper().n_answers == 24


def test_a_printed_code_is_read_like_a_scanned_one(voting: Voting) -> None:
    assert voting.paper(printed(voting.codes[1]).lower()).content == RECOGNITION


def test_a_second_look_comes_from_memory(voting: Voting) -> None:
    assert voting.paper() is voting.paper(voting.codes[1])


def test_looking_uses_nothing_up(voting: Voting) -> None:
    for _ in range(3):
        voting.paper()
    assert voting.n_envelopes() == 0


def test_a_code_nobody_issued_is_unknown(voting: Voting) -> None:
    stranger = new_codes(1, random_bytes=bytes)[0]
    with pytest.raises(NotFound) as caught:
        voting.paper(stranger)
    assert caught.value.code == "code_unknown"


def test_a_mistyped_code_is_named_with_its_place(voting: Voting) -> None:
    code = voting.codes[0]
    wrong = code[:6] + ("0" if code[6] != "0" else "1") + code[7:]
    with pytest.raises(Invalid) as caught:
        voting.paper(wrong)
    assert (caught.value.code, caught.value.facts["position"]) == ("code_mistyped", 7)


def test_a_closed_campaign_shows_no_paper(voting: Voting) -> None:
    voting.paper()
    voting.set_state(CampaignState.CLOSED)
    assert refused(voting) == "campaign_closed"


def test_a_window_that_is_over_shows_no_paper(voting: Voting) -> None:
    voting.set_window(closes_at="2001-01-01")
    assert refused(voting) == "campaign_closed"


def test_a_window_that_has_not_begun_shows_no_paper(voting: Voting) -> None:
    voting.set_window(opens_at="2999-01-01")
    assert refused(voting) == "campaign_not_open"


def test_a_void_batch_shows_no_paper(voting: Voting) -> None:
    voting.void_batch()
    assert refused(voting) == "batch_void"


def test_two_databases_have_their_own_papers(
    voting: Voting, server_url: str, template: str
) -> None:
    voting.paper()
    with (
        copied_database(server_url, template) as other,
        other.box() as connection,
        pytest.raises(DomainError) as caught,
    ):
        ballot_paper(connection, code=voting.codes[0])
    assert caught.value.code == "code_unknown"
