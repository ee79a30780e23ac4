"""What a finding looks like: counts and means from which no single ballot can be read.

A count of one to four ballots is hidden, and the largest one beside it becomes a lower bound, so
that the hidden ones do not come out by subtraction. Means stand for five ballots or more.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from stats.ballots import Floats
from stats.checks.view import View
from surveys.models import Target
from surveys.review.subject import Subject

SMALLEST: Final = 5
MOST_PATTERNS: Final = 4
SECONDS: Final = (0, 10, 20, 30, 60, 120, 240, 480, 960)


@dataclass(frozen=True)
class Cell:
    """How many ballots.

    Parameters
    ----------
    n : the number, or the least it can be; None = hidden, one to four
    at_least : whether `n` is a lower bound
    share : of the side's ballots, as it is drawn, 0..1
    """

    n: int | None
    at_least: bool
    share: float


@dataclass(frozen=True)
class Bar:
    """The finding's ballots beside the others in one bin.

    Parameters
    ----------
    low, high : the bin's bounds; for marks both are the mark, 1 = worst
    pattern : marks by item where the bin is one set of answers; empty = all other answers
    """

    here: Cell
    rest: Cell
    low: float = 0.0
    high: float = 0.0
    pattern: tuple[int, ...] = ()


@dataclass(frozen=True)
class Bars:
    """Two distributions side by side.

    Parameters
    ----------
    kind : ``marks``, ``patterns`` or ``seconds``
    unit : the unit they are about, None for all
    mean_here, mean_rest : mean marks, or median seconds
    """

    kind: str
    unit: Target | None
    bars: tuple[Bar, ...]
    n_here: int
    n_rest: int
    mean_here: float
    mean_rest: float


@dataclass(frozen=True)
class Dot:
    """One mean on a strip; `role` is ``up``, ``down`` or ``other``."""

    unit: Target
    value: float
    role: str


@dataclass(frozen=True)
class Strip:
    """Means on one line; 0 is what everybody thinks.

    Parameters
    ----------
    kind : ``homes`` (each home's raters on one unit) or ``units`` (the finding's raters on each
        unit, less the other raters)
    unit : the unit rated, for ``homes``
    """

    kind: str
    unit: Target | None
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Likeness:
    """Agreement of the two likest ballots beyond chance, and what others hardly ever exceed."""

    value: float
    usual: float
    kind: str = "likeness"


Picture = Bars | Strip | Likeness


def pictures_of(subject: Subject) -> tuple[Picture, ...]:
    """The pictures that explain a finding best; none where too few ballots would show.

    Where other checks joined the finding, their pictures come after its own.
    """
    also = [check for check, _qvalue in subject.finding.subject["facts"].get("also", ())]
    drawn: list[Picture] = []
    for check in (subject.finding.check, *also):
        draw = PICTURES.get(check)
        new = [] if draw is None else [each for each in draw(subject) if each is not None]
        drawn += [each for each in new if each not in drawn]
    return tuple(drawn)


def marks_and_patterns(subject: Subject) -> list[Picture | None]:
    """Same answers in a heap: how many share them, and how the marks lie."""
    return [patterns(subject), marks(subject)]


def marks_only(subject: Subject) -> list[Picture | None]:
    """How the marks of one source lie beside the others'."""
    return [marks(subject)]


def marks(subject: Subject) -> Bars | None:
    """Mean marks on the unit, rounded to whole marks."""
    unit = touched(subject)
    if unit is None:
        return None
    rows = subject.view.rated & (subject.view.ballots.unit == subject.index(unit.id))
    value = subject.view.mark
    here, rest = value[rows & subject.rows], value[rows & ~subject.rows]
    levels = np.arange(1, subject.view.ballots.levels + 1)
    return bars_of(
        ("marks", unit),
        [(float(mark), float(mark), ()) for mark in levels],
        [(np.floor(side + 0.5) == levels[:, None]).sum(axis=1) for side in (here, rest)],
        (float(np.mean(here)) if len(here) else 0.0, float(np.mean(rest)) if len(rest) else 0.0),
    )


