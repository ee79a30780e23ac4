"""From ballots in the database to the regulation's worked example, to four decimals."""

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveys.errors import Conflict
from surveys.models import (
    AuditRecord,
    Ballot,
    Campaign,
    CampaignKind,
    CampaignState,
    Decision,
    Examination,
    Finding,
    FindingBallot,
    FindingLevel,
    Indicator,
    IndicatorPart,
    Period,
    Publication,
    ScoreRun,
    Verdict,
)
from surveys.scoring.score_period import (
    inputs_hash,
    require_one_of_each_kind,
    score_both_ways,
    score_period,
)
from tests.surveys.scoring.example_county import (
    BODY,
    TWIN,
    ExampleCounty,
    add_indicator,
    cast,
    plain,
)
from tests.surveys.scoring.worked_example import (
    COMPONENTS,
    DEMOCRATIC,
    RECOGNITION,
    expected,
    liuyang,
)

TOWNS = tuple(expected()["units"])


def scored(
    session: Session, county: ExampleCounty, now: datetime, *, leave_out: bool = True
) -> ScoreRun:
    return score_period(
        session,
        period_id=county.period.id,
        leave_out_excluded=leave_out,
        now=now,
        by=county.first.id,
    )


def component(county: ExampleCounty, run: ScoreRun, town: str, key: str) -> dict[str, object]:
    lines = county.line(run, town).components["lines"]
    found: dict[str, object] = next(each for each in lines if each["key"] == key)
    return found


@pytest.mark.parametrize("town", TOWNS)
def test_components_are_those_of_the_sheet(county: ExampleCounty, run: ScoreRun, town: str) -> None:
    found = {zh: component(county, run, town, key)["points"] for zh, key in COMPONENTS.items()}
    assert found == expected()["units"][town]["comp"]


@pytest.mark.parametrize("town", TOWNS)
@pytest.mark.parametrize(
    ("key", "letter", "part", "groups"),
    [("democratic", "M", "groups", DEMOCRATIC), ("recognition", "G", "channels", RECOGNITION)],
)
def test_groups_are_those_of_the_sheet(
    county: ExampleCounty,
    run: ScoreRun,
    town: str,
    key: str,
    letter: str,
    part: str,
    groups: dict[str, str],
) -> None:
    parts = {each["key"]: each for each in component(county, run, town, key)["parts"]}  # type: ignore[attr-defined]
    sheet = expected()[letter][town]
    assert {zh: plain(parts[code]["points"]) for zh, code in groups.items()} == sheet[part]
    assert {zh: parts[code]["n_valid"] for zh, code in groups.items()} == sheet["valid"]


@pytest.mark.parametrize("town", TOWNS)
def test_totals_are_those_of_the_sheet(county: ExampleCounty, run: ScoreRun, town: str) -> None:
    line, sheet = county.line(run, town), expected()["units"][town]
    assert line.total is not None
    found = (plain(line.total), plain(line.bonus), plain(line.deduction))
    assert found == (sheet["total"], sheet["bonus"], sheet["deduct"])


@pytest.mark.parametrize("town", TOWNS)
def test_places_and_grades_are_those_of_the_sheet(
    county: ExampleCounty, run: ScoreRun, town: str
) -> None:
    line, sheet = county.line(run, town), expected()["units"][town]
    grade = liuyang().grades[liuyang().grade_rank(line.grade or "")].zh
    assert (line.place, grade) == (sheet["rank"], sheet["grade"])


def test_the_reverse_evaluation_of_the_sheet_is_deducted_from_the_body(
    county: ExampleCounty, run: ScoreRun
) -> None:
    line = county.line(run, BODY)
    kept, sheet = line.components, expected()["reverse"]
    assert (kept["reverse_points"], plain(line.deduction)) == (sheet["R"], sheet["deduction"])


def test_the_deduction_enters_the_total_with_all_its_digits(
    county: ExampleCounty, run: ScoreRun
) -> None:
    # 92.87125 as the twin town without adjustments, less 0.208335.
    assert county.line(run, BODY).total == Decimal("92.6629")


