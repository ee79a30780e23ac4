"""The ledger of a period's projects: read from a workbook, reckoned by the scheme's rule."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, Invalid
from surveys.models import Period, ProjectLedger
from surveys.scoring.inputs import Project
from surveys.scoring.lines import ProjectLine
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.progress import project_line
from surveys.scoring.project_sheet import ORDERS, read_projects
from surveys.scoring.rulings import require_uncertified
from surveys.scoring.scheme_parts import Progress
from surveys.scoring.wide_sheets import Book
from surveys.setup.problems import Problems


@dataclass(frozen=True)
class Standing:
    """A project with the state that it is in."""

    project: Project
    line: ProjectLine


def keep_ledger(
    session: Session, *, period_id: int, book: Book, filename: str, now: datetime, by: int
) -> ProjectLedger:
    """Read the sheets of projects and orders; the former reading is kept, and no longer counts.

    A project that was closed stays closed, whatever a later plan says.

    Raises
    ------
    Conflict : ``no_projects_in_scheme``, ``already_certified``
    Invalid : ``project_sheet_missing`` (sheet, sheets), ``bad_rows`` (rows),
        ``no_projects`` (sheet)
    """
    period = session.get_one(Period, period_id)
    rule = require_rule(period)
    require_uncertified(session, period_id)
    if rule.sheet not in book:
        raise Invalid("project_sheet_missing", sheet=rule.sheet, sheets=tuple(book))
    problems = Problems()
    projects = read_projects(book, rule, problems)
    if problems.found:
        raise Invalid("bad_rows", rows=problems.in_order((rule.sheet, ORDERS)))
    if not projects:
        raise Invalid("no_projects", sheet=rule.sheet)
    closed = {
        each.project.key
        for each in standings(session, period)
        if each.line.state == rule.closed.key
    }
    kept = [
        replace(each, closed_before=each.closed_before or each.key in closed) for each in projects
    ]
    ledger = ProjectLedger(
        period_id=period_id,
        filename=filename,
        projects={"projects": [_as_json(each) for each in kept]},
        read_at=now,
        read_by=by,
    )
    session.add(ledger)
    record(session, "projects_read", at=now, by=by, period=period_id, file=filename, n=len(kept))
    session.flush()
    return ledger


def require_rule(period: Period) -> Progress:
    """The scheme's rule on projects; Conflict ``no_projects_in_scheme``."""
    rule = scheme_of(period).progress
    if rule is None:
        raise Conflict("no_projects_in_scheme")
    return rule


def latest_ledger(session: Session, *, period_id: int) -> ProjectLedger | None:
    """The reading that counts."""
    query = select(ProjectLedger).where(ProjectLedger.period_id == period_id)
    return session.scalar(query.order_by(ProjectLedger.id.desc()).limit(1))


def standings(session: Session, period: Period) -> tuple[Standing, ...]:
    """Every project with its state, in the order of the sheet; none before a ledger is read."""
    rule = scheme_of(period).progress
    ledger = latest_ledger(session, period_id=period.id)
    if rule is None or ledger is None:
        return ()
    projects = (_from_json(each) for each in ledger.projects["projects"])
    return tuple(Standing(each, project_line(each, rule)) for each in projects)


def _as_json(project: Project) -> dict[str, Any]:
    return {
        "key": project.key,
        "planned": str(project.planned),
        "actual": str(project.actual),
        "orders_before": project.orders_before,
        "at_talk": None if project.at_talk is None else str(project.at_talk),
        "closed_before": project.closed_before,
        "responsible": project.responsible,
    }


def _from_json(row: Mapping[str, Any]) -> Project:
    at_talk = row["at_talk"]
    return Project(
        key=row["key"],
        planned=Decimal(row["planned"]),
        actual=Decimal(row["actual"]),
        orders_before=row["orders_before"],
        at_talk=None if at_talk is None else Decimal(at_talk),
        closed_before=row["closed_before"],
        responsible=row["responsible"],
    )
