"""Members are rated and scored over the database, from the plan to the grade."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import Invalid
from surveys.examining.campaign_arrays import campaign_arrays
from surveys.issuing.issue_batch import BatchOrder, issue_batch
from surveys.issuing.overview import issuing_overview
from surveys.issuing.printing import rated as words_for_rated
from surveys.issuing.sheets import about, target_names
from surveys.models import MemberFact, MemberScore, Publication, ScoreLine
from surveys.monitoring.minimums import group_minimums
from surveys.monitoring.turnout import turnout
from surveys.publishing.board import board_of
from surveys.review.effect import score_effects
from surveys.scoring.campaign_votes import campaign_votes
from surveys.scoring.former_grades import FormerMemberGrades
from surveys.scoring.inputs import PeriodInputs
from surveys.scoring.person_inputs import person_inputs
from surveys.scoring.person_level import with_persons
from surveys.scoring.precision import asked_of
from surveys.scoring.schemes import preset
from surveys.scoring.score import score
from surveys.scoring.score_period import inputs_hash, score_both_ways
from surveys.scoring.uncertainty import estimate_uncertainty
from surveys.setup.beginning import begin_period
from surveys.setup.editing import save_row
from surveys.setup.settling import stored_draft
from tests.surveys.members.rated_members import (
    RatedMembers,
    open_and_examine,
    open_vote,
    set_up,
    vote,
)


@pytest.fixture
def rated(session: Session, now: datetime) -> RatedMembers:
    return set_up(session, now=now)


@pytest.fixture
def opened(session: Session, rated: RatedMembers, now: datetime) -> RatedMembers:
    issued = open_vote(session, rated, now=now)
    vote(session, rated, issued)
    open_and_examine(session, rated, now=now)
    return rated


def scored(session: Session, rated: RatedMembers, now: datetime) -> dict[str, MemberScore]:
    """The persons' lines without excluded ballots."""
    score_both_ways(session, period_id=rated.period.id, now=now, by=rated.organizer.id)
    rows = session.scalars(select(MemberScore).order_by(MemberScore.id))
    return {row.member.code: row for row in rows}


def test_units_cannot_be_rated_in_a_campaign_about_members(
    session: Session, rated: RatedMembers, now: datetime
) -> None:
    group = rated.campaign.groups[0]
    order = BatchOrder(rated.campaign.id, group.id, (rated.unit("D01").id,), n=5)
    with pytest.raises(Invalid, match="bad_targets"):
        issue_batch(session, order=order, random_bytes=bytes, now=now, by=rated.organizer.id)


def test_the_office_reads_whose_members_a_batch_is_about(
    session: Session, rated: RatedMembers, now: datetime
) -> None:
    open_vote(session, rated, now=now)
    overview = issuing_overview(session, campaign_id=rated.campaign.id)
    # A batch without the head is about no whole group.
    lines = {
        (each.group.code, line.rated.whole): len(line.rated.targets)
        for each in overview.issued
        for line in each.lines
    }
    assert lines[("A", rated.unit("D01"))] == 3
    assert lines[("D", None)] == 2
    batch = overview.issued[0].lines[-1].batch
    assert words_for_rated(batch) == "样例一局班子成员"
    names = target_names(session, batch)
    assert names[0] == ("样例甲（样例一局）", "Sample A (Bureau 1)")
    assert about(names, of_members=True) == "样例甲（样例一局）等3人"


def test_the_manifest_names_post_and_unit_for_the_voter(
    session: Session, rated: RatedMembers, now: datetime
) -> None:
    open_vote(session, rated, now=now)
    said = (rated.campaign.manifest or {})["members"][str(rated.member("P01").id)]
    assert said["name"]["zh"] == "样例甲"
    assert said["about"] == {"zh": "样例一局 · 局长", "en": "Director, Bureau 1"}


def test_turnout_stands_with_the_members_unit(
    session: Session, rated: RatedMembers, now: datetime
) -> None:
    issued = open_vote(session, rated, now=now)
    vote(session, rated, issued)
    found = turnout(session, campaign_id=rated.campaign.id)
    assert [unit.code for unit, _cells in found.units] == ["D01", "T01"]
    minimums = group_minimums(session, campaign_id=rated.campaign.id)
    leaders = minimums[rated.campaign.groups[0].id]
    assert leaders.n_units == 5
    assert leaders.short_unit_ids >= {rated.unit("T01").id}


def test_the_plan_says_how_exact_a_members_score_will_be(
    session: Session, rated: RatedMembers
) -> None:
    asked = asked_of(session, rated.campaign)
    assert asked is not None
    assert asked.by_unit[rated.member("P01")] == (4, 0, 6)
    assert asked.by_unit[rated.member("P02")] == (4, 1, 6)
    assert asked.weight == (0.2, 0.2)


def test_each_leading_group_is_a_matrix_of_its_own(session: Session, opened: RatedMembers) -> None:
    (part,) = campaign_arrays(session, campaign_id=opened.campaign.id).parts
    assert [each.code for each in part.units] == ["P01", "P02", "P03"]
    assert part.ballots.n_ballots == 11


