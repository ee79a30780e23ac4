"""Values corrected after they were scored: both versions, their basis, and which one counted."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from surveys.errors import Conflict, Invalid, NotFound
from surveys.models import AuditRecord, Indicator, ScoreRun
from surveys.publishing.certify import certify
from surveys.scoring.raw_figures import raw_figures
from surveys.scoring.restating import Correction, restate, restated_values, versions_in_force
from surveys.scoring.score_period import score_both_ways
from surveys.setup.differences import differences
from surveys.setup.settling import refuse_what_stands_still, stored_draft
from tests.surveys.publishing.left_open import sign
from tests.surveys.scoring.example_county import ExampleCounty

D = Decimal
TOWN = "甲镇"


def annual(session: Session, county: ExampleCounty) -> str:
    """The code of the annual indicator."""
    found = session.query(Indicator).filter_by(period_id=county.period.id, part="annual")
    return found.order_by(Indicator.code).first().code  # type: ignore[union-attr]


def correct(
    session: Session, county: ExampleCounty, now: datetime, value: str = "90", **changes: str
) -> None:
    basis = {"reason": "统计口径更正", "document": "样例统字第3号", **changes}
    restate(
        session,
        period_id=county.period.id,
        unit_code=county.units[TOWN].code,
        indicator_code=annual(session, county),
        correction=Correction(value=D(value), target=D(100), **basis),
        now=now,
        by=county.first.id,
    )


def scored(session: Session, county: ExampleCounty, now: datetime) -> ScoreRun:
    return score_both_ways(session, period_id=county.period.id, now=now, by=county.first.id)[1]


def test_both_versions_are_kept_with_their_basis(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    correct(session, county, now)
    (found,) = restated_values(session, period=county.period)
    assert [(each.number, each.value, each.document) for each in found.versions] == [
        (1, D(95), ""),
        (2, D(90), "样例统字第3号"),
    ]
    assert found.versions[1].maker is county.first


def test_the_next_scoring_takes_the_corrected_value_and_says_so(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    unit, code = county.units[TOWN], annual(session, county)
    before = scored(session, county, now)
    correct(session, county, now)
    after = scored(session, county, now)
    assert (before.versions, after.versions) == ({}, {unit.code: {code: 2}})
    totals = [
        next(line.total for line in run.lines if line.unit_id == unit.id) for run in (before, after)
    ]
    # Five points less on the annual indicator, which weighs 0.45.
    assert totals == [D("94.3713"), D("92.1213")]


def test_a_scoring_shows_the_figure_that_it_took(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    code = annual(session, county)
    correct(session, county, now)
    for used, value in (({}, D(95)), ({code: 2}, D(90))):
        figures = raw_figures(session, unit_id=county.units[TOWN].id, used=used)
        assert figures["annual", code][0].value == value


def test_a_second_correction_is_a_third_version(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    correct(session, county, now)
    correct(session, county, now, "91")
    versions = versions_in_force(session, period_id=county.period.id)
    assert versions[county.units[TOWN].code] == {annual(session, county): 3}


def test_a_correction_is_on_record(session: Session, county: ExampleCounty, now: datetime) -> None:
    correct(session, county, now)
    acts = [each.body for each in session.query(AuditRecord)]
    (body,) = [each for each in acts if each["act"] == "value_restated"]
    assert (body["version"], body["before"], body["after"]) == (2, "95.000000", "90")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"document": " "}, "document_missing"),
        ({"reason": ""}, "reason_missing"),
        ({"reason": "长" * 1001}, "reason_too_long"),
        ({"value": "1e14"}, "value_out_of_range"),
    ],
)
def test_a_correction_without_its_basis_is_refused(
    session: Session, county: ExampleCounty, now: datetime, changes: dict[str, str], code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        correct(session, county, now, **changes)


def test_the_value_in_force_is_no_correction(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    with pytest.raises(Conflict, match="value_stands_already"):
        correct(session, county, now, "95")


def test_what_was_never_measured_cannot_be_corrected(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    with pytest.raises(NotFound, match="no_value"):
        restate(
            session,
            period_id=county.period.id,
            unit_code=county.units[TOWN].code,
            indicator_code="nothing",
            correction=Correction(value=D(1), target=None, reason="样例", document="1"),
            now=now,
            by=county.first.id,
        )


def test_what_is_signed_is_not_corrected(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    scored(session, county, now)
    sign(certify, session, period_id=county.period.id, now=now, by=county.first.id)
    with pytest.raises(Conflict, match="already_certified"):
        correct(session, county, now)


def test_the_set_up_does_not_write_over_what_was_scored(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    before = stored_draft(session, period_id=county.period.id)
    first, *others = before["指标值"]
    after = {**before, "指标值": [{**first, "完成值": "1"}, *others]}
    found = differences(before, after)
    refuse_what_stands_still(session, county.period, found)
    scored(session, county, now)
    with pytest.raises(Conflict, match="values_scored"):
        refuse_what_stands_still(session, county.period, found)


def test_the_set_up_still_takes_new_values(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    after = stored_draft(session, period_id=county.period.id)
    before = {**after, "指标值": after["指标值"][1:]}
    scored(session, county, now)
    refuse_what_stands_still(session, county.period, differences(before, after))
