"""The red, yellow and green board: places, grades, colours and intervals, category by category."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveys.errors import NotFound
from surveys.models import Category, Period, Publication, ScoreLine, ScoreRun, Unit


@dataclass(frozen=True)
class CategoryBoard:
    """Lines of one category: by place, then the units without one."""

    category: Category
    lines: tuple[ScoreLine, ...]
    seats: dict[str, int]


@dataclass(frozen=True)
class Board:
    """A published period."""

    period: Period
    publication: Publication
    categories: tuple[CategoryBoard, ...]


def published_periods(session: Session) -> Sequence[Publication]:
    """All published periods, the latest first."""
    return session.scalars(
        select(Publication)
        .where(Publication.published_at.is_not(None))
        .join(Period, Period.id == Publication.period_id)
        .order_by(Period.starts_on.desc())
        .options(joinedload(Publication.period))
    ).all()


def board(session: Session, *, period_code: str) -> Board:
    """The board of a published period.

    Raises
    ------
    NotFound : ``no_board`` (period)
    """
    publication = session.scalar(
        select(Publication)
        .join(Period, Period.id == Publication.period_id)
        .where(Period.code == period_code, Publication.published_at.is_not(None))
    )
    if publication is None:
        raise NotFound("no_board", period=period_code)
    return Board(publication.period, publication, category_boards(session, publication.run))


def category_boards(session: Session, run: ScoreRun) -> tuple[CategoryBoard, ...]:
    """The lines of a run, category by category."""
    lines = session.scalars(
        select(ScoreLine)
        .where(ScoreLine.run_id == run.id)
        .options(joinedload(ScoreLine.unit).joinedload(Unit.category))
    ).all()
    categories = {line.unit.category_id: line.unit.category for line in lines}
    return tuple(
        CategoryBoard(
            category,
            tuple(sorted((line for line in lines if line.unit.category_id == key), key=in_order)),
            dict((run.seats.get(category.code) or {}).get("seats", {})),
        )
        for key, category in sorted(categories.items(), key=lambda item: item[1].position)
    )


def in_order(line: ScoreLine) -> tuple[bool, int, float, int]:
    """Places first, then those without a place by total."""
    total = 0.0 if line.total is None else float(line.total)
    return (line.place is None, line.place or 0, -total, line.unit.position)
