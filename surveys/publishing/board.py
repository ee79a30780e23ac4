"""The red, yellow and green board: places, grades, colours and intervals, category by category."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from surveys.errors import NotFound
from surveys.models import Category, Period, Publication, ScoreLine, ScoreRun, Unit
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.scheme_parts import Component
from surveys.scoring.schemes import Scheme


@dataclass(frozen=True)
class CategoryBoard:
    """Lines of one category: by place, then the units without one."""

    category: Category
    lines: tuple[ScoreLine, ...]
    seats: dict[str, int]


@dataclass(frozen=True)
class Board:
    """What everybody may see of a period; `publication` is None on a preview."""

    period: Period
    scheme: Scheme
    publication: Publication | None
    categories: tuple[CategoryBoard, ...]

    @property
    def lines(self) -> tuple[ScoreLine, ...]:
        """All lines, in the order of the board."""
        return tuple(line for each in self.categories for line in each.lines)

    def find(self, words: str) -> tuple[ScoreLine, ...]:
        """The lines of units whose code is `words` or whose name holds them."""
        wanted = words.strip().casefold()
        if not wanted:
            return ()
        return tuple(
            line
            for line in self.lines
            if wanted == line.unit.code.casefold()
            or wanted in line.unit.name_zh.casefold()
            or wanted in line.unit.name_en.casefold()
        )


@dataclass(frozen=True)
class PublicComponent:
    """A component of a total without its groups: those may be small."""

    component: Component
    points: Decimal | None
    weight: Decimal
    weighted: Decimal | None


@dataclass(frozen=True)
class UnitResult:
    """One unit on the board, among those of its category."""

    board: Board
    category: CategoryBoard
    line: ScoreLine

    @property
    def components(self) -> tuple[PublicComponent, ...]:
        """The components of the total, without groups."""
        return public_components(self.line, self.board.scheme)

    @property
    def deduction(self) -> Decimal:
        """All that is taken from the total, with all its digits."""
        kept = self.line.components
        return Decimal(kept["deductions"]) + Decimal(kept["reverse_deduction"])


def published_periods(session: Session) -> Sequence[Publication]:
    """All published periods, the latest first."""
    return session.scalars(
        select(Publication)
        .where(Publication.published_at.is_not(None))
        .join(Period, Period.id == Publication.period_id)
        .order_by(Period.starts_on.desc(), Period.id.desc())
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
    return board_of(session, publication.run, publication=publication)


def board_of(session: Session, run: ScoreRun, *, publication: Publication | None) -> Board:
    """What the board shows of a run: a preview where nothing is published yet."""
    scheme = scheme_of(run.period)
    return Board(run.period, scheme, publication, category_boards(session, run))


def unit_result(session: Session, *, period_code: str, unit_code: str) -> UnitResult:
    """The published result of one unit.

    Raises
    ------
    NotFound : ``no_board`` (period), ``unit_not_on_board`` (unit)
    """
    return result_on(board(session, period_code=period_code), unit_code)


def result_on(shown: Board, unit_code: str) -> UnitResult:
    """One unit's result on a board; NotFound ``unit_not_on_board`` (unit)."""
    for category in shown.categories:
        for line in category.lines:
            if line.unit.code == unit_code:
                return UnitResult(shown, category, line)
    raise NotFound("unit_not_on_board", unit=unit_code)


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


def public_components(line: ScoreLine, scheme: Scheme) -> tuple[PublicComponent, ...]:
    """The components of a line without groups, notes and numbers of votes."""
    return tuple(
        PublicComponent(
            component=scheme.component(each["key"]),
            points=as_decimal(each["points"]),
            weight=Decimal(each["weight"]),
            weighted=as_decimal(each["weighted"]),
        )
        for each in line.components["lines"]
    )


def as_decimal(text: str | None) -> Decimal | None:
    """A figure as JSON keeps it, or None."""
    return None if text is None else Decimal(text)
