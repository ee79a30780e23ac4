"""A scheme as data: what a place's regulation says about units, and about persons in them."""

from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from surveys.errors import Invalid, NotFound
from surveys.scoring.scheme_faults import Fault, require_sound
from surveys.scoring.scheme_parts import (
    NONE,
    AdjustmentItem,
    Bonus,
    Colours,
    Component,
    Exact,
    Fact,
    Grade,
    LookBack,
    Named,
    Part,
    Progress,
    Reverse,
    VetoRule,
)
from surveys.scoring.scheme_text import read_toml

ENGINE: Final = "1"
"""Version of the rules of reckoning. A scheme names the one it was written for."""

NO_COLOURS: Final = Colours(kind="none", green=NONE, red=NONE)


class Cycle(StrEnum):
    """What one period of the scheme covers; a year can be made out of its parts."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    SPECIAL = "special"


class Level(Part):
    """How one level, units or persons, comes to totals, places and grades.

    Its lists are in the order in which they are printed, the grades from the best down.
    """

    categories: tuple[Named, ...]
    sections: tuple[Named, ...] = ()
    components: tuple[Component, ...]
    bonus: Bonus = Bonus()
    adjustments: tuple[AdjustmentItem, ...] = ()
    reverse: Reverse | None = None
    veto: VetoRule | None = None
    facts: tuple[Fact, ...] = ()
    look_back: tuple[LookBack, ...] = ()
    total_floor: Exact | None = None
    tie_break: tuple[str, ...] = ()
    grades: tuple[Grade, ...]
    colours: Colours = NO_COLOURS

    def component(self, key: str) -> Component:
        """Return the component of this key; NotFound ``unknown_component``."""
        for component in self.components:
            if component.key == key:
                return component
        raise NotFound("unknown_component", component=key)

    def fact(self, key: str) -> Fact:
        """Return the fact of this key or Chinese name; Invalid ``unknown_fact``."""
        for fact in self.facts:
            if key in {fact.key, fact.zh}:
                return fact
        raise Invalid("unknown_fact", fact=key)

    def grade_rank(self, key: str) -> int:
        """Position of a grade, 0 is best; Invalid ``unknown_grade``."""
        for rank, grade in enumerate(self.grades):
            if grade.key == key:
                return rank
        raise Invalid("unknown_grade", grade=key)


class Scheme(Level):
    """A whole regulation: its units, the persons in them, and the ledger of projects."""

    key: str
    zh: str
    en: str
    version: str
    engine: str = ENGINE
    cycle: Cycle = Cycle.YEAR
    persons: Level | None = None
    progress: Progress | None = None

    @property
    def levels(self) -> tuple[tuple[str, Level], ...]:
        """The levels by the prefix of their keys in the file: units, then persons."""
        return (("", self),) if self.persons is None else (("", self), ("persons.", self.persons))


def scheme_from_toml(text: str) -> Scheme:
    """Read a scheme.

    Errors: Invalid ``scheme_not_toml`` (row, reason), or ``scheme_invalid`` with ``problems``, a
    tuple of `surveys.scoring.scheme_text.SchemeProblem`: row, key, code and facts of each.
    """
    return read_toml(text, Scheme, checks=(_known_engine, require_sound))


def _known_engine(scheme: Scheme) -> Iterator[Fault]:
    if scheme.engine != ENGINE:
        facts = {"found": scheme.engine, "expected": ENGINE}
        yield Fault(("engine",), "unknown_engine", facts)


def preset_keys() -> tuple[str, ...]:
    """Keys of the schemes that come with the software, in order of the alphabet."""
    files = (resources.files("surveys.scoring") / "presets").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


@cache
def preset(key: str) -> Scheme:
    """Return a scheme that comes with the software; NotFound ``unknown_scheme``."""
    return scheme_from_toml(preset_text(key))


def preset_text(key: str) -> str:
    """The file of a preset; NotFound ``unknown_scheme``."""
    if key not in preset_keys():
        raise NotFound("unknown_scheme", scheme=key, known=preset_keys())
    return (resources.files("surveys.scoring") / "presets" / f"{key}.toml").read_text("utf-8")
