"""The canary: it sings only if both officers can open."""

from collections.abc import Callable

import pytest

from surveys.errors import Invalid
from surveys.opening.canary import Canary, check_canary, new_canary, open_canary_a, open_canary_b
from surveys.opening.keys import Role
from tests.surveys.opening.conftest import Campaign, campaign_named
from tests.surveys.opening.piles import layer_a_off


@pytest.fixture
def canary(campaign: Campaign, random_bytes: Callable[[int], bytes]) -> Canary:
    return new_canary(
        campaign=campaign.name,
        keys=campaign.ring.sealing,
        casting_key=campaign.keys[Role.CASTING].signing_key(),
        random_bytes=random_bytes,
    )


def test_both_officers_find_the_answer(campaign: Campaign, canary: Canary) -> None:
    layer = open_canary_a(canary.sealed, key=campaign.keys[Role.OFFICER_A])
    answer = open_canary_b(layer, key=campaign.keys[Role.OFFICER_B])
    check_canary(canary, f" {answer}\n")


@pytest.mark.parametrize("answer", ["", "00" * 16, "no answer"])
def test_a_wrong_answer_is_refused(canary: Canary, answer: str) -> None:
    with pytest.raises(Invalid, match="canary_silent"):
        check_canary(canary, answer)


def test_what_the_server_keeps_does_not_tell_the_answer(campaign: Campaign, canary: Canary) -> None:
    layer = open_canary_a(canary.sealed, key=campaign.keys[Role.OFFICER_A])
    answer = open_canary_b(layer, key=campaign.keys[Role.OFFICER_B])
    assert bytes.fromhex(answer) not in canary.sealed + canary.answer_h


@pytest.mark.parametrize("role", [Role.OFFICER_A, Role.OFFICER_B])
def test_an_officer_with_a_lost_key_cannot_answer(
    campaign: Campaign, canary: Canary, role: Role
) -> None:
    keys = campaign.keys | {role: campaign_named("another").keys[role]}
    with pytest.raises(Invalid, match="key_opens_nothing"):
        open_canary_b(
            open_canary_a(canary.sealed, key=keys[Role.OFFICER_A]), key=keys[Role.OFFICER_B]
        )


def test_a_canary_is_no_ballot(campaign: Campaign, canary: Canary) -> None:
    with pytest.raises(Invalid, match="key_opens_nothing"):
        layer_a_off([canary.sealed], key=campaign.keys[Role.OFFICER_A])
