"""The parts a scheme is made of, as data: exact numbers as strings, names in both languages.

Every part may name the `article` of the regulation it comes from, so that a page can quote it.
"""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from surveys.errors import Invalid


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
NONE = Decimal(0)


class Part(BaseModel):
    """A table of the scheme; entries that nobody knows are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Named(Part):
    """Something with a key and its names in both languages."""

    key: str
    zh: str
    en: str
    article: str = ""


class Trim(Part):
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


class Survey(Part):
    """How votes become a component: points by option, groups, and what makes a group usable."""

    points: dict[str, Exact]
    unscored: tuple[str, ...] = ()
    groups: tuple[Group, ...]
    min_valid: int = Field(ge=1)
    min_usable_weight: Share = Decimal("0.60")
    trim: Trim | None = None


class Colours(Part):
    """Colour by place; vetoed units are red, units without a total grey.

    ``share``: green for the first floor(green·n) places, red for the last floor(red·n).
    ``places``: green for the first ``green``, red for the last ``red``; red wins where they meet.
    ``none``: nobody has a colour.
    """

    kind: Literal["share", "places", "none"]
    green: Exact
    red: Exact
    min_units: int = 1
    tie: Literal["better", "worse"] = "better"


class Measure(Part):
    """What is proposed, never done by itself: a named person confirms it."""

    zh: str
    en: str
    article: str = ""
    due_working_days: int | None = None


class Board(Part):
    """晾晒: a place's rank among all, indicator by indicator; its colour earns points."""

    own: str
    colours: Colours
    points: dict[Literal["green", "yellow", "red"], Exact]
    measures: dict[Literal["green", "yellow", "red"], Measure] = {}


class Branch(Named):
    """一级指标: a branch of an indicator tree with its weight in the component."""

    weight: Share


class TagShare(Part):
    """Indicators with one of these tags must hold more than ``above`` of the weight."""

    tags: tuple[str, ...]
    above: Share


class Convert(Part):
    """The conversion of a sheet's figures where a row names none."""

    method: str
    parameters: dict[str, Exact] = {}
    then: str | None = None


class Component(Named):
    """A part of the total.

    ``mean`` of values, ``indicators`` with weights (a tree where there are branches), ``survey``,
    ``board`` of colours, or ``team``: the total of the unit a person belongs to.
    """

    kind: Literal["mean", "indicators", "survey", "board", "team"]
    weight: Share
    category_weights: dict[str, Share] = {}
    sheet: str = ""
    section: str = ""
    maximum: Exact = Decimal(100)
    n_expected: int | None = None
    survey: Survey | None = None
    board: Board | None = None
    branches: tuple[Branch, ...] = ()
    convert: Convert | None = None
    own_weights: bool = False
    only_marked: str = ""
    leaves: int | None = None
    weights_sum: Exact | None = None
    tag_share: TagShare | None = None

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        if (self.kind == "survey") != (self.survey is not None):
            raise ValueError("a component of kind survey, and no other, has a survey table")
        if (self.kind == "board") != (self.board is not None):
            raise ValueError("a component of kind board, and no other, has a board table")
        if self.kind != "team" and not self.sheet:
            raise ValueError("a component needs a sheet, unless it is of kind team")
        return self

    def weight_in(self, category: str) -> Decimal:
        """Weight in this category; 0 where the category does without this component."""
        return self.category_weights.get(category, self.weight)


class Bonus(Part):
    """Cap of all bonus points of a unit; without a cap they add up by occurrence."""

    cap: Exact | None = None
    article: str = ""


class AdjustmentItem(Named):
    """A bonus or deduction the regulation names, with its points each time."""

    kind: Literal["bonus", "deduction"]
    points: Exact


class Reverse(Part):
    """Reverse evaluation of assessing bodies: min(cap, (threshold − R)·rate), not below 0."""

    sheet: str = "反向测评"
    article: str = ""
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


class VetoRule(Part):
    """Items that need no further paper, and the levels; others need a document number."""

    items: tuple[str, ...]
    levels: tuple[VetoLevel, ...]
    voids_bonus: bool = True
    article: str = ""

    def grade_cap(self, level: str) -> str:
        """Best grade a veto of this level allows; Invalid ``unknown_veto_level``."""
        for known in self.levels:
            if level in {known.key, known.zh}:
                return known.grade_cap
        raise Invalid("unknown_veto_level", level=level)


class Fact(Named):
    """Something that happened and bears on the grade, whatever the score.

    ``cap``: at best ``grade``. ``lower``: ``steps`` down, not below ``grade``. ``set``: exactly
    ``grade``, without a place.
    """

    effect: Literal["cap", "lower", "set"]
    grade: str
    steps: int = Field(default=1, ge=1)
    measure: Measure | None = None


class LookBack(Part):
    """The same grade in ``periods`` sealed periods on end; a period without a grade breaks it."""

    grade: str
    periods: int = Field(ge=2)
    measure: Measure


class Quota(Part):
    """Seats of a grade.

    ``ceiling``: at most floor(share·n). ``proportion``: a share by largest remainder. ``band``:
    between low and high, the least that fits unless ``take`` says the most. ``team``: the merit
    quotas of the teams' grades, added up over their members and rounded down.
    """

    kind: Literal["ceiling", "proportion", "band", "team"]
    share: Share | None = None
    low: Share | None = None
    high: Share | None = None
    take: Literal["least", "most"] = "least"
    at_least_one_from: int | None = None

    @model_validator(mode="after")
    def _has_its_numbers(self) -> Self:
        if self.kind == "team":
            return self
        needed = (self.low, self.high) if self.kind == "band" else (self.share,)
        if any(number is None for number in needed):
            raise ValueError("a band needs low and high, the other quotas need share")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low is above high")
        return self


class GradeConsequences(Part):
    """What is proposed for whoever has this grade."""

    report_due_working_days: int | None = None
    merit_quota: Share | None = None
    bonus_coefficient: Exact | None = None
    measures: tuple[Measure, ...] = ()


class Grade(Named):
    """A grade, best first: its threshold, its quota, what is proposed after it."""

    minimum: Exact | None = None
    quota: Quota | None = None
    consequences: GradeConsequences = GradeConsequences()


class ProgressState(Named):
    """A project's state while its gap (planned − actual, in points of %) is at most this."""

    at_most: Exact | None = None
    counts_as_order: bool = False


class Progress(Part):
    """台账: where a project stands, and when a talk or a sanction is proposed."""

    sheet: str = "项目进度"
    article: str = ""
    states: tuple[ProgressState, ...]
    closed: Named
    talk: Named
    talk_from_order: int = Field(ge=1)
    sanction: Named
