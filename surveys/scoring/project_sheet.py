"""The ledger of projects from a workbook, with the orders already issued."""

from collections import Counter
from decimal import Decimal
from typing import Final

from surveys.scoring.inputs import Project
from surveys.scoring.scheme_parts import Progress
from surveys.scoring.wide_sheets import Book, rows_of
from surveys.setup.problems import Problems

ORDERS: Final = "督办单"
PROJECT: Final = "项目"
PLANNED: Final = "计划进度"
ACTUAL: Final = "实际进度"
ORDERS_BEFORE: Final = "此前督办单"
AT_TALK: Final = "约谈时进度"
CLOSED: Final = "已销号"
OWNER: Final = "责任人"
ORDER_COLUMNS: Final = (PROJECT, "文号", "发出日期", "办结期限", OWNER)
ORDER_OPTIONAL: Final = ("回复", "办结日期")
LEAST, MOST = Decimal(0), Decimal(100)


def read_projects(book: Book, rule: Progress | None, problems: Problems) -> tuple[Project, ...]:
    """Rows of 项目 | 计划进度 | 实际进度 (0 to 100); orders are counted in the sheet 督办单."""
    if rule is None or rule.sheet not in book:
        return ()
    orders = _orders(book, problems)
    projects: dict[str, Project] = {}
    optional = (ORDERS_BEFORE, AT_TALK, CLOSED, OWNER)
    fixed = (PROJECT, PLANNED, ACTUAL)
    for row in rows_of(book, rule.sheet, fixed, problems, optional=optional):
        key = row.text(PROJECT)
        if key in projects:
            row.note(PROJECT, "given_twice")
        projects[key] = Project(
            key=key,
            planned=row.number(PLANNED, low=LEAST, high=MOST),
            actual=row.number(ACTUAL, low=LEAST, high=MOST),
            orders_before=row.count(ORDERS_BEFORE, default=0) + orders[key],
            at_talk=row.optional_number(AT_TALK, low=LEAST, high=MOST),
            closed_before=row.flag(CLOSED),
            responsible=row.optional(OWNER),
        )
    return tuple(projects.values())


def _orders(book: Book, problems: Problems) -> Counter[str]:
    """Orders by project; each is a document with number, dates and a person who answers for it."""
    found: Counter[str] = Counter()
    if ORDERS not in book:
        return found
    numbers: set[str] = set()
    for row in rows_of(book, ORDERS, ORDER_COLUMNS, problems, optional=ORDER_OPTIONAL):
        number = row.text("文号")
        issued, due = row.day("发出日期"), row.day("办结期限")
        row.text(OWNER)
        if due < issued:
            row.note("办结期限", "due_before_issued")
        if number in numbers:
            row.note("文号", "given_twice")
        numbers.add(number)
        found[row.text(PROJECT)] += 1
    return found
