"""A body is told means of many units only."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from surveys.errors import NotFound
from surveys.models import Ballot, Batch, CampaignKind, Unit
from surveys.publishing.certify import certify, countersign, publish
from surveys.publishing.reverse_results import ReverseReport, reverse_report
from surveys.scoring.score_period import score_both_ways
from surveys.setup.questionnaires import DONT_KNOW
from tests.surveys.publishing.left_open import sign
from tests.surveys.scoring.example_county import BODY, TWIN, ExampleCounty, cast, write


def report(session: Session, county: ExampleCounty, now: datetime) -> ReverseReport:
    """Score, sign, publish, and read what the body is told."""
    session.expire_all()
    period = county.period.id
    score_both_ways(session, period_id=period, now=now, by=county.first.id)
    sign(certify, session, period_id=period, now=now, by=county.first.id)
    sign(countersign, session, period_id=period, now=now, by=county.second.id)
    publish(session, period_id=period, now=now, by=county.first.id)
    return reverse_report(session, unit_id=county.units[BODY].id)


def rated(session: Session, county: ExampleCounty, answers: dict[str, list[int]]) -> None:
    """Put other ballots on the body in the place of the example's."""
    campaign = county.campaigns[CampaignKind.REVERSE]
    session.execute(delete(Ballot).where(Ballot.campaign_id == campaign.id))
    session.execute(delete(Batch).where(Batch.campaign_id == campaign.id))
    for name, options in answers.items():
        home = county.units[name]
        cast(session, campaign, "contact", county.units[BODY], options, by=county.first, home=home)


ALL_RATERS = ("甲镇", "乙镇", "丙镇", "丁镇", "戊镇", "己局")


def test_before_publication_a_body_is_told_nothing(session: Session, county: ExampleCounty) -> None:
    with pytest.raises(NotFound) as caught:
        reverse_report(session, unit_id=county.units[BODY].id)
    assert caught.value.code == "no_board"


def test_a_unit_that_assesses_nobody_has_no_report(
    session: Session, published: ExampleCounty
) -> None:
    with pytest.raises(NotFound) as caught:
        reverse_report(session, unit_id=published.units[TWIN].id)
    assert caught.value.code == "no_reverse_evaluation"


def test_the_result_and_deduction_are_those_of_the_regulation(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    told = report(session, county, now)
    assert (told.points, told.deduction) == (Decimal("85.8333"), Decimal("0.208335"))
    assert (told.n_units, told.n_asked) == (6, 6)


def test_an_item_counts_each_unit_once(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    item = report(session, county, now).items[0]
    # Over the 11 ballots it would be 84.5455.
    assert item.points is not None
    assert (round(item.points, 4), item.n_units) == (Decimal("85.8333"), 6)


def test_four_units_are_too_few_to_show_anything(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    rated(session, county, {name: [2] for name in ALL_RATERS[:4]})
    told = report(session, county, now)
    assert (told.points, told.items, told.deduction) == (None, (), Decimal(0))


def test_a_unit_that_only_says_dont_know_has_not_rated(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    answers = {name: [2] for name in ALL_RATERS[:4]} | {"戊镇": [DONT_KNOW]}
    rated(session, county, answers)
    told = report(session, county, now)
    assert (told.n_units, told.n_asked) == (4, 5)


@pytest.mark.parametrize("option", [1, 2])
def test_what_all_units_say_alike_is_not_told(
    session: Session, county: ExampleCounty, now: datetime, option: int
) -> None:
    rated(session, county, {name: [option] for name in ALL_RATERS})
    item = report(session, county, now).items[0]
    assert item.shown_points is None


def test_six_units_are_too_few_for_comments(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    write(session, county.campaigns[CampaignKind.REVERSE], county.units[BODY], ["样例"])
    assert report(session, county, now).comments is None


def test_comments_of_eight_units_are_told_in_the_order_of_random_ids(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    campaign, body = county.campaigns[CampaignKind.REVERSE], county.units[BODY]
    more_units(session, county)
    write(session, campaign, body, ["一", "二", "三"])
    assert report(session, county, now).comments == ("一", "二", "三")


def test_the_mean_of_all_bodies_leaves_out_those_with_few_raters(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    campaign = county.campaigns[CampaignKind.REVERSE]
    home = county.units[BODY]
    cast(session, campaign, "head", county.units[TWIN], [4], by=county.first, home=home)
    told = report(session, county, now)
    assert told.mean_of_bodies is not None
    assert round(told.mean_of_bodies, 4) == Decimal("85.8333")


def test_a_result_below_seventy_proposes_a_written_explanation(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    rated(session, county, {name: [4 if name == "甲镇" else 3] for name in ALL_RATERS})
    codes = [each["code"] for each in report(session, county, now).proposals]
    assert "written_explanation" in codes
    assert "reverify_scores" not in codes


def more_units(session: Session, county: ExampleCounty) -> None:
    """Two more units that rate the body."""
    campaign = county.campaigns[CampaignKind.REVERSE]
    model = county.units[TWIN]
    for place in (98, 99):
        home = Unit(
            period_id=model.period_id,
            category_id=model.category_id,
            code=f"U{place}",
            name_zh=f"{place}镇",
            name_en=f"Town {place}",
            position=place,
        )
        session.add(home)
        session.flush()
        cast(session, campaign, "contact", county.units[BODY], [2], by=county.first, home=home)
