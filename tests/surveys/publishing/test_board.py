"""The board shows what is published, and nothing of small groups."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from surveys.errors import NotFound
from surveys.models import CampaignKind, Publication, ScoreRun
from surveys.publishing.board import board, board_of, published_periods, unit_result
from surveys.publishing.certify import certify, countersign
from surveys.publishing.participation import participation
from surveys.publishing.score_sheet import is_outdated, part_names, score_sheet
from surveys.scoring.rulings import Word, rule
from tests.surveys.publishing.left_open import sign
from tests.surveys.scoring.example_county import BODY, BUREAU, TWIN, ExampleCounty


def test_what_is_only_certified_is_on_no_board(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    sign(certify, session, period_id=run.period_id, now=now, by=county.first.id)
    sign(countersign, session, period_id=run.period_id, now=now, by=county.second.id)
    with pytest.raises(NotFound) as caught:
        board(session, period_code="2025")
    assert caught.value.code == "no_board"


def test_a_published_period_is_listed(session: Session, published: ExampleCounty) -> None:
    assert [each.period.code for each in published_periods(session)] == ["2025"]


def test_units_stand_by_place_and_those_without_one_last(
    session: Session, published: ExampleCounty
) -> None:
    towns = board(session, period_code="2025").categories[0]
    names = [line.unit.name_zh for line in towns.lines]
    assert names == ["甲镇", "乙镇", "丙镇", "戊镇", "丁镇"]


def test_the_board_shows_the_certified_run_and_no_later_one(
    session: Session, published: ExampleCounty, run: ScoreRun
) -> None:
    publication = board(session, period_code="2025").publication
    assert publication is not None
    assert publication.run_id == run.id


def test_a_unit_is_found_by_a_part_of_its_name(session: Session, published: ExampleCounty) -> None:
    found = board(session, period_code="2025").find(" 甲 ")
    assert [line.unit.name_zh for line in found] == [TWIN]


def test_a_unit_is_found_by_its_code(session: Session, published: ExampleCounty) -> None:
    found = board(session, period_code="2025").find("u2")
    assert [line.unit.name_zh for line in found] == ["乙镇"]


def test_nothing_is_found_by_nothing(session: Session, published: ExampleCounty) -> None:
    assert board(session, period_code="2025").find("  ") == ()


def test_the_components_of_a_unit_add_up_to_its_total(
    session: Session, published: ExampleCounty
) -> None:
    result = unit_result(session, period_code="2025", unit_code=published.units[BODY].code)
    weighted = sum((each.weighted or Decimal(0) for each in result.components), Decimal(0))
    exact = weighted + result.line.bonus - result.deduction
    assert (exact, result.line.total) == (Decimal("92.662915"), Decimal("92.6629"))


def test_a_unit_of_another_period_is_not_on_the_board(
    session: Session, published: ExampleCounty
) -> None:
    with pytest.raises(NotFound) as caught:
        unit_result(session, period_code="2025", unit_code="X")
    assert caught.value.code == "unit_not_on_board"


def test_a_preview_has_no_publication(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    shown = board_of(session, run, publication=None)
    assert (shown.publication, len(shown.lines)) == (None, 7)


def test_participation_counts_what_was_left_out_apart(
    session: Session, published: ExampleCounty
) -> None:
    numbers = {
        each.campaign.kind: each for each in participation(session, period_id=published.period.id)
    }
    reverse = numbers[CampaignKind.REVERSE]
    # These ballots never lay in the box: only what was issued is known of them.
    assert (reverse.n_issued, reverse.n_ballots, reverse.n_left_out) == (11, 0, 0)


def test_the_sheet_puts_both_runs_side_by_side(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    sheet = score_sheet(session, period_id=run.period_id)
    assert sheet is not None
    _category, row = sheet.row(county.units[TWIN].code)
    assert (row.total_change, row.place_change, row.changed) == (Decimal(0), 0, False)


def test_the_sheet_lists_what_people_must_decide(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    sheet = score_sheet(session, period_id=run.period_id)
    assert sheet is not None
    questions = [question for each in sheet.categories for question in each.questions]
    assert [question["units"] for question in questions] == [[county.units[BUREAU].code]]


def test_before_scoring_there_is_no_sheet(session: Session, county: ExampleCounty) -> None:
    assert score_sheet(session, period_id=county.period.id) is None


def test_groups_and_indicators_have_their_names(session: Session, county: ExampleCounty) -> None:
    names = part_names(session, period=county.period)
    assert names["democratic", "A"] == {"zh": "A", "en": "A"}
    assert names["quarterly", "Q1"]["zh"] == "Q1"


def test_a_decision_after_the_scoring_shows_as_out_of_date(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    session.execute(update(ScoreRun).values(scored_at=now.replace(year=now.year - 1)))
    session.expire(run)
    before = is_outdated(session, run=run)
    word = Word(grade="poor", reason="样例", document="1")
    rule(session, target_id=county.units[TWIN].id, word=word, now=now, by=county.first.id)
    assert (before, is_outdated(session, run=run)) == (False, True)


def test_a_period_has_one_publication(session: Session, published: ExampleCounty) -> None:
    assert session.query(Publication).count() == 1
