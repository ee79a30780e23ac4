"""What the board's pages draw from a board: a scale for each category, tallies, words of grades."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from surveys.models import ScoreLine
from surveys.publishing.board import Board, CategoryBoard, PublicComponent
from surveys.scoring.colours import Colour
from surveys.scoring.schemes import Scheme
from webapp.plots import Scale, Segment, scale_over, stacked

FULL_MARKS = 100.0


@dataclass(frozen=True)
class GradeLook:
    """A grade's name by language and the tone of its badge: good for the best, bad for the last."""

    name: dict[str, str]
    tone: str


@dataclass(frozen=True)
class ShownCategory:
    """A category as a page shows it: its lines, maybe only those of one colour, on one scale."""

    board: CategoryBoard
    lines: tuple[ScoreLine, ...]
    scale: Scale


def shown_categories(shown: Board, *, colour: Colour | None = None) -> tuple[ShownCategory, ...]:
    """The categories that have lines (of this colour)."""
    found = (
        ShownCategory(
            each,
            tuple(line for line in each.lines if colour is None or line.colour == colour),
            category_scale(each.lines),
        )
        for each in shown.categories
    )
    return tuple(each for each in found if each.lines)


def category_scale(lines: Iterable[ScoreLine]) -> Scale:
    """One scale for all totals of a category with their intervals."""
    return scale_over(
        end for line in lines if line.total is not None for end in (line.total_low, line.total_high)
    )


def tallies(shown: Board) -> tuple[tuple[Colour, int], ...]:
    """How many units have each colour; grey only where there is any."""
    counts = Counter(line.colour for line in shown.lines)
    return tuple(
        (colour, counts[colour]) for colour in Colour if counts[colour] or colour is not Colour.GREY
    )


def grade_looks(scheme: Scheme) -> dict[str, GradeLook]:
    """The grades of a scheme by key."""
    last = len(scheme.grades) - 1
    return {
        grade.key: GradeLook({"zh": grade.zh, "en": grade.en}, grade_tone(rank, last))
        for rank, grade in enumerate(scheme.grades)
    }


def grade_tone(rank: int, last: int) -> str:
    """The tone of the grade at `rank`, 0 being the best."""
    if rank in {0, last}:
        return "bad" if rank else "good"
    return "accent" if rank == 1 else "warn"


def composition(components: Iterable[PublicComponent], bonus: float) -> tuple[Segment, ...]:
    """The weighted components one behind the other, and the bonus, as shares of full marks."""
    parts = [(each.component.key, float(each.weighted or 0)) for each in components]
    if bonus:
        parts.append(("bonus", bonus))
    return stacked(parts, whole=max(FULL_MARKS, sum(value for _, value in parts)))
