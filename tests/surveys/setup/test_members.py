"""Members of leading groups are set up like units: from sheets, by hand, frozen with the rules."""

from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from surveys.models import Campaign, CampaignKind, Member, MemberPoints, MemberRole, Period
from surveys.models.units import FIRST_MEMBER_ID
from surveys.setup.audiences import audiences, period_lists
from surveys.setup.beginning import begin_period, standard_set
from surveys.setup.cells import read_file
from surveys.setup.checklist import checklist
from surveys.setup.editing import save_row, what_goes
from surveys.setup.expected_ballots import Expected
from surveys.setup.freeze import freeze_period
from surveys.setup.importing import propose_import
from surveys.setup.load_period import load_period
from surveys.setup.manifest import period_manifest
from surveys.setup.open_questions import open_questions
from surveys.setup.rules_document import rules_document
from surveys.setup.settling import accept, stored_draft
from surveys.setup.table_files import tables_as_workbook
from tests.surveys.setup.leading_groups import MEMBERS, with_members
from tests.surveys.setup.small_workbook import as_file, problems_of, read, small


@pytest.fixture
def period(session: Session, now: datetime) -> Period:
    return load_period(session, workbook=read(with_members()), now=now, by=None)


def campaign_of(period: Period) -> Campaign:
    return next(each for each in period.campaigns if each.kind is CampaignKind.MEMBER)


def test_members_are_read_with_unit_post_and_role(period: Period) -> None:
    head = period.members[0]
    assert (head.unit.code, head.post_zh, head.role) == ("D01", "局长", MemberRole.HEAD)
    assert head.id >= FIRST_MEMBER_ID
    assert len(period.members) == 5


def test_a_workbook_without_members_stays_as_it_was(session: Session, now: datetime) -> None:
    period = load_period(session, workbook=read(small()), now=now, by=None)
    assert "members" not in period_manifest(session, period_id=period.id)
    assert period.members == []


def test_a_member_of_a_unit_that_nobody_knows_is_named_with_its_cell() -> None:
    sheets = with_members()
    sheets["班子成员"][3][3] = "D77"
    problem = problems_of(sheets)[0]
    assert (problem.sheet, problem.cell, problem.code) == ("班子成员", "D4", "unknown_unit")


def test_a_member_listed_twice_is_refused() -> None:
    sheets = with_members()
    sheets["班子成员"][2][0] = "P01"
    assert [(each.cell, each.code) for each in problems_of(sheets)] == [("A3", "duplicate")]


def test_a_second_campaign_about_members_is_refused_at_its_questionnaire() -> None:
    sheets = with_members()
    row = len(sheets["测评活动"]) + 1
    sheets["测评活动"].append(["again", "成员再测评", "Members again", "cadre"])
    groups = sheets["测评主体"]
    sheets["测评主体"] += [["again", *each[1:]] for each in groups if each[0] == "members"]
    found = [(each.cell, each.code, each.expected) for each in problems_of(sheets)]
    assert found == [(f"D{row}", "kind_asked_already", ("members",))]


def test_a_weight_on_heads_needs_a_questionnaire_about_members() -> None:
    sheets = with_members()
    sheets["测评主体"][1][5] = 0.35
    codes = {each.code for each in problems_of(sheets)}
    assert "head_weight_without_members" in codes


def test_weights_on_heads_sum_to_one_too() -> None:
    sheets = with_members()
    sheets["测评主体"][-3][5] = 0.6
    problem = problems_of(sheets)[0]
    assert (problem.code, problem.header, problem.value) == (
        "group_weights_not_one",
        "主要负责人权重",
        "1.1",
    )


def test_figures_on_persons_need_a_scheme_that_takes_them() -> None:
    sheets = with_members()
    sheets["成员得分"] = [["成员代码", "计分项", "得分"], ["P01", "分工履职", 92]]
    assert [each.code for each in problems_of(sheets)] == ["unknown_person_component"]


def test_an_import_finds_the_unit_by_name_and_keeps_the_rest(
    session: Session, now: datetime
) -> None:
    period = load_period(session, workbook=read(small()), now=now, by=None)
    change = propose_import(
        session,
        sheets=read_file(as_file({"班子成员": MEMBERS})),
        filename="班子成员.xlsx",
        period_id=period.id,
        now=now,
        by=None,
    )
    assert list(change.after) == ["班子成员"]
    accept(session, change_id=change.id, now=now, by=None)
    assert [each.unit.code for each in period.members] == ["D01", "D01", "D01", "T01", "T01"]


def test_the_export_has_the_sheet_of_members(period: Period, session: Session) -> None:
    draft = stored_draft(session, period_id=period.id)
    exported = tables_as_workbook(draft, ["班子成员"], filled=True)
    rows = read_file(exported)[0].rows
    assert rows[2][:4] == ["成员代码", "姓名", "英文名称", "所属单位"]
    assert rows[3][:4] == ["P01", "样例甲", "Sample A", "D01"]


