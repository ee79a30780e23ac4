"""The questionnaire as data: what a voter reads, and what an answer byte means."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

NO_ANSWER = 0
DONT_KNOW = 255


class Words(BaseModel):
    """The same words in Chinese and English."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def in_language(self, language: str) -> str:
        """The words in `language`; Chinese where it is neither."""
        return self.en if language.startswith("en") else self.zh


class Option(BaseModel):
    """One answer. An option without points is no valid vote: "don't know", "no contact"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    label: Words
    points: Decimal | None
    dont_know: bool = False


class ItemKind(StrEnum):
    """A rating uses the questionnaire's options, a choice its own, a comment is free text."""

    RATING = "rating"
    CHOICE = "choice"
    COMMENT = "comment"


class Item(BaseModel):
    """One question. Only items with a weight above 0 make the score."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    kind: ItemKind = ItemKind.RATING
    text: Words
    weight: Decimal = Decimal(0)
    options: tuple[Option, ...] = ()
    max_length: int = 0


class Route(BaseModel):
    """After `option` (1-based) on `item`, only the items `then` are asked; none = thank you."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str
    option: int
    then: tuple[str, ...]


class Quota(BaseModel):
    """At most `share` of the targets on one ballot (rounded down, at least 1) get `option`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    option: int
    share: Decimal


class QuestionnaireContent(BaseModel):
    """A whole form. Answer bytes count options from 1 in the order given here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    kind: Literal["democratic", "recognition", "reverse"]
    title: Words
    intro: Words
    options: tuple[Option, ...]
    items: tuple[Item, ...]
    routes: tuple[Route, ...] = ()
    quota: Quota | None = None
    min_answered_share: Decimal = Decimal(2) / Decimal(3)

    @model_validator(mode="after")
    def weights_sum_to_100(self) -> Self:
        """Refuse a form whose scored items do not sum to 100."""
        total = sum((item.weight for item in self.items), Decimal(0))
        if total != 100:
            raise ValueError(f"weights of the items sum to {total}, not to 100")
        return self

    @property
    def answered_items(self) -> tuple[Item, ...]:
        """The items that take one byte each, in order: all but comments."""
        return tuple(item for item in self.items if item.kind is not ItemKind.COMMENT)

    @property
    def comment(self) -> Item | None:
        """The free-text item, where the form has one."""
        return next((item for item in self.items if item.kind is ItemKind.COMMENT), None)

    def options_of(self, item: Item) -> tuple[Option, ...]:
        """The options of an item: its own, or the questionnaire's."""
        return item.options or self.options

    def byte_of(self, item: Item, option: int) -> int:
        """The answer byte of the `option`-th (1-based) option of an item."""
        return DONT_KNOW if self.options_of(item)[option - 1].dont_know else option

    @property
    def n_levels(self) -> int:
        """How many options of a rating carry points."""
        return sum(option.points is not None for option in self.options)
