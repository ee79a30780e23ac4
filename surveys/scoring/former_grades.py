"""Grades in the sealed periods before this one, for rules that look back."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import Member, MemberScore, Period, Publication, ScoreLine, Unit
from surveys.scoring.schemes import Level


class FormerGrades:
    """The grades of the last `n` certified periods that ended before a period begins."""

    def __init__(self, session: Session, period: Period, *, n: int) -> None:
        runs = session.execute(
            select(Publication.run_id, Period.id)
            .join(Period, Period.id == Publication.period_id)
            .where(Publication.second_certifier.is_not(None), Period.ends_on < period.starts_on)
            .order_by(Period.ends_on.desc(), Period.id.desc())
            .limit(n)
        ).all()
        self._grades = [self._grades_of(session, run_id) for run_id, _period in runs]

    def of(self, unit_code: str) -> tuple[str | None, ...]:
        """The unit's grades, the latest first; None in a period without a grade for it."""
        return tuple(grades.get(unit_code) for grades in self._grades)

    @staticmethod
    def _grades_of(session: Session, run_id: int) -> dict[str, str | None]:
        rows = session.execute(
            select(Unit.code, ScoreLine.grade)
            .join(Unit, Unit.id == ScoreLine.unit_id)
            .where(ScoreLine.run_id == run_id)
        )
        return {row.code: row.grade for row in rows}


class FormerMemberGrades(FormerGrades):
    """The same of persons, whatever unit they belonged to."""

    @staticmethod
    def _grades_of(session: Session, run_id: int) -> dict[str, str | None]:
        rows = session.execute(
            select(Member.code, MemberScore.grade)
            .join(Member, Member.id == MemberScore.member_id)
            .where(MemberScore.run_id == run_id)
        )
        return {row.code: row.grade for row in rows}


def longest_look(level: Level) -> int:
    """How many earlier periods the rules look back on; 0 where none does."""
    return max((rule.periods - 1 for rule in level.look_back), default=0)