def patterns(subject: Subject) -> Bars | None:
    """The commonest sets of answers on the unit, and all others together."""
    unit, ballots = touched(subject), subject.view.ballots
    if unit is None:
        return None
    rows = np.flatnonzero(subject.view.rated & (ballots.unit == subject.index(unit.id)))
    answers, which = np.unique(ballots.answers[rows], axis=0, return_inverse=True)
    mine = subject.rows[rows]
    counts = [
        np.bincount(which[side], minlength=len(answers)).astype(np.int64) for side in (mine, ~mine)
    ]
    known = np.flatnonzero((counts[0] >= SMALLEST) | (counts[1] >= SMALLEST))
    order = known[np.lexsort((-counts[1][known], -counts[0][known]))][:MOST_PATTERNS]
    if not len(order):
        return None
    shown = [np.append(side[order], side.sum() - side[order].sum()) for side in counts]
    bins = [(0.0, 0.0, tuple(int(mark) for mark in answers[k])) for k in order]
    return bars_of(("patterns", unit), [*bins, (0.0, 0.0, ())], shown, (0.0, 0.0))


def seconds(subject: Subject) -> list[Picture | None]:
    """How long the ballots took."""
    taken = subject.view.ballots.seconds
    if taken is None:
        return []
    there = np.isfinite(taken)
    here, rest = taken[subject.chosen & there], taken[~subject.chosen & there]
    edges = np.array([*SECONDS, np.inf])
    bins = [(float(low), float(high), ()) for low, high in pairwise(edges)]
    counts = [np.histogram(side, edges)[0] for side in (here, rest)]
    filled = np.flatnonzero(counts[0] + counts[1])
    kept = slice(int(filled.min(initial=0)), int(filled.max(initial=0)) + 1)
    medians = tuple(float(np.median(side)) if len(side) else 0.0 for side in (here, rest))
    return [
        bars_of(
            ("seconds", None),
            bins[kept],
            [side[kept] for side in counts],
            (medians[0], medians[1]),
        )
    ]


Bin = tuple[float, float, tuple[int, ...]]


def bars_of(
    about: tuple[str, Target | None],
    bins: Sequence[Bin],
    counts: Sequence[np.ndarray],
    middles: tuple[float, float],
) -> Bars | None:
    """Protect both sides; None where one of them is too small to be shown at all."""
    sides = [protected([int(n) for n in side]) for side in counts]
    if not all(sides):
        return None
    kind, unit = about
    return Bars(
        kind=kind,
        unit=unit,
        bars=tuple(
            Bar(here, rest, low, high, pattern)
            for (low, high, pattern), here, rest in zip(bins, *sides, strict=True)
        ),
        n_here=int(counts[0].sum()),
        n_rest=int(counts[1].sum()),
        mean_here=middles[0],
        mean_rest=middles[1],
    )


def protected(counts: Sequence[int]) -> tuple[Cell, ...]:
    """Hide counts of one to four, and make the largest a bound, so that none can be derived.

    Returns
    -------
    empty where no count of five or more is left to be shown
    """
    total = sum(counts)
    hidden = [n for n in counts if 0 < n < SMALLEST]
    largest = max(counts, default=0)
    bound = largest + sum(hidden) - (SMALLEST - 1) * len(hidden)
    if total < SMALLEST or bound < SMALLEST:
        return ()
    first = counts.index(largest)
    return tuple(
        Cell(None, at_least=False, share=SMALLEST / 2 / total)
        if 0 < n < SMALLEST
        else Cell(bound, at_least=True, share=n / total)
        if hidden and k == first
        else Cell(n, at_least=False, share=n / total)
        for k, n in enumerate(counts)
    )


def home_strips(subject: Subject) -> list[Picture | None]:
    """How the raters of each home depart from everybody on the unit concerned."""
    homes, unit = subject.finding.subject["homes"], touched(subject)
    if not homes:  # Another check named no home, and this one joined it.
        return []
    if subject.finding.check == "home_shift":
        rated = [] if unit is None else [unit.id]
    else:  # A ring: each home lifts the next.
        rated = [*homes[1:], homes[0]]
    return [home_strip(subject, home, each) for home, each in zip(homes, rated, strict=False)]


