"""Both newest runs of a period side by side: what the office looks at before it certifies."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import DateTime, func, select
from sqlalchemy.orm import Session

from surveys.errors import NotFound
from surveys.models import (
    Adjustment,
    AuditRecord,
    Campaign,
    Category,
    Decision,
    Examination,
    Finding,
    Indicator,
    IndicatorPart,
    Period,
    Ruling,
    ScoreLine,
    ScoreRun,
    Target,
)
from surveys.publishing.board import CategoryBoard, category_boards
from surveys.publishing.certify import latest_run
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.rulings import rulings_of
from surveys.scoring.schemes import Scheme

Names = Mapping[tuple[str, str], Mapping[str, str]]
"""(component, part) → its name by language."""


@dataclass(frozen=True)
class Row:
    """A unit in the run that counts, and in the one with all ballots."""

    line: ScoreLine
    with_all: ScoreLine | None

    @property
    def total_change(self) -> Decimal | None:
        """How much leaving out ballots changed the total."""
        if self.with_all is None or self.with_all.total is None or self.line.total is None:
            return None
        return self.line.total - self.with_all.total

    @property
    def changed(self) -> bool:
        """Whether leaving out ballots changed the total, took it away, or gave one."""
        return self.with_all is not None and self.with_all.total != self.line.total

    @property
    def place_change(self) -> int | None:
        """Places won (+) or lost (−) by leaving out ballots."""
        if self.with_all is None or self.with_all.place is None or self.line.place is None:
            return None
        return self.with_all.place - self.line.place


@dataclass(frozen=True)
class CategorySheet:
    """A category: rows by place, seats by grade, what its committee must decide."""

    category: Category
    rows: tuple[Row, ...]
    seats: Mapping[str, int]
    n: int
    questions: tuple[Mapping[str, Any], ...]
    notes: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class ScoreSheet:
    """All categories of a period's newest runs."""

    period: Period
    scheme: Scheme
    run: ScoreRun
    run_with_all: ScoreRun | None
    categories: tuple[CategorySheet, ...]
    rulings: tuple[Ruling, ...]

    @property
    def n_changed(self) -> int:
        """Units whose total the excluded ballots change."""
        return sum(row.changed for each in self.categories for row in each.rows)

    @property
    def n_questions(self) -> int:
        """What is left for people to decide."""
        return sum(len(each.questions) for each in self.categories)

    def row(self, unit_code: str) -> tuple[CategorySheet, Row]:
        """A unit's row; NotFound ``unit_not_on_board`` (unit)."""
        for each in self.categories:
            for row in each.rows:
                if row.line.unit.code == unit_code:
                    return each, row
        raise NotFound("unit_not_on_board", unit=unit_code)


def score_sheet(session: Session, *, period_id: int) -> ScoreSheet | None:
    """Both newest runs of a period; None before it is scored."""
    period = session.get_one(Period, period_id)
    run = latest_run(session, period_id=period_id, leaves_out_excluded=True)
    if run is None:
        return None
    with_all = latest_run(session, period_id=period_id, leaves_out_excluded=False)
    others = {} if with_all is None else lines_by_unit(session, with_all)
    return ScoreSheet(
        period=period,
        scheme=scheme_of(period),
        run=run,
        run_with_all=with_all,
        categories=tuple(
            category_sheet(each, others, run.seats.get(each.category.code) or {})
            for each in category_boards(session, run)
        ),
        rulings=tuple(rulings_of(session, period_id=period_id)),
    )


def lines_by_unit(session: Session, run: ScoreRun) -> dict[int, ScoreLine]:
    """The lines of a run by unit."""
    lines = session.scalars(select(ScoreLine).where(ScoreLine.run_id == run.id))
    return {line.unit_id: line for line in lines}


def category_sheet(
    shown: CategoryBoard, others: Mapping[int, ScoreLine], facts: Mapping[str, Any]
) -> CategorySheet:
    """Put a category's lines beside those of the other run."""
    return CategorySheet(
        category=shown.category,
        rows=tuple(Row(line, others.get(line.unit_id)) for line in shown.lines),
        seats=shown.seats,
        n=int(facts.get("n", len(shown.lines))),
        questions=tuple(facts.get("needs_decision", ())),
        notes=tuple(facts.get("notes", ())),
    )


def part_names(session: Session, *, period: Period) -> Names:
    """Names of quarters, indicators, special assessments, rater groups and channels."""
    names: dict[tuple[str, str], Mapping[str, str]] = {}
    for each in session.scalars(select(Indicator).where(Indicator.period_id == period.id)):
        key = f"Q{each.quarter}" if each.part is IndicatorPart.QUARTERLY else each.code
        name = {"zh": each.name_zh, "en": each.name_en}
        if (each.part.value, key) in names:
            # Several indicators make up this quarter: it goes by its number.
            name = {"zh": f"第{each.quarter}季度", "en": f"Quarter {each.quarter}"}
        names[each.part.value, key] = name
    for campaign in session.scalars(select(Campaign).where(Campaign.period_id == period.id)):
        for group in campaign.groups:
            names[campaign.kind.value, group.code] = {"zh": group.name_zh, "en": group.name_en}
    return names


def adjustments_of(session: Session, *, target: Target) -> tuple[Adjustment, ...]:
    """Bonus and deduction points of the set-up with their documents: units alone have any."""
    query = select(Adjustment).where(Adjustment.unit_id == target.id).order_by(Adjustment.id)
    return tuple(session.scalars(query))


CHANGES = (
    "ruling_recorded",
    "ruling_withdrawn",
    "adjustment_approved",
    "adjustment_withdrawn",
    "value_restated",
)
"""Acts after which a period must be scored again."""


def is_outdated(session: Session, *, run: ScoreRun) -> bool:
    """Whether something was decided since the run; certifying looks more closely."""
    confirmed = session.scalar(
        select(func.max(Decision.confirmed_at))
        .join(Finding, Finding.id == Decision.finding_id)
        .join(Examination, Examination.id == Finding.examination_id)
        .join(Campaign, Campaign.id == Examination.campaign_id)
        .where(Campaign.period_id == run.period_id)
    )
    body = AuditRecord.body
    ruled = session.scalar(
        select(func.max(body["at"].astext.cast(DateTime(timezone=True)))).where(
            body["act"].astext.in_(CHANGES),
            body["period"].astext == str(run.period_id),
        )
    )
    return any(at is not None and at > run.scored_at for at in (confirmed, ruled))
