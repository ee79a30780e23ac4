"""Trials: another weight, quota, adjustment or treatment, and nothing written."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.errors import Conflict, Invalid
from surveys.models import AuditRecord, CampaignKind, CampaignState, ScoreRun
from surveys.scoring.what_if import Move, Seats, Treatment, Trial, WhatIf, what_if
from tests.surveys.scoring.example_county import ExampleCounty
from tests.surveys.scoring.test_score_period import exclude

D = Decimal


def tried(session: Session, county: ExampleCounty, **changes: object) -> WhatIf:
    return what_if(session, period_id=county.period.id, trial=Trial(**changes))  # type: ignore[arg-type]


def move(found: WhatIf, county: ExampleCounty, town: str) -> Move:
    code = county.units[town].code
    return next(each for each in found.moves if each.before.unit == code)


def test_a_trial_without_changes_moves_nobody(session: Session, county: ExampleCounty) -> None:
    found = tried(session, county)
    assert found.changed == ()
    assert len(found.moves) == len(county.units)


def test_points_taken_from_the_first_give_the_place_and_the_grade_to_the_second(
    session: Session, county: ExampleCounty
) -> None:
    first, second = county.units["甲镇"].code, county.units["乙镇"].code
    found = tried(session, county, points={first: D("-3")})
    names = {each.before.unit: each.places_won for each in found.changed}
    assert names == {first: -1, second: 1}
    assert move(found, county, "乙镇").after.grade == "excellent"
    assert move(found, county, "甲镇").total_change == D("-3.0000")


def test_another_quota_changes_grades_and_no_place(session: Session, county: ExampleCounty) -> None:
    found = tried(session, county, grades={"excellent": Seats(share=D("0.40"))})
    assert [(each.places_won, each.after.grade) for each in found.changed] == [(0, "excellent")]


def test_other_weights_change_totals(session: Session, county: ExampleCounty) -> None:
    weights = {"quarterly": D("0.45"), "annual": D("0.25")}
    found = tried(session, county, weights=weights)
    jia = move(found, county, "甲镇")
    # 0.20 of the weight goes from 95 to 93 points.
    assert jia.total_change == D("-0.4000")


# 丙镇's groups give 86.5, 86.5, 84.75, (88.75 with too few votes) and 88.5.
OWN_STAFF = {"A": D("0.20"), "B": D("0.20"), "C": D("0.20"), "D": D("0.15"), "E": D("0.25")}


def test_other_weights_of_the_groups_change_what_their_campaign_gives(
    session: Session, county: ExampleCounty
) -> None:
    found = tried(session, county, groups={CampaignKind.DEMOCRATIC: OWN_STAFF})
    bing = move(found, county, "丙镇").after
    points = next(each.points for each in bing.arithmetic.components if each.key == "democratic")
    # (0.20 × 86.5 + 0.20 × 86.5 + 0.20 × 84.75 + 0.25 × 88.5) / 0.85
    assert points == D("86.6765")


def test_other_weights_of_the_roles_change_the_reverse_evaluation(
    session: Session, county: ExampleCounty
) -> None:
    head = {"head": D(1), "deputy": D(0), "contact": D(0)}
    found = tried(session, county, groups={CampaignKind.REVERSE: head})
    assert found.before.lines != found.after.lines


@pytest.mark.parametrize(
    ("weights", "code"),
    [
        (OWN_STAFF | {"A": D("0.30")}, "group_weights_not_one"),
        (OWN_STAFF | {"A": D("-0.20"), "B": D("0.60")}, "group_weights_not_one"),
        ({"A": D(1)}, "unknown_group"),
    ],
)
def test_weights_of_groups_that_do_not_hold_together_are_refused(
    session: Session, county: ExampleCounty, weights: dict[str, Decimal], code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        tried(session, county, groups={CampaignKind.DEMOCRATIC: weights})


def test_all_ballots_can_count_in_a_trial(session: Session, county: ExampleCounty) -> None:
    found = tried(session, county, treatment=Treatment.ALL)
    assert found.before.lines == found.after.lines


def test_a_strong_finding_counts_out_in_a_trial_until_somebody_dismisses_it(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    decision = exclude(session, county, now)
    session.delete(decision)
    session.flush()
    suspected = tried(session, county, treatment=Treatment.SUSPECTED)
    # Without the one at 50 the leaders give 80 instead of 77: 0.30 × 3 × 0.15.
    assert move(suspected, county, "戊镇").total_change == D("0.1350")
    assert tried(session, county, treatment=Treatment.ALL).changed == ()


def test_all_ballots_count_again_in_a_trial(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    exclude(session, county, now)
    found = tried(session, county, treatment=Treatment.ALL)
    assert move(found, county, "戊镇").total_change == D("-0.1350")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"weights": {"annual": D("0.5")}}, "weights_not_one"),
        ({"grades": {"excellent": Seats(share=D("1.2"))}}, "share_out_of_range"),
        ({"points": {"nobody": D(1)}}, "unknown_unit"),
    ],
)
def test_a_trial_that_does_not_hold_together_is_refused(
    session: Session, county: ExampleCounty, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(Invalid, match=code):
        tried(session, county, **changes)


def test_too_many_points_are_refused(session: Session, county: ExampleCounty) -> None:
    with pytest.raises(Invalid, match="points_out_of_range"):
        tried(session, county, points={county.units["甲镇"].code: D(101)})


def test_a_shut_box_allows_no_trial(session: Session, county: ExampleCounty) -> None:
    county.period.campaigns[0].state = CampaignState.CLOSED
    with pytest.raises(Conflict, match="box_not_opened"):
        tried(session, county)


def test_a_trial_writes_nothing(session: Session, county: ExampleCounty, now: datetime) -> None:
    counts = [select(func.count()).select_from(table) for table in (ScoreRun, AuditRecord)]
    before = [session.scalar(count) for count in counts]
    tried(session, county, points={county.units["甲镇"].code: D(-3)})
    assert not session.dirty
    assert not session.new
    assert [session.scalar(count) for count in counts] == before
