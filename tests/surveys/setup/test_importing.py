"""An import shows what it would change, writes nothing until accepted, and can be undone."""

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.errors import Conflict, Invalid
from surveys.models import (
    Account,
    AuditRecord,
    ChangeState,
    Period,
    Questionnaire,
    SetupChange,
    Unit,
    Veto,
)
from surveys.setup.beginning import COPIED, propose_copy
from surveys.setup.cells import read_file
from surveys.setup.differences import Difference, differences
from surveys.setup.freeze import freeze_period
from surveys.setup.importing import propose_import
from surveys.setup.load_period import load_period
from surveys.setup.problems import RowProblem
from surveys.setup.settling import accept, drop, stored_draft, undo
from tests.surveys.setup.certified import certify
from tests.surveys.setup.nasty import csv_text, grid, saved
from tests.surveys.setup.small_workbook import Sheets, as_file, read, small, spoilt


@pytest.fixture
def period(session: Session, now: datetime) -> Period:
    return load_period(session, workbook=read(small()), now=now, by=None)


def proposed(
    session: Session,
    data: bytes,
    now: datetime,
    *,
    period_id: int | None = None,
    meant: str | None = None,
    removes: bool = False,
) -> SetupChange:
    return propose_import(
        session,
        sheets=read_file(data),
        filename="样例.xlsx",
        period_id=period_id,
        meant=meant,
        removes=removes,
        now=now,
        by=None,
    )


def found(change: SetupChange) -> dict[str, Difference]:
    return {each.sheet: each for each in differences(change.before, change.after)}


def refused(session: Session, data: bytes, now: datetime, period: Period) -> list[RowProblem]:
    with pytest.raises(Invalid) as caught:
        proposed(session, data, now, period_id=period.id)
    rows = caught.value.facts["rows"]
    assert isinstance(rows, tuple)
    return list(rows)


def units(session: Session) -> dict[str, str]:
    return {row.code: row.name_zh for row in session.scalars(select(Unit))}


def test_a_whole_workbook_waits_before_it_begins_a_period(session: Session, now: datetime) -> None:
    change = proposed(session, as_file(small()), now)
    assert change.state is ChangeState.WAITING
    assert len(found(change)["单位名单"].added) == 4
    assert session.scalars(select(Period)).all() == []


def test_an_accepted_workbook_is_the_set_up(session: Session, now: datetime) -> None:
    change = proposed(session, as_file(small()), now)
    accept(session, change_id=change.id, now=now, by=None)
    direct = stored_draft(session, period_id=change.period_id or 0)
    assert direct["单位名单"][0]["单位名称"] == "样例一局"
    assert len(direct["指标值"]) == 9


def test_the_way_through_a_draft_changes_nothing(
    period: Period, session: Session, now: datetime
) -> None:
    with pytest.raises(Conflict) as caught:
        proposed(session, as_file(small()), now, period_id=period.id, removes=True)
    assert caught.value.code == "nothing_changes"


def test_a_preview_says_what_is_added_changed_and_left(
    period: Period, session: Session, now: datetime
) -> None:
    rows = [["单位代码", "单位名称", "类别代码"], ["D01", "改名局", "M1"], ["D09", "新局", "M1"]]
    change = proposed(session, saved(grid("单位名单", rows)), now, period_id=period.id)
    units = found(change)["单位名单"]
    assert [row["单位代码"] for row in units.added] == ["D09"]
    assert [row.cells for row in units.changed] == [{"单位名称": ("样例一局", "改名局")}]
    assert (units.n_left, units.removed) == (3, ())


def test_columns_that_a_file_lacks_keep_what_they_hold(
    period: Period, session: Session, now: datetime
) -> None:
    rows = [["单位代码", "单位名称", "类别代码"], ["D01", "改名局", "M1"]]
    change = proposed(session, saved(grid("单位名单", rows)), now, period_id=period.id)
    accept(session, change_id=change.id, now=now, by=None)
    assert session.scalars(select(Unit).where(Unit.code == "D01")).one().n_staff == 20


