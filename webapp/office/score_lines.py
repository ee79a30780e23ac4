"""The arithmetic of a unit or person laid out so that a reader can add it up again by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from surveys.models import MemberScore, ScoreLine
from surveys.publishing.board import as_decimal
from surveys.scoring.raw_figures import RawFigures
from surveys.scoring.scheme_parts import Branch
from webapp.languages import name_of
from webapp.office.figure_words import figure_name, figure_words
from webapp.office.score_words import NoteWords, ScoreWords

SHOWN = Decimal("0.000001")


@dataclass(frozen=True)
class FigureSheet:
    """A measured figure behind a part: its name, how it became points, and who measured it."""

    name: str
    words: str
    body: str
    code: str
    version: int = 1
    n_versions: int = 1


@dataclass(frozen=True)
class PartSheet:
    """A quarter, an indicator, a group or a channel."""

    name: str
    points: Decimal | None
    weight: Decimal
    effective_weight: Decimal | None
    n_valid: int | None
    branch: str = ""
    figures: tuple[FigureSheet, ...] = ()

    @property
    def used(self) -> bool:
        """Whether the part counts."""
        return self.effective_weight is not None


@dataclass(frozen=True)
class BranchSheet:
    """A branch of an indicator tree: its weight, and the mean of its leaves that count."""

    key: str
    name: str
    weight: Decimal
    points: Decimal | None


@dataclass(frozen=True)
class ComponentSheet:
    """A component with its parts and the line of arithmetic that leads to its points."""

    key: str
    name: str
    points: Decimal | None
    weight: Decimal
    weighted: Decimal | None
    parts: tuple[PartSheet, ...]
    notes: tuple[NoteWords, ...]
    article: str = ""
    branches: tuple[BranchSheet, ...] = ()

    @property
    def formula(self) -> str:
        """Σ weight × points ÷ Σ weight over the parts, or the branches, that count."""
        listed = [(branch.weight, branch.points) for branch in self.branches] or [
            (part.weight, part.points) for part in self.parts if part.used
        ]
        used = [(weight, points) for weight, points in listed if points is not None]
        return mean_formula(used, self.points) if used and self.points is not None else ""


@dataclass(frozen=True)
class Sum:
    """The last line: what is added, what is taken away, and what comes out."""

    weighted: tuple[Decimal, ...]
    bonus: Decimal
    deductions: Decimal
    reverse_deduction: Decimal
    total: Decimal | None

    @property
    def exact(self) -> Decimal:
        """The sum before it is rounded."""
        return sum(self.weighted, self.bonus) - self.deductions - self.reverse_deduction

    @property
    def formula(self) -> str:
        """Everything in one line."""
        terms = " + ".join(written(value) for value in self.weighted)
        plus = f" + {written(self.bonus)}" if self.bonus else ""
        minus = "".join(
            f" − {written(value)}" for value in (self.deductions, self.reverse_deduction) if value
        )
        return f"{terms}{plus}{minus} = {written(self.exact)}"


def component_sheets(
    line: ScoreLine | MemberScore, words: ScoreWords, figures: RawFigures
) -> tuple[ComponentSheet, ...]:
    """The components of a line in the scheme's order, each with the figures behind it."""
    return tuple(component_sheet(each, words, figures) for each in line.components["lines"])


def component_sheet(
    each: Mapping[str, Any], words: ScoreWords, figures: RawFigures
) -> ComponentSheet:
    """One component."""
    key = each["key"]
    parts = tuple(part_sheet(key, part, words, figures) for part in each["parts"])
    return ComponentSheet(
        key=key,
        name=words.component(key),
        points=as_decimal(each["points"]),
        weight=Decimal(each["weight"]),
        weighted=as_decimal(each["weighted"]),
        parts=parts,
        notes=tuple(words.note(note, key) for note in each["notes"]),
        article=words.article(key),
        branches=branch_sheets(parts, words.branches(key)),
    )


def part_sheet(
    component: str, part: Mapping[str, Any], words: ScoreWords, figures: RawFigures
) -> PartSheet:
    """One part with its name and the figures behind it."""
    return PartSheet(
        name=words.part(component, part["key"]),
        points=as_decimal(part["points"]),
        weight=Decimal(part["weight"]),
        effective_weight=as_decimal(part["effective_weight"]),
        n_valid=part["n_valid"],
        branch=part.get("branch", ""),
        figures=tuple(
            FigureSheet(
                figure_name(each),
                figure_words(each),
                name_of(each.body),
                each.code,
                each.version,
                each.n_versions,
            )
            for each in figures.get((component, part["key"]), ())
        ),
    )


def branch_sheets(
    parts: Sequence[PartSheet], branches: Sequence[Branch]
) -> tuple[BranchSheet, ...]:
    """The branches of a tree that have leaves, in the scheme's order."""
    found = []
    for branch in branches:
        leaves = [part for part in parts if part.branch == branch.key]
        used = [(p.weight, p.points) for p in leaves if p.used and p.points is not None]
        whole = sum((weight for weight, _ in used), Decimal(0))
        total = sum((weight * points for weight, points in used), Decimal(0))
        name = name_of({"zh": branch.zh, "en": branch.en})
        if leaves:
            found.append(
                BranchSheet(branch.key, name, branch.weight, total / whole if whole else None)
            )
    return tuple(found)


def sum_of(line: ScoreLine | MemberScore) -> Sum:
    """The last line of the arithmetic of a unit or person."""
    kept = line.components
    weighted = (as_decimal(each["weighted"]) for each in kept["lines"])
    return Sum(
        weighted=tuple(value for value in weighted if value is not None),
        bonus=line.bonus,
        deductions=Decimal(kept["deductions"]),
        reverse_deduction=Decimal(kept["reverse_deduction"]),
        total=line.total,
    )


def mean_formula(used: Sequence[tuple[Decimal, Decimal]], points: Decimal) -> str:
    """``(0.30 × 86.5 + 0.25 × 86.5) ÷ 0.55 = 86.5000``; equal weights are left out."""
    whole = sum((weight for weight, _ in used), Decimal(0))
    if len({weight for weight, _ in used}) == 1:
        terms = " + ".join(written(value) for _, value in used)
        return f"({terms}) ÷ {len(used)} = {points}" if len(used) > 1 else f"{terms} = {points}"
    terms = " + ".join(f"{written(weight)} × {written(value)}" for weight, value in used)
    return f"{terms} = {points}" if whole == 1 else f"({terms}) ÷ {written(whole)} = {points}"


def written(value: Decimal) -> str:
    """At most six places, without idle zeros."""
    places = value.as_tuple().exponent
    kept = value.quantize(SHOWN) if isinstance(places, int) and places < -6 else value
    text = format(kept, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
