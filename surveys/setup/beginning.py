"""A period begins: by hand, with a set to start from, or as a copy of an earlier one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict
from surveys.models import Account, Campaign, ChangeKind, Period, SetupChange, Unit
from surveys.scoring.schemes import preset, preset_keys
from surveys.setup.cells import read_cells
from surveys.setup.checking import checked
from surveys.setup.draft import (
    FIGURES,
    TABLES,
    Cells,
    Draft,
    book_of,
    questionnaires_of,
)
from surveys.setup.headers import Line, Table, located
from surveys.setup.problems import Problems
from surveys.setup.questionnaires import QuestionnaireContent
from surveys.setup.settling import NOTHING, Proposal, lay_down, stored_draft, write_change
from surveys.setup.sheets import campaigns
from surveys.setup.sheets.period import CONTENT, FACT, FACTS, OWN_SCHEME, PERIOD, SCHEME
from surveys.setup.sheets.units import CATEGORIES
from surveys.setup.workbook import SHEETS, read_forms

TEMPLATE: Final = "空白模板.xlsx"
# Names of the campaigns of the standard set.
CAMPAIGN_NAMES: Final = {
    "democratic": ("民主测评", "Democratic evaluation"),
    "recognition": ("公认度测评", "Public recognition"),
    "reverse": ("反向测评", "Reverse evaluation"),
}
COPIED: Final = tuple(name for name in TABLES if name != PERIOD.name and name not in FIGURES)


@dataclass(frozen=True)
class StandardSet:
    """What most periods begin with: categories, questionnaires, campaigns and rater groups."""

    questionnaires: tuple[QuestionnaireContent, ...]
    tables: dict[str, Table]


def standard_set() -> StandardSet:
    """The set that lies in the blank template; reading it takes a child process."""
    file = resources.files("surveys.sample") / "workbooks" / TEMPLATE
    book = read_cells(file.read_bytes())
    problems = Problems()
    forms = read_forms(book, problems)
    wanted = {CATEGORIES.name, campaigns.CAMPAIGNS.name, campaigns.GROUPS.name}
    tables = {
        sheet.name: table
        for sheet in SHEETS
        if sheet.name in wanted and (table := located(book[sheet.name], sheet, problems))
    }
    tables[campaigns.CAMPAIGNS.name] = _named(tables[campaigns.CAMPAIGNS.name])
    return StandardSet(forms.built, tables)


def _named(table: Table) -> Table:
    lines = []
    for line in table.lines:
        zh, en = CAMPAIGN_NAMES.get(str(line.cells["活动代码"]), ("", ""))
        lines.append(Line(0, {**line.cells, "活动名称": zh, "英文名称": en}))
    return Table(table.columns, lines)


def begin_period(
    session: Session,
    *,
    facts: Cells,
    standard: StandardSet | None = None,
    like: int | None = None,
    now: datetime,
    by: int | None,
) -> Period:
    """Create a period by hand.

    Parameters
    ----------
    facts : what the sheet 考核周期 says, by fact; a copy without a scheme has that of its source
    standard : begin with the standard set
    like : or id of the period from which everything but the figures is copied

    Raises
    ------
    Invalid : ``bad_rows`` (rows): the facts are numbered from 1
    Conflict : ``period_exists`` (period)
    """
    code = facts.get("周期代码", "")
    if session.scalar(select(Period.id).where(Period.code == code)) is not None:
        raise Conflict("period_exists", period=code)
    source = stored_draft(session, period_id=like) if like is not None else NOTHING
    copied = {row[FACT]: row[CONTENT] for row in source[PERIOD.name]}
    facts = {
        **facts,
        SCHEME: facts.get(SCHEME) or copied.get(SCHEME, ""),
        OWN_SCHEME: copied.get(OWN_SCHEME, ""),
    }
    draft: Draft = {name: source[name] if name in COPIED else [] for name in TABLES}
    book = dict(book_of(draft))
    book[PERIOD.name] = fact_table(facts)
    questionnaires = questionnaires_of(draft)
    if standard is not None:
        book.update(standard.tables)
        book[CATEGORIES.name] = _categories(facts, standard.tables[CATEGORIES.name])
        questionnaires = standard.questionnaires
    after = checked(book, questionnaires).draft
    kind = ChangeKind.CREATION if like is None else ChangeKind.COPY
    proposal = Proposal(kind, _code_of(session, like), NOTHING, after)
    change = lay_down(session, period=None, proposal=proposal, now=now, by=by)
    write_change(session, change=change, now=now, by=by)
    return session.get_one(Period, change.period_id)


def fact_table(facts: Cells) -> Table:
    """The facts of a period as the table that is read; numbered from 1 in their order."""
    listed = (*FACTS, OWN_SCHEME) if facts.get(OWN_SCHEME) else FACTS
    return Table(
        {FACT: "A", CONTENT: "B"},
        [
            Line(number, {FACT: fact, CONTENT: facts.get(fact, "")})
            for number, fact in enumerate(listed, 1)
        ],
    )


def _categories(facts: Cells, standard: Table) -> Table:
    """The scheme's own categories; the standard ones tell which are townships."""
    scheme = facts.get(SCHEME, "")
    if scheme not in preset_keys():
        return Table({}, [])
    kinds = {str(line.cells["类别代码"]): line.cells["单位性质"] for line in standard.lines}
    return Table(
        {},
        [
            Line(
                0,
                {
                    "类别代码": category.key,
                    "类别名称": category.zh,
                    "英文名称": category.en,
                    "单位性质": kinds.get(category.key)
                    or ("乡镇" if "乡镇" in category.zh else "部门"),
                },
            )
            for category in preset(scheme).categories
        ],
    )


def propose_copy(
    session: Session,
    *,
    period_id: int,
    like: int,
    tables: Collection[str],
    now: datetime,
    by: int | None,
) -> SetupChange:
    """Lay down what taking tables over from another period would change.

    Rows that are only here stay. Raises what :func:`surveys.setup.importing.propose_import`
    raises.
    """
    before = stored_draft(session, period_id=period_id)
    source = stored_draft(session, period_id=like)
    after = dict(before)
    for name in TABLES:
        if name in tables and name in COPIED:
            sheet = TABLES[name]
            rows = {sheet.key_of(row): row for row in [*before[name], *source[name]]}
            after[name] = list(rows.values())
    draft = checked(book_of(after), questionnaires_of(after)).draft
    proposal = Proposal(ChangeKind.COPY, _code_of(session, like), before, draft)
    period = session.get_one(Period, period_id)
    return lay_down(session, period=period, proposal=proposal, now=now, by=by)


def delete_draft(session: Session, *, period_id: int, now: datetime, by: int | None) -> None:
    """Delete a period that is not frozen, with all that is set up for it.

    Raises
    ------
    Conflict : ``period_frozen`` (period)
    """
    period = session.scalars(select(Period).where(Period.id == period_id).with_for_update()).one()
    if period.frozen_at is not None:
        raise Conflict("period_frozen", period=period.code)
    code = period.code
    units = select(Unit.id).where(Unit.period_id == period_id)
    session.execute(update(Account).where(Account.unit_id.in_(units)).values(unit_id=None))
    # Some rows name others of the period without going with them: they go first.
    session.execute(delete(Campaign).where(Campaign.period_id == period_id))
    session.execute(delete(Period).where(Period.id == period_id))
    session.expire_all()
    record(session, "period_deleted", at=now, by=by, period=code)


def _code_of(session: Session, period_id: int | None) -> str:
    return "" if period_id is None else session.get_one(Period, period_id).code