def test_rows_that_a_file_lacks_go_only_when_that_is_asked(
    period: Period, session: Session, now: datetime
) -> None:
    data = saved(
        grid(
            "一票否决", [["单位代码", "否决事项", "是否重大", "文件依据"], ["D03", "x", "否", "y"]]
        )
    )
    kept = proposed(session, data, now, period_id=period.id)
    gone = proposed(session, data, now, period_id=period.id, removes=True)
    assert len(found(kept)["一票否决"].removed) == 0
    assert len(found(gone)["一票否决"].removed) == 1


def test_undoing_puts_back_what_stood_before(
    period: Period, session: Session, now: datetime
) -> None:
    before = stored_draft(session, period_id=period.id)
    sheets = small()
    sheets["单位名单"][1][1] = "改名局"
    del sheets["一票否决"][1:]
    change = proposed(session, as_file(sheets), now, period_id=period.id, removes=True)
    accept(session, change_id=change.id, now=now, by=None)
    assert session.scalar(select(func.count()).select_from(Veto)) == 0
    undo(session, change_id=change.id, now=now, by=None)
    assert stored_draft(session, period_id=period.id) == before


def test_undoing_after_a_later_change_of_the_same_table_is_refused(
    period: Period, session: Session, now: datetime
) -> None:
    first = proposed(session, as_file(spoilt("单位名单", "B2", "甲")), now, period_id=period.id)
    accept(session, change_id=first.id, now=now, by=None)
    second = proposed(session, as_file(spoilt("单位名单", "B2", "乙")), now, period_id=period.id)
    accept(session, change_id=second.id, now=now, by=None)
    with pytest.raises(Conflict) as caught:
        undo(session, change_id=first.id, now=now, by=None)
    assert caught.value.code == "undo_too_late"


def test_a_preview_made_before_another_change_is_not_accepted(
    period: Period, session: Session, now: datetime
) -> None:
    first = proposed(session, as_file(spoilt("单位名单", "B2", "甲")), now, period_id=period.id)
    second = proposed(session, as_file(spoilt("单位名单", "B3", "乙")), now, period_id=period.id)
    accept(session, change_id=second.id, now=now, by=None)
    with pytest.raises(Conflict) as caught:
        accept(session, change_id=first.id, now=now, by=None)
    assert caught.value.code == "setup_changed_meanwhile"


def test_a_dropped_preview_cannot_be_accepted(
    period: Period, session: Session, now: datetime
) -> None:
    change = proposed(session, as_file(spoilt("单位名单", "B2", "甲")), now, period_id=period.id)
    drop(session, change_id=change.id, now=now, by=None)
    with pytest.raises(Conflict) as caught:
        accept(session, change_id=change.id, now=now, by=None)
    assert caught.value.code == "change_settled"


def test_accepting_is_on_record_with_its_counts(
    period: Period, session: Session, now: datetime
) -> None:
    change = proposed(session, as_file(spoilt("单位名单", "B2", "甲")), now, period_id=period.id)
    accept(session, change_id=change.id, now=now, by=None)
    last = session.scalars(select(AuditRecord).order_by(AuditRecord.seq.desc())).first()
    assert last is not None
    assert last.body["act"] == "setup_change_accepted"
    assert (last.body["added"], last.body["changed"], last.body["removed"]) == (0, 1, 0)


def test_weights_that_do_not_sum_up_yet_may_be_stored(
    period: Period, session: Session, now: datetime
) -> None:
    change = proposed(session, as_file(spoilt("测评主体", "E2", 0.2)), now, period_id=period.id)
    accept(session, change_id=change.id, now=now, by=None)
    with pytest.raises(Conflict) as caught:
        freeze_period(session, period_id=period.id, now=now, by=None)
    assert caught.value.facts["questions"] == ("group_weights_not_one",)


