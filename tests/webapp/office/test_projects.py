"""The ledger of projects: read from a workbook, shown by state with the reasons."""

from io import BytesIO

import pytest
from xlsxwriter import Workbook

from surveys.database.engine import Database
from surveys.models import AuditRecord, Period, ProjectLedger, Role
from surveys.scoring.period_scheme import kept_scheme
from surveys.setup.load_period import load_period
from tests.conftest import NOW
from tests.surveys.setup.small_workbook import read, small
from tests.webapp.conftest import Browser, SignIn

Rows = list[list[object]]

HEAD: list[object] = [
    "项目",
    "计划进度",
    "实际进度",
    "此前督办单",
    "约谈时进度",
    "已销号",
    "责任人",
]
LEDGER: Rows = [
    HEAD,
    ["甲桥", 50, 48, None, None, None, "样例一局"],
    ["乙路", 50, 43, None, None, None, "样例二局"],
    ["丙厂", 60, 40, 2, None, None, "样例三局"],
    ["丁渠", 60, 30, 3, 30, None, "样例三局"],
    ["戊库", 100, 100, None, None, None, "样例一局"],
]


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER)


@pytest.fixture
def page(database: Database) -> str:
    """The address of the projects of a period whose scheme has a rule on them."""
    with database.transaction() as session:
        period = load_period(session, workbook=read(small()), now=NOW, by=None)
        rules = {**period.scheme["rules"], "progress": kept_scheme("ankang")["rules"]["progress"]}
        period.scheme = {**period.scheme, "rules": rules}
        return f"/office/periods/{period.id}/scores/projects"


def load(browser: Browser, address: str, rows: Rows, name: str = "项目进度") -> str:
    stream = BytesIO()
    with Workbook(stream) as book:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    file = (BytesIO(stream.getvalue()), "台账.xlsx")
    answer = browser.post_form(address, {"workbook": file})
    return browser.get(address).text if answer.status_code == 302 else answer.text


def test_each_project_stands_with_its_state_and_the_reasons(organizer: Browser, page: str) -> None:
    shown = load(organizer, page, LEDGER)
    order = [
        shown.index(f'<th scope="row">{name}</th>')
        for name in ["丁渠", "丙厂", "乙路", "甲桥", "戊库"]
    ]
    assert order == sorted(order)
    assert "20 points behind its plan, more than 10." in shown
    assert "This is order 3." in shown
    assert "Formal talk, from order 3 on." in shown
    assert "Sanction proposed: nothing has moved since the talk." in shown


def test_one_state_can_be_looked_at(organizer: Browser, page: str) -> None:
    load(organizer, page, LEDGER)
    shown = organizer.get(f"{page}?state=feedback").text
    assert '<th scope="row">乙路</th>' in shown
    assert '<th scope="row">丙厂</th>' not in shown


def test_what_was_closed_stays_closed_in_a_later_ledger(organizer: Browser, page: str) -> None:
    load(organizer, page, LEDGER)
    shown = load(organizer, page, [HEAD, ["戊库", 100, 20, None, None, None, "样例一局"]])
    assert "Closed before; a closed project stays closed." in shown


def test_every_reading_is_kept_and_on_record(
    organizer: Browser, page: str, database: Database
) -> None:
    load(organizer, page, LEDGER)
    load(organizer, page, LEDGER)
    with database.transaction() as session:
        assert session.query(ProjectLedger).count() == 2
        acts = [each.body["act"] for each in session.query(AuditRecord)]
    assert acts.count("projects_read") == 2


def test_a_wrong_row_is_named_with_its_cell_and_nothing_is_kept(
    organizer: Browser, page: str, database: Database
) -> None:
    shown = load(organizer, page, [*LEDGER, ["甲桥", 150, 1]])
    assert "<code>A7</code>" in shown
    assert "<code>B7</code>" in shown
    with database.transaction() as session:
        assert session.query(ProjectLedger).count() == 0


def test_another_sheet_is_named_with_what_the_workbook_has(organizer: Browser, page: str) -> None:
    shown = load(organizer, page, LEDGER, name="别的表")
    assert "The workbook has no sheet 项目进度. It has: 别的表." in shown


def test_a_scheme_without_projects_says_so(
    organizer: Browser, page: str, database: Database
) -> None:
    with database.transaction() as session:
        session.query(Period).one().scheme = kept_scheme("liuyang")
    assert "The scheme has no rule on projects" in organizer.get(page).text


def test_an_auditor_reads_and_does_not_load(sign_in: SignIn, page: str) -> None:
    auditor = sign_in(Role.AUDITOR)
    assert "No ledger yet" in auditor.get(page).text
    assert auditor.post_form(page, page="/account/password").status_code == 403