def test_quarters_are_converted_before_they_count(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    quarter = session.scalars(select(Indicator).where(Indicator.code == "Q1")).one()
    quarter.conversion, quarter.parameters = "range", {"low": "60", "high": "100"}
    session.flush()
    # 70 … 95 becomes 60 … 100, so 92 is 95.2; (95.2 + 94 + 90 + 96) / 4.
    run = scored(session, county, now)
    assert component(county, run, TWIN, "quarterly")["points"] == "93.8000"


def test_a_quarter_of_two_indicators_is_their_weighted_mean(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    other = add_indicator(
        session, county.period, county.units, {TWIN: 80}, IndicatorPart.SPECIAL, code="Q1B"
    )
    other.part, other.quarter, other.weight = IndicatorPart.QUARTERLY, 1, Decimal(3)
    session.flush()
    # Q1 is (92 + 3 × 80) / 4 = 83; (83 + 94 + 90 + 96) / 4.
    run = scored(session, county, now)
    assert component(county, run, TWIN, "quarterly")["points"] == "90.7500"


def test_a_group_counts_from_the_minimum_that_was_set_up(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    deputies = next(g for g in county.campaigns[CampaignKind.DEMOCRATIC].groups if g.code == "D")
    deputies.min_valid = 4
    session.flush()
    parts = component(county, scored(session, county, now), "丙镇", "democratic")["parts"]
    assert [part["effective_weight"] is None for part in parts] == [False] * 5  # type: ignore[attr-defined]


def test_votes_that_two_persons_left_out_do_not_count(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    exclude(session, county, now)
    without, with_all = (scored(session, county, now, leave_out=out) for out in (True, False))
    # 戊镇, leaders: without the one at 50 the mean is (100 + 4 × 85 + 4 × 70) / 9 = 80.
    leaders = [
        component(county, run, "戊镇", "democratic")["parts"][0]  # type: ignore[index]
        for run in (without, with_all)
    ]
    assert [part["n_valid"] for part in leaders] == [9, 10]
    assert [plain(part["points"]) for part in leaders] == ["80.0000", "77.0000"]


def test_a_decision_of_one_person_leaves_nothing_out(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    decision = exclude(session, county, now)
    decision.confirmed_by = decision.confirmed_at = None
    session.flush()
    with pytest.raises(Conflict) as caught:
        scored(session, county, now)
    assert (caught.value.code, caught.value.facts["n"]) == ("findings_waiting", 1)


def test_a_shut_box_is_not_scored(session: Session, county: ExampleCounty, now: datetime) -> None:
    campaign = county.campaigns[CampaignKind.RECOGNITION]
    campaign.state = CampaignState.CLOSED
    session.flush()
    with pytest.raises(Conflict) as caught:
        scored(session, county, now)
    assert (caught.value.code, caught.value.facts["campaign"]) == ("box_not_opened", campaign.id)


def test_an_opened_box_that_nobody_examined_is_not_scored(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    session.execute(delete(Examination))
    with pytest.raises(Conflict) as caught:
        scored(session, county, now)
    assert caught.value.code == "not_examined"


def test_an_empty_box_needs_no_examination(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    session.execute(delete(Examination))
    session.execute(delete(Ballot))
    for campaign in county.campaigns.values():
        campaign.n_envelopes = 0
    session.flush()
    assert county.line(scored(session, county, now), TWIN).total is None


def test_signed_scores_are_not_computed_anew(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    session.add(
        Publication(
            period_id=county.period.id,
            run_id=run.id,
            first_certifier=county.first.id,
            first_certified_at=now,
        )
    )
    session.flush()
    with pytest.raises(Conflict) as caught:
        scored(session, county, now)
    assert caught.value.code == "already_certified"


def test_the_same_ballots_and_figures_have_the_same_hash(
    session: Session, county: ExampleCounty, run: ScoreRun, now: datetime
) -> None:
    assert scored(session, county, now).input_hash == run.input_hash


def test_one_more_ballot_changes_the_hash(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    campaign = county.campaigns[CampaignKind.DEMOCRATIC]
    cast(session, campaign, "A", county.units[TWIN], [1], by=county.first)
    session.expire(campaign)
    assert inputs_hash(session, run=run) != run.input_hash


def test_both_ways_gives_the_run_with_all_ballots_first(
    session: Session, county: ExampleCounty, now: datetime
) -> None:
    runs = score_both_ways(session, period_id=county.period.id, now=now, by=county.first.id)
    assert [each.leaves_out_excluded for each in runs] == [False, True]


def test_an_interval_holds_its_total(county: ExampleCounty, run: ScoreRun) -> None:
    line = county.line(run, TWIN)
    assert line.total is not None
    assert line.total_low is not None
    assert line.total_high is not None
    assert line.total_low < float(line.total) < line.total_high


def test_a_vetoed_unit_has_no_range_of_places(county: ExampleCounty, run: ScoreRun) -> None:
    line = county.line(run, "丁镇")
    assert (line.place, line.place_low, line.place_high) == (None, None, None)


def test_scoring_is_on_record_with_the_hash_of_its_inputs(session: Session, run: ScoreRun) -> None:
    last = session.scalars(select(AuditRecord).order_by(AuditRecord.seq.desc())).first()
    assert last is not None
    assert (last.body["act"], last.body["inputs"]) == ("period_scored", run.input_hash.hex())


def exclude(session: Session, county: ExampleCounty, now: datetime) -> Decision:
    """Two persons leave out the leader's ballot at 50 on 戊镇."""
    campaign = county.campaigns[CampaignKind.DEMOCRATIC]
    leaders = next(group for group in campaign.groups if group.code == "A")
    target = county.units["戊镇"].id
    batch = next(b for b in campaign.batches if b.group_id == leaders.id and target in b.target_ids)
    ballot = session.scalars(
        select(Ballot).where(Ballot.batch_id == batch.id, Ballot.answers == bytes([4]))
    ).one()
    examination = session.scalars(
        select(Examination).where(Examination.campaign_id == campaign.id)
    ).one()
    finding = Finding(
        examination_id=examination.id,
        position=1,
        check="duplicates",
        level=FindingLevel.STRONG,
        subject={},
        n_ballots=1,
        evidence_zh="样例",
        evidence_en="Sample",
    )
    session.add(finding)
    session.flush()
    decision = Decision(
        finding_id=finding.id,
        verdict=Verdict.UPHELD,
        excludes_ballots=True,
        reason="样例",
        decided_by=county.first.id,
        decided_at=now,
        confirmed_by=county.second.id,
        confirmed_at=now,
    )
    session.add_all([FindingBallot(finding_id=finding.id, ballot_id=ballot.id), decision])
    session.flush()
    return decision


def test_two_campaigns_of_a_kind_are_refused_before_votes_are_lost() -> None:
    kinds = (CampaignKind.MEMBER, CampaignKind.DEMOCRATIC, CampaignKind.MEMBER)
    codes = ("first", "other", "again")
    campaigns = [Campaign(code=code, kind=kind) for code, kind in zip(codes, kinds, strict=True)]
    with pytest.raises(Conflict) as refused:
        require_one_of_each_kind(Period(campaigns=campaigns))
    assert refused.value.facts == {"campaign": "again", "first": "first"}