def test_an_accounts_unit_stays_when_the_list_of_units_is_loaded_again(
    period: Period, session: Session, now: datetime
) -> None:
    account = Account(
        login="reviewer",
        name="样例",
        password_hash="!",
        roles=["reviewer"],
        unit_id=period.units[0].id,
        created_at=now,
    )
    session.add(account)
    session.flush()
    change = proposed(session, as_file(spoilt("单位名单", "B2", "甲")), now, period_id=period.id)
    accept(session, change_id=change.id, now=now, by=None)
    session.refresh(account)
    assert account.unit is not None
    assert account.unit.name_zh == "甲"


# The habits of offices.


def test_titles_merged_headers_and_merged_cells_are_read(
    period: Period, session: Session, now: datetime
) -> None:
    book = grid(
        "Sheet1",
        [
            ["样例县2026年单位名单"],
            ["填表单位：样例　　单位：人"],
            ["序号", "单位", None, "类别", "干部职工人数"],
            [None, "代码", "名称", None, None],
            [1, "D21", "样例甲局", "党群机关", "\uff11\uff12"],
            [2, "\uff24\uff12\uff12 ", " 样例乙局", None, " 8 "],
            ["合计", None, None, None, 20],
            ["填表人：某某"],
        ],
    )
    page = book.active
    assert page is not None
    for merged in ("A1:E1", "A2:E2", "A3:A4", "B3:C3", "D3:D4", "E3:E4", "D5:D6", "A8:E8"):
        page.merge_cells(merged)
    change = proposed(session, saved(book), now, period_id=period.id)
    added = found(change)["单位名单"].added
    assert [
        (row["单位代码"], row["单位名称"], row["类别代码"], row["干部职工人数"]) for row in added
    ] == [
        ("D21", "样例甲局", "M1", "12"),
        ("D22", "样例乙局", "M1", "8"),
    ]


def test_figures_are_found_by_the_names_of_units_and_indicators(
    period: Period, session: Session, now: datetime
) -> None:
    rows = [
        ["指标名称", "单位名称", "完成值"],
        ["专项", "样例二局", "87.5"],
        ["专项", "样例三局", "\uff19\uff10"],
    ]
    change = proposed(session, csv_text(rows).encode("gb18030"), now, period_id=period.id)
    added = found(change)["指标值"].added
    assert [(row["指标代码"], row["单位代码"], row["完成值"]) for row in added] == [
        ("Z01", "D02", "87.5"),
        ("Z01", "D03", "90"),
    ]


def test_codes_in_full_width_are_the_same_codes_wherever_they_stand(
    period: Period, session: Session, now: datetime
) -> None:
    rows = [
        ["考核责任单位", "考核对象"],
        ["\uff240\uff12", "\uff2d\uff11"],
        ["D03", "\uff340\uff11"],
    ]
    change = proposed(session, saved(grid("考核关系", rows)), now, period_id=period.id)
    added = found(change)["考核关系"].added
    assert {(row["考核责任单位"], row["考核对象"]) for row in added} == {
        ("D02", "D01"),
        ("D02", "D03"),
        ("D03", "T01"),
    }


def test_a_code_that_stands_twice_is_one_mistake_and_no_unknown_unit_elsewhere(
    session: Session, now: datetime
) -> None:
    sheets = small()
    sheets["考核关系"].append(["样例二局", "M1"])
    sheets["单位名单"][3][0] = "D02"
    for name, column in (("指标值", 1), ("票数调整", 2)):
        sheets[name] = [row for row in sheets[name] if row[column] != "D03"]
    with pytest.raises(Invalid) as caught:
        proposed(session, as_file(sheets), now)
    problems = caught.value.facts["rows"]
    assert isinstance(problems, tuple)
    assert [(each.sheet, each.cell, each.code) for each in problems] == [
        ("单位名单", "A4", "duplicate")
    ]


