"""The questionnaire as data: what a voter reads, and what each answer byte means.

How every kind of item lies in the answer bytes: docs/adr/0012-kinds-of-items-in-bytes.md.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from itertools import accumulate
from typing import Annotated, Any, Final, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from surveys.setup.words import Words

NO_ANSWER: Final = 0
DONT_KNOW: Final = 255
# One byte for an answer: 0 and 255 are taken.
MOST_CODES: Final = 254
TICKED: Final = 1

FormKind: TypeAlias = Literal["democratic", "recognition", "reverse", "member"]
Code: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$")]


class Option(BaseModel):
    """One answer. An option without points is no valid vote: "don't know", "no contact"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    label: Words
    points: Decimal | None = None
    dont_know: bool = False


YES_NO: Final = (
    Option(code="yes", label=Words(zh="是", en="Yes"), points=Decimal(100)),
    Option(code="no", label=Words(zh="否", en="No"), points=Decimal(0)),
)


class ItemKind(StrEnum):
    """What a voter does with an item.

    A rating and a choice tick one option (a rating the questionnaire's, where it has none of its
    own), yes/no is a choice between two, several ticks many, a ranking puts a few into order, a
    number is on a scale from `low` to `high`, a comment is short text, a note is read only.
    """

    RATING = "rating"
    CHOICE = "choice"
    YES_NO = "yes_no"
    SEVERAL = "several"
    RANKING = "ranking"
    NUMBER = "number"
    COMMENT = "comment"
    NOTE = "note"


WITHOUT_BYTES: Final = frozenset({ItemKind.COMMENT, ItemKind.NOTE})
BYTE_FOR_EACH_OPTION: Final = frozenset({ItemKind.SEVERAL, ItemKind.RANKING})
ORDINAL: Final = frozenset({ItemKind.RATING, ItemKind.NUMBER})


class Condition(BaseModel):
    """An item is asked where the answer to an earlier `item` is one of `values`.

    Parameters
    ----------
    values : options counted from 1, of several any that is ticked; for a number the numbers
    negated : asked where the answer is none of them, or where there is no answer
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    values: Annotated[tuple[int, ...], Field(min_length=1)]
    negated: bool = False


class Item(BaseModel):
    """One question, or a note. Only items with a weight above 0 make the score.

    Parameters
    ----------
    options : its own; of a number at most a "don't know"
    show_if : all of them must hold, or the item is not asked
    section : code of the section it stands in, or ""
    low, high : ends of a number's scale, both counted
    fewest, most : how many options are ticked or ranked; 0: at least one, and any number
    max_length : characters of a comment
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    kind: ItemKind = ItemKind.RATING
    text: Words
    weight: Decimal = Decimal(0)
    options: tuple[Option, ...] = ()
    required: bool = Field(default_factory=lambda data: data.get("kind") not in WITHOUT_BYTES)
    show_if: tuple[Condition, ...] = ()
    section: str = ""
    low: int = 0
    high: int = 0
    fewest: int = 0
    most: int = 0
    max_length: int = 0

    @property
    def answered(self) -> bool:
        """Whether its answer takes bytes."""
        return self.kind not in WITHOUT_BYTES


class Section(BaseModel):
    """Items under one heading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    title: Words


class Quota(BaseModel):
    """At most `share` of the targets on one ballot (rounded down, at least 1) get `option`.

    It counts on `item`, or, where that is "", on the overall one: the last rating without weight.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    option: int
    share: Decimal
    item: str = ""


