"""Answer bytes become points of groups, and units' voices on a body."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from surveys.models import CampaignKind
from surveys.scoring.campaign_votes import CampaignVotes, Pointing, campaign_votes
from surveys.setup.questionnaires import DONT_KNOW, NO_ANSWER, QuestionnaireContent
from tests.small_county import small_form
from tests.surveys.scoring.example_county import BODY, TWIN, ExampleCounty, cast

SMALL = Pointing(QuestionnaireContent.model_validate(small_form()))


def votes(session: Session, county: ExampleCounty, kind: CampaignKind) -> CampaignVotes:
    campaign = county.campaigns[kind]
    session.expire(campaign)
    return campaign_votes(session, campaign_id=campaign.id, leave_out_excluded=True)


def test_a_row_is_the_weighted_mean_of_its_items() -> None:
    assert SMALL.of_row(bytes([1, 3])) == Decimal(88)


@pytest.mark.parametrize("byte", [NO_ANSWER, DONT_KNOW])
def test_a_row_answered_by_half_is_void(byte: int) -> None:
    assert SMALL.of_row(bytes([1, byte])) is None


def test_a_ballot_on_two_units_is_read_in_the_order_of_its_batch(
    session: Session, county: ExampleCounty
) -> None:
    campaign = county.campaigns[CampaignKind.DEMOCRATIC]
    ballots = cast(session, campaign, "A", county.units[TWIN], [1], by=county.first)
    batch = next(each for each in campaign.batches if each.id == ballots[0].batch_id)
    batch.target_ids = [county.units["乙镇"].id, county.units[TWIN].id]
    pointing = Pointing(QuestionnaireContent.model_validate(small_form()))
    rows = [(cell.unit_id, points) for cell, points in pointing.of_ballot(batch, b"\4\4\1\1")]
    worst, best = Decimal(50), Decimal(100)
    assert rows == [(county.units["乙镇"].id, worst), (county.units[TWIN].id, best)]


def test_dont_know_is_no_valid_vote(session: Session, county: ExampleCounty) -> None:
    found = votes(session, county, CampaignKind.DEMOCRATIC)
    deputies = found.group_votes(county.units["丙镇"].id, trim=None)[3]
    assert (deputies.group, deputies.n_valid) == ("D", 4)


def test_a_group_carries_the_minimum_that_was_set_up(
    session: Session, county: ExampleCounty
) -> None:
    found = votes(session, county, CampaignKind.RECOGNITION)
    assert {each.min_valid for each in found.group_votes(1, trim=None)} == {30}


def test_a_unit_has_one_voice_on_a_body_whatever_its_ballots(
    session: Session, county: ExampleCounty
) -> None:
    result = votes(session, county, CampaignKind.REVERSE).reverse_of(county.units[BODY].id)
    assert result is not None
    assert result.points is not None
    assert (round(result.points, 4), result.n_units) == (Decimal("85.8333"), 6)


def test_roles_of_a_unit_are_weighed(session: Session, county: ExampleCounty) -> None:
    campaign = county.campaigns[CampaignKind.REVERSE]
    body, rater = county.units[BODY], county.units["乙镇"]
    cast(session, campaign, "head", body, [4], by=county.first, home=rater)
    result = votes(session, county, CampaignKind.REVERSE).reverse_of(body.id)
    # 乙镇 alone changes: (0.4 × 50 + 0.3 × 85) / 0.7 = 65 instead of 85.
    assert result is not None
    assert result.points is not None
    assert round(result.points, 4) == Decimal("82.5000")


def test_a_unit_that_nobody_rated_as_a_body_has_no_result(
    session: Session, county: ExampleCounty
) -> None:
    found = votes(session, county, CampaignKind.REVERSE)
    assert found.reverse_of(county.units[TWIN].id) is None
