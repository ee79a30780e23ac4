"""The persons of a period's newest runs, for the office alone: nothing public reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import NotFound
from surveys.models import CampaignKind, MemberScore, Period, ScoreRun
from surveys.publishing.certify import latest_run
from surveys.publishing.score_sheet import Names
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.person_level import survey_of, with_persons
from surveys.scoring.scheme_parts import Named
from surveys.scoring.schemes import Level


@dataclass(frozen=True)
class MemberRow:
    """A person in the run that counts, and in the one with all ballots."""

    score: MemberScore
    with_all: MemberScore | None

    @property
    def total_change(self) -> Decimal | None:
        """How much leaving out ballots changed the total."""
        if self.with_all is None or self.with_all.total is None or self.score.total is None:
            return None
        return self.score.total - self.with_all.total


@dataclass(frozen=True)
class MemberCategory:
    """Persons ranked together: rows by place, seats by grade, what is left to decide."""

    category: Named
    rows: tuple[MemberRow, ...]
    seats: Mapping[str, int]
    n: int
    questions: tuple[Mapping[str, Any], ...]
    notes: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class MemberSheet:
    """All persons of a period's newest runs; `level`: the rules they were scored by."""

    period: Period
    level: Level
    run: ScoreRun
    categories: tuple[MemberCategory, ...]
    names: Names

    @property
    def n_members(self) -> int:
        """Persons scored."""
        return sum(len(each.rows) for each in self.categories)

    def row(self, code: str) -> tuple[MemberCategory, MemberRow]:
        """A person's row; NotFound ``no_member`` (member)."""
        for each in self.categories:
            for row in each.rows:
                if row.score.member.code == code:
                    return each, row
        raise NotFound("no_member", member=code)


def member_sheet(session: Session, *, period_id: int) -> MemberSheet | None:
    """The persons of both newest runs; None before they are scored."""
    period = session.get_one(Period, period_id)
    run = latest_run(session, period_id=period_id, leaves_out_excluded=True)
    level = with_persons(scheme_of(period), period.campaigns).persons
    if run is None or level is None or not run.member_seats:
        return None
    with_all = latest_run(session, period_id=period_id, leaves_out_excluded=False)
    scores = scores_of(session, run)
    others = {} if with_all is None else scores_of(session, with_all)
    rows = [MemberRow(each, others.get(key)) for key, each in scores.items()]
    return MemberSheet(
        period=period,
        level=level,
        run=run,
        categories=tuple(
            member_category(category, rows, run.member_seats[category.key])
            for category in level.categories
            if category.key in run.member_seats
        ),
        names=part_names(period, level),
    )


def scores_of(session: Session, run: ScoreRun) -> dict[int, MemberScore]:
    """The scores of a run by person, in the order of places, then of totals."""
    rows = session.scalars(select(MemberScore).where(MemberScore.run_id == run.id))
    return {row.member_id: row for row in sorted(rows, key=in_order)}


def in_order(row: MemberScore) -> tuple[bool, int, Decimal, int]:
    """Places first, then those without a place by total."""
    total = Decimal(0) if row.total is None else row.total
    return row.place is None, row.place or 0, -total, row.member.position


def member_category(
    category: Named, rows: list[MemberRow], facts: Mapping[str, Any]
) -> MemberCategory:
    """One category of persons."""
    of_category = tuple(row for row in rows if row.score.category == category.key)
    return MemberCategory(
        category=category,
        rows=of_category,
        seats=dict(facts.get("seats", {})),
        n=int(facts.get("n", len(of_category))),
        questions=tuple(facts.get("needs_decision", ())),
        notes=tuple(facts.get("notes", ())),
    )


def part_names(period: Period, level: Level) -> Names:
    """Names of the rater groups behind the ballots on persons."""
    survey = survey_of(level)
    if survey is None:
        return {}
    return {
        (survey.key, group.code): {"zh": group.name_zh, "en": group.name_en}
        for campaign in period.campaigns
        if campaign.kind is CampaignKind.MEMBER
        for group in campaign.groups
    }