def test_a_column_for_each_indicator_is_read_as_its_values(
    period: Period, session: Session, now: datetime
) -> None:
    rows: list[list[object]] = [
        ["样例县指标完成情况"],
        ["序号", "单位名称", "N01 任务", "隐患", "负责人"],
        [1, "样例一局", 0.2, None, "某"],
        [2, "样例三局", "x", 3, "某"],
        ["合计", None, 1, 3, None],
    ]
    problems = refused(session, saved(grid("完成情况", rows)), now, period)
    assert ("C4", "not_a_number") in [(each.cell, each.code) for each in problems]
    rows[3][2] = None
    change = proposed(session, saved(grid("完成情况", rows)), now, period_id=period.id)
    values = found(change)["指标值"]
    assert [row.cells for row in values.changed] == [{"完成值": ("0.1", "0.2")}]
    assert [(row["指标代码"], row["单位代码"], row["完成值"]) for row in values.added] == [
        ("N02", "D03", "3")
    ]
    noted = {note["code"] for note in change.notes["notes"]}
    assert noted == {"values_unfolded", "column_ignored", "row_skipped"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_is_read_in_the_encodings_of_offices(
    period: Period, session: Session, now: datetime, encoding: str, delimiter: str
) -> None:
    rows = [["单位代码", "单位名称", "类别代码"], ["D31", "样例㙟局", "M1"]]
    data = csv_text(rows, delimiter).encode(encoding)
    change = proposed(session, data, now, period_id=period.id)
    assert found(change)["单位名单"].added[0]["单位名称"] == "样例㙟局"


def test_what_is_passed_over_is_noted(period: Period, session: Session, now: datetime) -> None:
    book = grid(
        "单位名单",
        [["单位代码", "单位名称", "类别代码", "分管领导"], ["D41", "样例局", "M1", "某"]],
    )
    page = book.active
    assert page is not None
    page.append(["小计", None, None, 1])
    page.row_dimensions[2].hidden = True
    book.create_sheet("草稿").append(["别的", "东西"])
    change = proposed(session, saved(book), now, period_id=period.id)
    noted = {(note["code"], note["value"]) for note in change.notes["notes"]}
    assert noted == {
        ("hidden_rows_read", "2"),
        ("column_ignored", "D 分管领导"),
        ("row_skipped", "小计"),
        ("sheet_ignored", ""),
    }


def test_a_formula_without_a_result_is_named_and_not_read_as_empty(
    period: Period, session: Session, now: datetime
) -> None:
    rows = [
        ["单位代码", "单位名称", "类别代码", "干部职工人数"],
        ["D01", "样例一局", "M1", "=10+10"],
    ]
    problems = refused(session, saved(grid("单位名单", rows)), now, period)
    assert [(each.cell, each.code, each.value) for each in problems] == [
        ("D2", "formula_without_result", "=10+10")
    ]


@pytest.mark.parametrize(
    ("said", "code"), [("1,5", "not_a_number"), ("十二", "not_a_number"), ("12.5", "not_whole")]
)
def test_a_number_that_is_none_is_named_by_its_cell(
    period: Period, session: Session, now: datetime, said: str, code: str
) -> None:
    rows = [
        ["标题"],
        ["单位代码", "单位名称", "类别代码", "干部职工人数"],
        ["D01", "样例一局", "M1", said],
    ]
    problems = refused(session, saved(grid("单位名单", rows)), now, period)
    assert [(each.sheet, each.cell, each.code) for each in problems] == [("单位名单", "D3", code)]


def test_a_file_in_which_no_table_is_known_is_refused(
    period: Period, session: Session, now: datetime
) -> None:
    with pytest.raises(Invalid) as caught:
        proposed(
            session, saved(grid("通讯录", [["姓名", "电话"], ["某", 1]])), now, period_id=period.id
        )
    assert caught.value.code == "nothing_recognised"


def test_the_table_that_is_meant_is_told_its_missing_columns(
    period: Period, session: Session, now: datetime
) -> None:
    data = saved(grid("Sheet1", [["单位", "人数"], ["样例一局", 5]]))
    with pytest.raises(Invalid) as caught:
        proposed(session, data, now, period_id=period.id, meant="单位名单")
    rows = caught.value.facts["rows"]
    assert isinstance(rows, tuple)
    assert {row.header for row in rows} == {"单位代码", "单位名称", "类别代码"}


# After the freeze.


def test_figures_arrive_after_the_freeze(period: Period, session: Session, now: datetime) -> None:
    digest = freeze_period(session, period_id=period.id, now=now, by=None)
    change = proposed(session, as_file(spoilt("指标值", "C10", 92)), now, period_id=period.id)
    accept(session, change_id=change.id, now=now, by=None)
    assert stored_draft(session, period_id=period.id)["指标值"][-1]["完成值"] == "92"
    assert period.manifest_hash == digest


def test_rules_do_not_change_after_the_freeze(
    period: Period, session: Session, now: datetime
) -> None:
    freeze_period(session, period_id=period.id, now=now, by=None)
    with pytest.raises(Conflict) as caught:
        proposed(session, as_file(spoilt("测评主体", "H2", 11)), now, period_id=period.id)
    assert caught.value.code == "period_frozen"


def test_figures_stand_still_once_results_are_certified(
    period: Period, session: Session, now: datetime
) -> None:
    freeze_period(session, period_id=period.id, now=now, by=None)
    certify(session, period, now)
    with pytest.raises(Conflict) as caught:
        proposed(session, as_file(spoilt("指标值", "C10", 92)), now, period_id=period.id)
    assert caught.value.code == "results_certified"


def sheets_without(name: str) -> Sheets:
    return {sheet: rows for sheet, rows in small().items() if sheet != name}


def test_tables_that_a_workbook_lacks_stay_empty_until_later(
    session: Session, now: datetime
) -> None:
    change = proposed(session, as_file(sheets_without("指标值")), now)
    accept(session, change_id=change.id, now=now, by=None)
    assert stored_draft(session, period_id=change.period_id or 0)["指标值"] == []


def test_copying_adds_what_another_period_has_and_leaves_the_rest(
    period: Period, session: Session, now: datetime
) -> None:
    sheets = spoilt("考核周期", "B2", "2027")
    sheets["单位名单"] = [*sheets["单位名单"][:2], ["D77", "自有局", "Own", "M1", 3]]
    sheets["单位名单"] += [["T01", "样例街道", "Subdistrict", "T1", 40]]
    for name in ("考核关系", "票数调整", "指标", "指标值", "加减分", "一票否决"):
        del sheets[name][1:]
    other = load_period(session, workbook=read(sheets), now=now, by=None)
    change = propose_copy(
        session, period_id=other.id, like=period.id, tables=COPIED, now=now, by=None
    )
    accept(session, change_id=change.id, now=now, by=None)
    draft = stored_draft(session, period_id=other.id)
    assert {row["单位代码"] for row in draft["单位名单"]} == {"D01", "D77", "T01", "D02", "D03"}
    assert len(draft["指标"]) == 4
    assert draft["指标值"] == []


def test_two_previews_do_not_begin_the_same_period_twice(session: Session, now: datetime) -> None:
    first = proposed(session, as_file(small()), now)
    second = proposed(session, as_file(small()), now)
    accept(session, change_id=first.id, now=now, by=None)
    with pytest.raises(Conflict) as caught:
        accept(session, change_id=second.id, now=now, by=None)
    assert caught.value.code == "period_exists"


def test_figures_of_a_frozen_period_leave_its_rules_untouched(
    period: Period, session: Session, now: datetime
) -> None:
    # As an older release may have written it: without the fields that came later.
    form = session.scalars(select(Questionnaire).where(Questionnaire.code == "back")).one()
    form.content = {name: part for name, part in form.content.items() if part not in ([], None)}
    session.flush()
    freeze_period(session, period_id=period.id, now=now, by=None)
    change = proposed(session, as_file(spoilt("指标值", "C10", 92)), now, period_id=period.id)
    accept(session, change_id=change.id, now=now, by=None)
    assert stored_draft(session, period_id=period.id)["指标值"][-1]["完成值"] == "92"