def test_a_person_is_scored_from_team_duties_and_ballots(
    session: Session, opened: RatedMembers, now: datetime
) -> None:
    found = scored(session, opened, now)
    ballots = {
        code: next(line["points"] for line in row.components["lines"] if line["key"] == "ballots")
        for code, row in found.items()
    }
    # Heads: A .5 · 100 + E .5 · 80; others: A .3, D .2, E .5.
    assert (ballots["P01"], ballots["P02"], ballots["P03"]) == ("90.0000", "84.0000", "76.4000")
    # Team .6 · 90 + .2 · 90 + .2 · 90 = 90; .5 · 90 + .3 · duties + .2 · ballots.
    totals = {code: row.total for code, row in found.items()}
    assert totals["P01"] == Decimal("91.5000")
    assert totals["P02"] == Decimal("85.8000")
    assert totals["P03"] == Decimal("85.7800")
    # Nobody voted about T01: people must decide, the software gives no number.
    assert (totals["P04"], ballots["P04"]) == (None, None)
    # At most 20 % of five: one seat.
    assert [(found[code].place, found[code].grade) for code in ("P01", "P02", "P03")] == [
        (1, "first"),
        (2, "second"),
        (3, "second"),
    ]


def test_a_fact_established_of_a_person_bears_on_the_grade(
    session: Session, opened: RatedMembers, now: datetime
) -> None:
    member = opened.member("P01")
    session.add(MemberFact(member_id=member.id, fact="触犯刑律", document="样例2号"))
    found = scored(session, opened, now)
    assert (found["P01"].grade, found["P01"].place) == ("fourth", None)
    assert found["P02"].place == 1


def test_points_that_arrive_later_make_the_scores_out_of_date(
    session: Session, opened: RatedMembers, now: datetime
) -> None:
    run = scored(session, opened, now)["P01"].run
    assert inputs_hash(session, run=run) == run.input_hash
    session.add(MemberFact(member_id=opened.member("P05").id, fact="触犯刑律", document="样例2号"))
    session.flush()
    assert inputs_hash(session, run=run) != run.input_hash


def test_no_person_stands_on_the_board(
    session: Session, opened: RatedMembers, now: datetime
) -> None:
    run = scored(session, opened, now)["P01"].run
    shown = board_of(session, run, publication=None)
    assert {line.unit.code for line in shown.lines} == {"D01", "D02", "D03", "T01"}
    assert len(session.scalars(select(ScoreLine).where(ScoreLine.run_id == run.id)).all()) == 4


def test_a_review_reckons_what_ballots_do_to_a_members_score(
    session: Session, opened: RatedMembers
) -> None:
    ids = [opened.member("P01").id]
    (effect,) = score_effects(session, campaign_id=opened.campaign.id, unit_ids=ids)
    assert effect.points_with == Decimal("90.0000")
    assert effect.difference == 0


def test_uncertainty_of_the_units_is_drawn_beside_members(
    session: Session, opened: RatedMembers, now: datetime
) -> None:
    run = scored(session, opened, now)["P01"].run
    kept = estimate_uncertainty(
        session, run_id=run.id, seed=1, now=now, by=opened.organizer.id, n_draws=2
    )
    assert set(kept.categories) == {"departments", "districts"}


def test_former_grades_are_those_of_the_person_whatever_the_unit(
    session: Session, opened: RatedMembers, now: datetime
) -> None:
    run = scored(session, opened, now)["P01"].run
    first, second = opened.officers
    session.add(
        Publication(
            period_id=opened.period.id,
            run_id=run.id,
            first_certifier=first.id,
            first_certified_at=now,
            second_certifier=second.id,
            second_certified_at=now,
        )
    )
    facts = {"周期代码": "2027", "周期名称": "2027年度", "地区名称": "样例县"}
    days = {"开始日期": "2027-01-01", "结束日期": "2027-12-31"}
    later = begin_period(session, facts={**facts, **days}, like=opened.period.id, now=now, by=None)
    row = stored_draft(session, period_id=later.id)["班子成员"][0]
    save_row(
        session,
        period_id=later.id,
        table="班子成员",
        key=("P01",),
        cells={**row, "所属单位": "D02"},
        now=now,
        by=None,
    )
    former = FormerMemberGrades(session, later, n=1)
    assert (former.of("P01"), former.of("P02"), former.of("P99")) == (
        ("first",),
        ("second",),
        (None,),
    )


def test_a_scheme_without_rules_for_persons_gives_the_score_of_the_ballots_alone(
    session: Session, opened: RatedMembers
) -> None:
    units_only = preset("changsha").model_copy(update={"persons": None})
    level = with_persons(units_only, [opened.campaign]).persons
    assert level is not None
    assert [(each.key, each.weight) for each in level.components] == [("ballots", Decimal(1))]
    votes = campaign_votes(session, campaign_id=opened.campaign.id, leave_out_excluded=True)
    persons = person_inputs(session, period=opened.period, level=level, votes=[votes])
    scheme = units_only.model_copy(update={"persons": level})
    found = score(scheme, PeriodInputs(units=(), persons=persons)).persons
    assert found is not None
    lines = {line.unit: (line.total, line.place, line.grade) for line in found.lines}
    assert lines["P01"] == (Decimal("90.0000"), 1, None)
    assert lines["P02"] == (Decimal("84.0000"), 2, None)