def home_strip(subject: Subject, home_id: int, unit_id: int) -> Strip | None:
    """One unit as the raters of each home see it."""
    relative, home = relative_marks(subject.view), subject.view.ballots.home
    if relative is None or home is None:
        return None
    on_unit = relative[:, subject.index(unit_id)]
    there = np.isfinite(on_unit)
    usual = float(on_unit[there].mean()) if there.any() else 0.0
    dots = [
        Dot(
            subject.units[each],
            value := float(on_unit[raters].mean()) - usual,
            role_of(value) if subject.units[each].id == home_id else "other",
        )
        for each in np.unique(home[there & (home >= 0)])
        if each < len(subject.units) and (raters := there & (home == each)).sum() >= SMALLEST
    ]
    named = any(dot.role != "other" for dot in dots)
    about = subject.units[subject.index(unit_id)]
    return Strip("homes", about, by_value(dots)) if named else None


def relative_marks(view: View) -> Floats | None:
    """Marks less the rater's own mean, nan where absent or the rater's own unit; None = no matrix.

    Shape (n_ballots, n_units). So a strict rater and a mild one can be compared.
    """
    if view.table is None:
        return None
    table, home = view.table.copy(), view.ballots.home
    if home is not None:
        mine = np.flatnonzero((home >= 0) & (home < table.shape[1]))
        table[mine, home[mine]] = np.nan
    there = np.isfinite(table)
    count = there.sum(axis=1, keepdims=True)
    total = np.where(there, table, 0.0).sum(axis=1, keepdims=True)
    relative: Floats = table - total / np.maximum(count, 1)
    return relative


def role_of(value: float) -> str:
    """The role of a dot that the finding speaks of."""
    return "up" if value > 0 else "down"


def unit_strip(subject: Subject) -> list[Picture | None]:
    """How the finding's raters mark each unit, less what all others give it."""
    relative = relative_marks(subject.view)
    if relative is None:
        return []
    difference = column_means(relative[subject.chosen]) - column_means(relative[~subject.chosen])
    named = subject.finding.subject
    roles = dict.fromkeys(named["units_lifted"], "up") | dict.fromkeys(named["units_sunk"], "down")
    dots = [
        Dot(unit, float(difference[k]), roles.get(unit.id, "other"))
        for k, unit in enumerate(subject.units)
        if np.isfinite(difference[k])
    ]
    return [Strip("units", None, by_value(dots)) if dots else None]


def column_means(values: Floats) -> Floats:
    """Mean by unit; nan for fewer than five raters."""
    there = np.isfinite(values)
    count = there.sum(axis=0)
    sums = np.where(there, values, 0.0).sum(axis=0)
    mean: Floats = np.divide(sums, count, out=np.full(len(count), np.nan), where=count >= SMALLEST)
    return mean


def by_value(dots: Sequence[Dot]) -> tuple[Dot, ...]:
    """From the lowest to the highest."""
    return tuple(sorted(dots, key=lambda dot: (dot.value, dot.unit.position)))


def likeness(subject: Subject) -> list[Picture | None]:
    """How alike the ballots are beside unrelated ones."""
    facts = subject.finding.subject["facts"]
    value, usual = facts.get("likeness"), facts.get("usual")
    return [None if value is None or usual is None else Likeness(float(value), float(usual))]


def touched(subject: Subject) -> Target | None:
    """The unit a finding is about first; None where it names none."""
    named = subject.finding.subject
    ids = [*named["units_lifted"], *named["units_sunk"]]
    return subject.units[subject.index(ids[0])] if ids else None


PICTURES: Final[Mapping[str, Callable[[Subject], list[Picture | None]]]] = {
    "stuffing": marks_and_patterns,
    "crowd": marks_and_patterns,
    "context_shift": marks_only,
    "home_shift": home_strips,
    "reciprocity": home_strips,
    "bloc": unit_strip,
    "copied": likeness,
    "divided": marks_only,
    "low_effort": seconds,
    "machine": lambda subject: [marks(subject), *seconds(subject)],
}
