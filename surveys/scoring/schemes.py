"""A scheme as data: what a place's regulation says, read from TOML and checked.

Numbers are written as strings so that no binary float ever comes near them.
"""

import tomllib
from decimal import Decimal, InvalidOperation
from importlib import resources
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from surveys.errors import Invalid, NotFound


def _exact(value: object) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if isinstance(value, str):
        try:
            number = Decimal(value)
        except InvalidOperation as error:
            raise ValueError("not a number") from error
        if number.is_finite():
            return number
    raise ValueError('write numbers as strings: "0.15"')


Exact = Annotated[Decimal, BeforeValidator(_exact)]
Share = Annotated[Exact, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(_Part):
    """Something with a key and its names in both languages."""

    key: str
    zh: str
    en: str


class Trim(_Part):
    """Drop the k = floor(n·share) highest and lowest ballots of a group once it has n_from."""

    share: Share
    n_from: int = Field(ge=1)


class Group(Named):
    """A rater group or channel; ``aliases`` are names that workbooks may use for it."""

    weight: Share
    aliases: tuple[str, ...] = ()

    def is_called(self, name: str) -> bool:
        """Tell whether a workbook's name means this group: key, name, alias or key + name."""
        names = (self.zh, self.en, *self.aliases)
        return name == self.key or name in names or name in {self.key + known for known in names}


class Survey(_Part):
    """How votes become a component: points by option, groups, and what makes a group usable."""

    points: dict[str, Exact]
    unscored: tuple[str, ...] = ()
    groups: tuple[Group, ...]
    min_valid: int = Field(ge=1)
    min_usable_weight: Share = Decimal("0.60")
    trim: Trim | None = None

    @model_validator(mode="after")
    def _weights_sum_to_one(self) -> Self:
        total = sum((group.weight for group in self.groups), Decimal(0))
        if total != 1:
            raise Invalid("group_weights_not_one", sum=str(total))
        return self


class Component(Named):
    """A part of the total: a mean of values, weighted indicators, or a survey."""

    kind: Literal["mean", "indicators", "survey"]
    weight: Share
    category_weights: dict[str, Share] = {}
    sheet: str
    maximum: Exact = Decimal(100)
    n_expected: int | None = None
    survey: Survey | None = None

    @model_validator(mode="after")
    def _a_survey_has_its_rules(self) -> Self:
        if (self.kind == "survey") != (self.survey is not None):
            raise ValueError("a component of kind survey, and no other, has a survey table")
        return self

    def weight_in(self, category: str) -> Decimal:
        """Weight in this category."""
        return self.category_weights.get(category, self.weight)


class Bonus(_Part):
    """Cap of all bonus points of a unit; without a cap they add up by occurrence."""

    cap: Exact | None = None


class AdjustmentItem(Named):
    """A bonus or deduction the regulation names, with its points each time."""

    kind: Literal["bonus", "deduction"]
    points: Exact


class Reverse(_Part):
    """Reverse evaluation of assessing bodies: min(cap, (threshold − R)·rate), not below 0."""

    sheet: str = "反向测评"
    points: dict[str, Exact]
    unscored: tuple[str, ...] = ()
    role_weights: dict[str, Share] = {}
    threshold: Exact
    rate: Exact
    cap: Exact
    min_units: int = Field(ge=1)
    explain_below: Exact
    reverify_below: Exact


class VetoLevel(Named):
    """How far a veto of this level lets a grade go."""

    grade_cap: str


class VetoRule(_Part):
    """Items that need no further paper, and the levels; others need a document number."""

    items: tuple[str, ...]
    levels: tuple[VetoLevel, ...]
    voids_bonus: bool = True

    def grade_cap(self, level: str) -> str:
        """Best grade a veto of this level allows; Invalid ``unknown_veto_level``."""
        for known in self.levels:
            if level in {known.key, known.zh}:
                return known.grade_cap
        raise Invalid("unknown_veto_level", level=level)


class Quota(_Part):
    """Seats of a grade: at most floor(share·n); a share by largest remainder; or a band lo…hi."""

    kind: Literal["ceiling", "proportion", "band"]
    share: Share | None = None
    low: Share | None = None
    high: Share | None = None

    @model_validator(mode="after")
    def _has_its_numbers(self) -> Self:
        needed = (self.low, self.high) if self.kind == "band" else (self.share,)
        if any(number is None for number in needed):
            raise ValueError("a band needs low and high, the other quotas need share")
        return self


class GradeConsequences(_Part):
    """What is proposed for a unit of this grade."""

    report_due_working_days: int | None = None
    merit_quota: Share | None = None
    bonus_coefficient: Exact | None = None


class Grade(Named):
    """A grade, best first: its threshold, its quota, what is proposed after it."""

    minimum: Exact | None = None
    quota: Quota | None = None
    consequences: GradeConsequences = GradeConsequences()


class Colours(_Part):
    """Colour by place; vetoed units are red, units without a total grey.

    ``share``: green for the first floor(green·n) places, red for the last floor(red·n).
    ``places``: green for the first ``green``, red for the last ``red``; red wins where they meet.
    """

    kind: Literal["share", "places"]
    green: Exact
    red: Exact
    min_units: int = 1
    tie: Literal["better", "worse"] = "better"


class Scheme(_Part):
    """A whole regulation; its lists are in the order in which they are printed."""

    key: str
    zh: str
    en: str
    version: str
    categories: tuple[Named, ...]
    components: tuple[Component, ...]
    bonus: Bonus = Bonus()
    adjustments: tuple[AdjustmentItem, ...] = ()
    reverse: Reverse | None = None
    veto: VetoRule | None = None
    total_floor: Exact | None = None
    tie_break: tuple[str, ...] = ()
    grades: tuple[Grade, ...]
    colours: Colours

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        _check_weights(self)
        _check_proportions(self)
        _check_names(self)
        return self

    def component(self, key: str) -> Component:
        """Return the component of this key; NotFound ``unknown_component``."""
        for component in self.components:
            if component.key == key:
                return component
        raise NotFound("unknown_component", component=key)

    def grade_rank(self, key: str) -> int:
        """Position of a grade, 0 is best; Invalid ``unknown_grade``."""
        for rank, grade in enumerate(self.grades):
            if grade.key == key:
                return rank
        raise Invalid("unknown_grade", grade=key)


def scheme_from_toml(text: str) -> Scheme:
    """Read a scheme; Invalid ``scheme_not_toml``, ``scheme_invalid``, ``weights_not_one`` …"""
    try:
        return Scheme.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise Invalid("scheme_not_toml", reason=str(error)) from error
    except ValidationError as error:
        problems = tuple(
            f"{'.'.join(str(step) for step in problem['loc'])}: {problem['msg']}"
            for problem in error.errors()
        )
        raise Invalid("scheme_invalid", problems=problems) from error


def preset_keys() -> tuple[str, ...]:
    """Keys of the schemes that come with the software, in order of the alphabet."""
    files = (resources.files("surveys.scoring") / "presets").iterdir()
    return tuple(sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml")))


def preset(key: str) -> Scheme:
    """Return a scheme that comes with the software; NotFound ``unknown_scheme``."""
    if key not in preset_keys():
        raise NotFound("unknown_scheme", scheme=key, known=preset_keys())
    file = resources.files("surveys.scoring") / "presets" / f"{key}.toml"
    return scheme_from_toml(file.read_text(encoding="utf-8"))


def _check_weights(scheme: Scheme) -> None:
    for category in scheme.categories:
        total = sum((part.weight_in(category.key) for part in scheme.components), Decimal(0))
        if total != 1:
            raise Invalid("weights_not_one", category=category.key, sum=str(total))


def _check_proportions(scheme: Scheme) -> None:
    quotas = [grade.quota for grade in scheme.grades]
    shares = [q.share for q in quotas if q is not None and q.kind == "proportion"]
    total = sum((share for share in shares if share is not None), Decimal(0))
    if shares and (total != 1 or len(shares) != len(quotas)):
        raise Invalid("proportions_not_one", sum=str(total))


def _check_names(scheme: Scheme) -> None:
    grades = {grade.key for grade in scheme.grades}
    caps = {level.grade_cap for level in scheme.veto.levels} if scheme.veto else set()
    if caps - grades:
        raise Invalid("unknown_grade", grade=min(caps - grades))
    keys = {component.key for component in scheme.components} | {"deductions"}
    if set(scheme.tie_break) - keys:
        raise Invalid("unknown_tie_break", name=min(set(scheme.tie_break) - keys))
    categories = {category.key for category in scheme.categories}
    overrides = {key for part in scheme.components for key in part.category_weights}
    if overrides - categories:
        raise Invalid("unknown_category", category=min(overrides - categories))
