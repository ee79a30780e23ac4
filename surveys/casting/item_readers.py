"""How the fields of one item become its bytes, a reader for each kind of item."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from surveys.setup.questionnaires import (
    BYTE_FOR_EACH_OPTION,
    DONT_KNOW,
    NO_ANSWER,
    TICKED,
    Condition,
    Item,
    ItemKind,
    QuestionnaireContent,
)

# What a number's field holds for "don't know": every plain number could be on the scale.
DONT_KNOW_VALUE = "dont_know"


@dataclass(frozen=True, slots=True)
class Reading:
    """An item's bytes, or what is wrong with its fields.

    Parameters
    ----------
    problem : "" or a kind of `surveys.casting.answers.Problem`
    limit, found : where the problem counts
    """

    packed: bytes
    problem: str = ""
    limit: int = 0
    found: int = 0

    @property
    def empty(self) -> bool:
        """Whether nothing was answered."""
        return not any(self.packed)


Fields: TypeAlias = Mapping[str, str]
ReadItem: TypeAlias = Callable[[Fields, str], Reading]


@dataclass(frozen=True)
class OneOf:
    """A rating, choice, yes/no or number: one field, one byte.

    Parameters
    ----------
    byte_of : by value of the field
    """

    byte_of: Mapping[str, int]

    def __call__(self, fields: Fields, name: str) -> Reading:
        """Read it."""
        byte = self.byte_of.get(fields.get(name, ""))
        if byte is None:
            return Reading(bytes([NO_ANSWER]), "unknown_option")
        return Reading(bytes([byte]))


@dataclass(frozen=True)
class Several:
    """A field and a byte for each option.

    Parameters
    ----------
    fields_of : ends of the options' names; `dont_know` is that of "don't know", or ""
    fewest, most : of ticks
    """

    fields_of: tuple[str, ...]
    dont_know: str
    fewest: int
    most: int

    def __call__(self, fields: Fields, name: str) -> Reading:
        """Read it."""
        written = [fields.get(name + end, "") for end in self.fields_of]
        unknown = bool(self.dont_know) and fields.get(name + self.dont_know, "")
        if {*written, unknown or ""} - {"", "1"}:
            return Reading(bytes(len(written)), "unknown_option")
        packed = bytes(TICKED if each else NO_ANSWER for each in written)
        found = packed.count(TICKED)
        if unknown:
            problem = "dont_know_and_more" if found else ""
            return Reading(bytes([DONT_KNOW]) * len(packed), problem)
        if found > self.most:
            return Reading(packed, "too_many", self.most, found)
        if 0 < found < self.fewest:
            return Reading(packed, "too_few", self.fewest, found)
        return Reading(packed)


@dataclass(frozen=True)
class Ranking:
    """A field and a byte for each option: its place from 1, or none.

    Parameters
    ----------
    fields_of, dont_know : as in `Several`
    fewest, most : options that get a place
    """

    fields_of: tuple[str, ...]
    dont_know: str
    fewest: int
    most: int

    def __call__(self, fields: Fields, name: str) -> Reading:
        """Read it."""
        written = [fields.get(name + end, "") for end in self.fields_of]
        places = {"": NO_ANSWER} | {str(place): place for place in range(1, self.most + 1)}
        if any(each not in places for each in written):
            return Reading(bytes(len(written)), "unknown_option")
        packed = bytes(places[each] for each in written)
        given = sorted(byte for byte in packed if byte)
        if self.dont_know and fields.get(name + self.dont_know, ""):
            problem = "dont_know_and_more" if given else ""
            return Reading(bytes([DONT_KNOW]) * len(packed), problem)
        if given != list(range(1, len(given) + 1)):
            return Reading(packed, "places_not_in_order", len(given), len(given))
        if 0 < len(given) < self.fewest:
            return Reading(packed, "too_few", self.fewest, len(given))
        return Reading(packed)


def reader_of(content: QuestionnaireContent, item: Item) -> ReadItem:
    """The reader of an answered item."""
    if item.kind not in BYTE_FOR_EACH_OPTION:
        return OneOf(values_of(content, item))
    ends = [(f"_{number}", option) for number, option in _numbered(content, item)]
    ticks = tuple(end for end, option in ends if not option)
    dont_know = next((end for end, is_it in ends if is_it), "")
    make = Several if item.kind is ItemKind.SEVERAL else Ranking
    most = min(item.most or len(ticks), len(ticks))
    return make(ticks, dont_know, item.fewest or 1, most)


def values_of(content: QuestionnaireContent, item: Item) -> dict[str, int]:
    """The byte for each value that the field of an item with one byte may hold."""
    if item.kind is ItemKind.NUMBER:
        numbers = enumerate(range(item.low, item.high + 1), start=1)
        values = {"": NO_ANSWER} | {str(number): byte for byte, number in numbers}
        offered = any(option.dont_know for option in item.options)
        return values | ({DONT_KNOW_VALUE: DONT_KNOW} if offered else {})
    return {"": NO_ANSWER} | {
        str(option): content.byte_of(item, option)
        for option in range(1, len(content.options_of(item)) + 1)
    }


def names_of(content: QuestionnaireContent, item: Item, name: str) -> tuple[str, ...]:
    """All fields of an item whose own name is `name`."""
    if item.kind in BYTE_FOR_EACH_OPTION:
        return tuple(f"{name}_{number}" for number, _ in _numbered(content, item))
    return (name,)


def _numbered(content: QuestionnaireContent, item: Item) -> Iterable[tuple[int, bool]]:
    for number, option in enumerate(content.options_of(item), start=1):
        yield number, option.dont_know


@dataclass(frozen=True, slots=True)
class Check:
    """A condition against the bytes about one target read so far.

    Parameters
    ----------
    places : any of these bytes
    codes : has one of these values
    """

    places: tuple[int, ...]
    codes: frozenset[int]
    negated: bool

    def holds(self, row: bytes | bytearray) -> bool:
        """Whether it does."""
        return any(row[place] in self.codes for place in self.places) != self.negated


def check_of(content: QuestionnaireContent, condition: Condition) -> Check:
    """Put a condition into bytes."""
    item = next(each for each in content.answered_items if each.code == condition.item)
    offset = content.offsets[item.code]
    if item.kind is ItemKind.SEVERAL:
        ticks = [number for number, dont_know in _numbered(content, item) if not dont_know]
        places = tuple(offset + ticks.index(value) for value in condition.values if value in ticks)
        return Check(places, frozenset({TICKED}), condition.negated)
    values = values_of(content, item)
    codes = frozenset(values[str(value)] for value in condition.values if str(value) in values)
    return Check((offset,), codes, condition.negated)
