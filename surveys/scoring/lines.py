"""What comes out: for each unit one line that a reader can add up again by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from surveys.scoring.inputs import Veto
from surveys.scoring.notes import ConsequenceCode, Note


@dataclass(frozen=True, slots=True)
class PartLine:
    """A quarter, an indicator, a rater group or a channel inside a component.

    ``points`` are unrounded; ``weight`` is the regulation's, ``effective_weight`` the share after
    redistribution (they sum to 1 over the used parts), None where the part is not used.
    """

    key: str
    points: Decimal | None
    weight: Decimal
    effective_weight: Decimal | None
    n_valid: int | None = None
    branch: str = ""


@dataclass(frozen=True, slots=True)
class ComponentLine:
    """A component: ``points`` to 4 places times ``weight`` is ``weighted``, exactly."""

    key: str
    points: Decimal | None
    weight: Decimal
    parts: Sequence[PartLine] = ()
    notes: tuple[Note, ...] = ()

    @property
    def weighted(self) -> Decimal | None:
        """Points times weight, unrounded."""
        return None if self.points is None else self.points * self.weight


@dataclass(frozen=True, slots=True)
class TotalLine:
    """A unit's arithmetic, before anybody is ranked.

    ``total`` = sum of ``weighted`` + ``bonus`` − ``deductions`` − ``reverse_deduction``,
    rounded to 4 places; None while a component is insufficient.
    """

    unit: str
    components: tuple[ComponentLine, ...]
    bonus_claimed: Decimal
    bonus: Decimal
    deductions: Decimal
    reverse_points: Decimal | None
    reverse_deduction: Decimal
    total: Decimal | None
    notes: tuple[Note, ...] = ()

    def component(self, key: str) -> ComponentLine:
        """Return the component of this key; KeyError where there is none."""
        for line in self.components:
            if line.key == key:
                return line
        raise KeyError(key)


@dataclass(frozen=True, slots=True)
class Consequence:
    """A proposal, never a measure: it needs a named decision with date and document."""

    code: ConsequenceCode
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit's whole result; ``place`` is None if vetoed, outside the base or without a total."""

    unit: str
    category: str
    arithmetic: TotalLine
    place: int | None
    grade: str | None
    colour: str
    vetoes: tuple[Veto, ...] = ()
    team: str = ""
    consequences: tuple[Consequence, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def total(self) -> Decimal | None:
        """Total to 4 places."""
        return self.arithmetic.total

    @property
    def components(self) -> tuple[ComponentLine, ...]:
        """Components in the scheme's order."""
        return self.arithmetic.components


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """What the rules leave to the committee: why, and which units it concerns."""

    note: Note
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CategoryLine:
    """A category: ``n`` units in the quota base, seats by grade, what needs a decision."""

    category: str
    n: int
    seats: Mapping[str, int]
    needs_decision: tuple[OpenQuestion, ...] = ()
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardLine:
    """An indicator's places and colours among all places compared; without a figure: grey."""

    component: str
    indicator: str
    values: Mapping[str, Decimal | None]
    places: Mapping[str, int]
    colours: Mapping[str, str]
    responsible: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project's gap in points of %, its state, and what is proposed beyond it."""

    project: str
    gap: Decimal
    state: str
    order: int | None = None
    proposals: tuple[str, ...] = ()
    responsible: str = ""


@dataclass(frozen=True, slots=True)
class Scores:
    """The whole result of a period, by category, then place, then unit."""

    scheme: str
    version: str
    lines: tuple[UnitLine, ...]
    categories: tuple[CategoryLine, ...]
    engine: str = ""
    boards: tuple[BoardLine, ...] = ()
    persons: "Scores | None" = None
    projects: tuple[ProjectLine, ...] = ()

    def line(self, unit: str) -> UnitLine:
        """Return the line of this unit; KeyError where there is none."""
        for line in self.lines:
            if line.unit == unit:
                return line
        raise KeyError(unit)

    def category(self, key: str) -> CategoryLine:
        """Return the line of this category; KeyError where there is none."""
        for line in self.categories:
            if line.category == key:
                return line
        raise KeyError(key)