class QuestionnaireContent(BaseModel):
    """A whole form. Answer bytes count options from 1 in the order given here.

    Parameters
    ----------
    options : of all ratings that have none of their own
    most_targets : units on one ballot; more are split over several ballots; 0: never split
    random_order : units stand in another order on every ballot; the bytes keep the batch's order
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    kind: FormKind
    title: Words
    intro: Words
    options: tuple[Option, ...]
    items: tuple[Item, ...]
    sections: tuple[Section, ...] = ()
    quota: Quota | None = None
    most_targets: Annotated[int, Field(ge=0)] = 20
    random_order: bool = False
    min_answered_share: Decimal = Decimal(2) / Decimal(3)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Copy the fields; what was worked out from them before does not come along."""
        copy = super().model_copy(update=update, deep=deep)
        for name in copy.__dict__.keys() - type(self).model_fields.keys():
            del copy.__dict__[name]
        return copy

    @cached_property
    def answered_items(self) -> tuple[Item, ...]:
        """The items that take bytes, in order: all but comments and notes."""
        return tuple(item for item in self.items if item.answered)

    @cached_property
    def rated_items(self) -> tuple[Item, ...]:
        """The items whose codes are ordinal, and other ones with weight."""
        return tuple(
            item for item in self.answered_items if item.kind in ORDINAL or item.weight > 0
        )

    @cached_property
    def comments(self) -> tuple[Item, ...]:
        """The items of free text."""
        return tuple(item for item in self.items if item.kind is ItemKind.COMMENT)

    @property
    def comment(self) -> Item | None:
        """The first item of free text, where the form has one."""
        return next(iter(self.comments), None)

    @cached_property
    def overall(self) -> Item | None:
        """The last rating without weight (T0, P0, C7, R0)."""
        ratings = [item for item in self.answered_items if item.kind is ItemKind.RATING]
        return next((item for item in reversed(ratings) if item.weight == 0), None)

    @cached_property
    def quota_item(self) -> Item | None:
        """The item on which the quota counts."""
        if self.quota is None or not self.quota.item:
            return self.overall
        return next((each for each in self.answered_items if each.code == self.quota.item), None)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the title; zh first."""
        return self.title.languages

    def options_of(self, item: Item) -> tuple[Option, ...]:
        """The options of an item: its own, or those that go without saying."""
        if item.options or item.kind is ItemKind.NUMBER:
            return item.options
        return YES_NO if item.kind is ItemKind.YES_NO else self.options

    def ticks_of(self, item: Item) -> tuple[Option, ...]:
        """The options with a byte of their own: without "don't know"."""
        return tuple(option for option in self.options_of(item) if not option.dont_know)

    def n_bytes(self, item: Item) -> int:
        """Bytes of one answer: one, or one for each option that can be ticked or ranked."""
        if item.kind in BYTE_FOR_EACH_OPTION:
            return len(self.ticks_of(item))
        return int(item.answered)

    def byte_of(self, item: Item, option: int) -> int:
        """The answer byte of the `option`-th (1-based) option of an item with one byte."""
        return DONT_KNOW if self.options_of(item)[option - 1].dont_know else option

    @cached_property
    def offsets(self) -> Mapping[str, int]:
        """Where the bytes of each answered item begin within a target's."""
        sizes = [self.n_bytes(item) for item in self.answered_items]
        starts = accumulate(sizes, initial=0)
        return {item.code: start for item, start in zip(self.answered_items, starts, strict=False)}

    @cached_property
    def row_bytes(self) -> int:
        """Bytes of the answers about one target."""
        return sum(self.n_bytes(item) for item in self.answered_items)

    def points_of(self, item: Item) -> dict[int, Decimal]:
        """Points by byte; bytes that carry none are missing. A number gets its share of `high`."""
        if item.kind is ItemKind.NUMBER:
            whole = Decimal(item.high or 1)
            numbers = enumerate(range(item.low, item.high + 1), start=1)
            return {byte: 100 * number / whole for byte, number in numbers}
        return {
            byte: option.points
            for byte, option in enumerate(self.options_of(item), start=1)
            if option.points is not None and not option.dont_know
        }

    def levels_of(self, item: Item) -> dict[int, int]:
        """Ordinal levels by byte: 1 for the worst, by points; of equal points the later is worse.

        Examples
        --------
        Good 100, fairly good 85, average 70, poor 50: {1: 4, 2: 3, 3: 2, 4: 1}
        """
        points = self.points_of(item)
        rising = sorted(points, key=lambda byte: (points[byte], -byte))
        return {byte: level for level, byte in enumerate(rising, start=1)}

    @cached_property
    def n_levels(self) -> int:
        """Levels of the longest scale among the rated items."""
        return max((len(self.levels_of(item)) for item in self.rated_items), default=0)
