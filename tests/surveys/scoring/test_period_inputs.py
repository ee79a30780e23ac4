"""Figures, decisions and votes of a period, put together unit by unit."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import Conflict, Invalid, NotFound
from surveys.models import Indicator, IndicatorPart, IndicatorValue, ScoreRun
from surveys.publishing.certify import certify
from surveys.scoring.inputs import UnitInputs
from surveys.scoring.period_figures import conversion_of
from surveys.scoring.period_inputs import period_inputs
from surveys.scoring.rulings import Word, rule, withdraw_ruling
from surveys.scoring.score_period import score_period
from tests.surveys.publishing.left_open import sign
from tests.surveys.scoring.example_county import (
    BODY,
    BUREAU,
    TWIN,
    ExampleCounty,
    add_indicator,
)
from tests.surveys.scoring.worked_example import liuyang

POINTS = Word(component="democratic", points=Decimal("85.5"), reason="样例", document="1")


def on(component: str, points: int) -> Word:
    return Word(component=component, points=Decimal(points), reason="样例", document="1")


def unit_of(session: Session, county: ExampleCounty, name: str) -> UnitInputs:
    found = period_inputs(session, period=county.period, scheme=liuyang(), votes=[])
    code = county.units[name].code
    return next(each for each in found.units if each.key == code)


def test_direct_points_come_out_as_they_went_in(session: Session, county: ExampleCounty) -> None:
    values = unit_of(session, county, TWIN).values["quarterly"]
    assert values == {"Q1": 92, "Q2": 94, "Q3": 90, "Q4": 96}


def test_a_quarter_without_a_figure_is_missing(session: Session, county: ExampleCounty) -> None:
    assert unit_of(session, county, BUREAU).values["quarterly"]["Q1"] is None


def test_a_special_assessment_of_others_is_none_of_the_units(
    session: Session, county: ExampleCounty
) -> None:
    add_indicator(
        session, county.period, county.units, {TWIN: 60}, IndicatorPart.SPECIAL, code="Z2"
    )
    assert set(unit_of(session, county, TWIN).values["special"]) == {"special", "Z2"}
    assert set(unit_of(session, county, "乙镇").values["special"]) == {"special"}


def test_lower_is_better_is_a_switch_and_no_number() -> None:
    found = conversion_of({"low": "60", "lower_is_better": True})
    assert found == {"parameters": {"low": Decimal(60)}, "lower_is_better": True, "then": None}


def test_figures_are_measured_inside_their_category(
    session: Session, county: ExampleCounty
) -> None:
    special = session.scalars(select(Indicator).where(Indicator.code == "special")).one()
    special.conversion, special.parameters = "best_ratio", {}
    best = session.get_one(IndicatorValue, (special.id, county.units[BODY].id))
    best.value = Decimal(100)
    session.flush()
    # 95 is the best among the towns; the department's 100 is nothing to them.
    assert unit_of(session, county, "乙镇").values["special"]["special"] == 100


def test_a_decision_gives_an_insufficient_component_its_points(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    bureau = county.units[BUREAU]
    rule(session, target_id=bureau.id, word=POINTS, now=now, by=county.first.id)
    run = score_period(
        session, period_id=county.period.id, leave_out_excluded=True, now=now, by=county.first.id
    )
    found = {each["key"]: each["points"] for each in county.line(run, BUREAU).components["lines"]}
    assert (found["democratic"], found["recognition"]) == ("85.5000", None)


def test_a_decision_changes_nothing_where_the_votes_suffice(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    rule(session, target_id=county.units[TWIN].id, word=POINTS, now=now, by=county.first.id)
    run = score_period(
        session, period_id=county.period.id, leave_out_excluded=True, now=now, by=county.first.id
    )
    assert county.line(run, TWIN).total == Decimal("94.3713")


def test_a_decided_grade_replaces_the_reckoned_one(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    word = Word(grade="average", reason="样例", document="1")
    rule(session, target_id=county.units[TWIN].id, word=word, now=now, by=county.first.id)
    run = score_period(
        session, period_id=county.period.id, leave_out_excluded=True, now=now, by=county.first.id
    )
    assert county.line(run, TWIN).grade == "average"


def test_a_decision_on_the_same_matter_replaces_the_former(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    bureau = county.units[BUREAU]
    rule(session, target_id=bureau.id, word=POINTS, now=now, by=county.first.id)
    word = Word(component="democratic", points=Decimal(70), reason="样例", document="2")
    rule(session, target_id=bureau.id, word=word, now=now, by=county.first.id)
    assert unit_of(session, county, BUREAU).component_decisions["democratic"].points == 70


def test_a_withdrawn_decision_counts_no_more(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    ruling = rule(
        session, target_id=county.units[BUREAU].id, word=POINTS, now=now, by=county.first.id
    )
    withdraw_ruling(session, ruling_id=ruling.id, now=now, by=county.first.id)
    assert unit_of(session, county, BUREAU).component_decisions == {}


def test_nothing_is_decided_under_a_signature(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    sign(certify, session, period_id=county.period.id, now=now, by=county.first.id)
    with pytest.raises(Conflict) as caught:
        rule(session, target_id=county.units[BUREAU].id, word=POINTS, now=now, by=county.first.id)
    assert (caught.value.code, run.leaves_out_excluded) == ("already_certified", True)


@pytest.mark.parametrize(
    ("word", "kind", "code"),
    [
        (on("x", 1), NotFound, "unknown_component"),
        (on("annual", 101), Invalid, "points_out_of_range"),
        (Word(grade="x", reason="a", document="1"), Invalid, "unknown_grade"),
        (Word(grade="good", reason=" ", document="1"), Invalid, "reason_missing"),
        (Word(grade="good", reason="a" * 1001, document="1"), Invalid, "reason_too_long"),
        (Word(grade="good", reason="a", document=" "), Invalid, "document_missing"),
    ],
)
def test_an_unsound_decision_is_refused(
    session: Session,
    county: ExampleCounty,
    now: datetime,
    word: Word,
    kind: type[Invalid | NotFound],
    code: str,
) -> None:
    with pytest.raises(kind) as caught:
        rule(session, target_id=county.units[TWIN].id, word=word, now=now, by=county.first.id)
    assert caught.value.code == code