def test_members_go_with_their_unit(period: Period, session: Session) -> None:
    removal = what_goes(session, period_id=period.id, table="单位名单", key=("T01",))
    assert [row["成员代码"] for row in removal.gone["班子成员"]] == ["P04", "P05"]


def test_a_member_is_changed_by_hand(period: Period, session: Session, now: datetime) -> None:
    row = stored_draft(session, period_id=period.id)["班子成员"][4]
    cells = {**row, "职务": "主任"}
    save_row(
        session, period_id=period.id, table="班子成员", key=("P05",), cells=cells, now=now, by=None
    )
    assert session.scalars(select(Member.post_zh).where(Member.code == "P05")).one() == "主任"


def test_members_are_taken_over_into_the_next_period(
    period: Period, session: Session, now: datetime
) -> None:
    facts = {"周期代码": "2027", "周期名称": "2027年度", "地区名称": "样例县"}
    days = {"开始日期": "2027-01-01", "结束日期": "2027-12-31"}
    copy = begin_period(session, facts={**facts, **days}, like=period.id, now=now, by=None)
    assert [each.code for each in copy.members] == ["P01", "P02", "P03", "P04", "P05"]


def test_the_freeze_holds_members_fast_and_lets_their_points_arrive(
    period: Period, session: Session, now: datetime
) -> None:
    freeze_period(session, period_id=period.id, now=now, by=None)
    member = period.members[0]
    session.add(MemberPoints(member_id=member.id, component="分工履职", part="", points=90))
    session.flush()
    member.post_zh = "书记"
    with pytest.raises(IntegrityError, match="frozen"):
        session.flush()


def test_the_rules_that_are_hashed_and_printed_name_the_members(
    period: Period, session: Session
) -> None:
    document = period_manifest(session, period_id=period.id)
    assert document["members"][0]["post"] == {"zh": "局长", "en": "Director"}
    staff = document["campaigns"][1]["groups"][1]
    assert (staff["code"], staff["head_weight"]) == ("D", "0")
    assert rules_document(session, period_id=period.id, language="zh")[:4] == b"%PDF"


def test_a_campaign_about_members_waits_for_members(session: Session, now: datetime) -> None:
    sheets = with_members()
    del sheets["班子成员"][1:]
    period = load_period(session, workbook=read(sheets), now=now, by=None)
    asked = {each.code for each in open_questions(session, period_id=period.id) if each.blocks}
    assert "no_members" in asked
    steps = checklist(session, period_id=period.id, certified=False).steps
    assert next(each for each in steps if each.table == "班子成员").state.value == "missing"


def test_staff_rate_their_own_leaders_and_leaders_those_of_a_category(
    period: Period, session: Session
) -> None:
    lists = period_lists(session, period.id)
    codes = {each.id: each.code for each in period.members}
    found = {
        group.code: [
            [codes[target] for target in each.target_ids] for each in audiences(group, lists)
        ]
        for group in campaign_of(period).groups
    }
    assert found == {
        "A": [["P01", "P02", "P03"], ["P04", "P05"]],
        # A weight of 0 on heads: the heads, who vote in this group, are not on its ballots.
        "D": [["P02", "P03"], ["P05"]],
        "E": [["P01", "P02", "P03"], ["P04", "P05"]],
    }


def test_a_large_group_of_members_is_split_evenly(session: Session, now: datetime) -> None:
    sheets = with_members()
    headers = sheets["测评表"][0]
    headers.append("每票单位上限")
    sheets["测评表"][-1].append(2)
    period = load_period(session, workbook=read(sheets), now=now, by=None)
    leaders = campaign_of(period).groups[0]
    parts = [each.target_ids for each in audiences(leaders, period_lists(session, period.id))]
    assert sorted(map(len, parts)) == [1, 2, 2]
    expected = Expected(session, period)
    assert {expected.ballots(leaders, each) for each in period.members[:3]} == {2}


def test_ids_of_units_and_members_cannot_meet(period: Period, session: Session) -> None:
    with pytest.raises(IntegrityError, match="id_above_those_of_units"), session.begin_nested():
        session.connection().exec_driver_sql(
            "INSERT INTO member (id, period_id, unit_id, code, name_zh, name_en, post_zh, post_en,"
            " role, position) OVERRIDING SYSTEM VALUE VALUES (7, %s, %s, 'X', '', '', '', '',"
            " 'head', 1)",
            (period.id, period.units[0].id),
        )


def test_the_standard_set_has_a_questionnaire_about_members() -> None:
    kinds = {form.code: form.kind for form in standard_set().questionnaires}
    assert (kinds["mz_team"], kinds["mz_member"]) == ("democratic", "member")
