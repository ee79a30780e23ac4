"""A ballot paper as its template reads it: every word in one language, every name in place."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from surveys.casting.item_readers import DONT_KNOW_VALUE
from surveys.casting.papers import Paper
from surveys.setup.questionnaires import BYTE_FOR_EACH_OPTION, Condition, Item, ItemKind
from surveys.setup.words import Words

# Reading Chinese silently, characters a minute; English, words a minute; one tap, seconds.
CHARACTERS_A_MINUTE = 240
WORDS_A_MINUTE = 200
SECONDS_A_TAP = 2

_BLANK = re.compile(r"\{(?:单位|unit)\}")
_COLON = re.compile(r"[：:]\s*")


@dataclass(frozen=True, slots=True)
class OptionView:
    """One answer of an item: `value` goes into the form; `routes` are the routes it takes."""

    value: str
    label: str
    dont_know: bool
    routes: str
    name: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """One question of a card: `head` before the colon of its text, `rest` behind it.

    `skips` are the classes of the routes that pass it.
    """

    name: str
    head: str
    rest: str
    options: tuple[OptionView, ...]
    skips: str
    kind: str

    @property
    def places(self) -> int:
        """Places that may be given in a ranking."""
        return sum(not option.dont_know for option in self.options)


@dataclass(frozen=True, slots=True)
class CommentView:
    """The free text of a card."""

    name: str
    label: str
    max_length: int
    skips: str


@dataclass(frozen=True, slots=True)
class CardView:
    """All that is asked about one target."""

    place: int
    name: str
    items: tuple[ItemView, ...]
    comment: CommentView | None


@dataclass(frozen=True)
class PaperView:
    """The whole paper in `language`."""

    paper: Paper
    language: str

    def words(self, words: Words) -> str:
        """The words in the page's language."""
        return words.in_language(self.language)

    @property
    def title(self) -> str:
        """Of the questionnaire."""
        return self.words(self.paper.content.title)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Names of the targets, in order."""
        return tuple(self.words(target.name) for target in self.paper.targets)

    @property
    def single(self) -> bool:
        """Whether one target alone is rated."""
        return len(self.units) == 1

    @property
    def intro(self) -> str:
        """The questionnaire's own first words, with the unit's name in the blank."""
        return self._named(self.words(self.paper.content.intro), self.units[0])

    @cached_property
    def cards(self) -> tuple[CardView, ...]:
        """One for each target."""
        return tuple(self._card(place, name) for place, name in enumerate(self.units))

    @property
    def explained(self) -> tuple[ItemView, ...]:
        """Items with an explanation; said once on a paper about several targets."""
        return tuple(item for item in self.cards[0].items if item.rest)

    @cached_property
    def minutes(self) -> int:
        """About how long it takes: reading everything once, then the taps."""
        content = self.paper.content
        texts = [self.intro, *(self.words(item.text) for item in content.items)]
        texts += [self.words(option.label) for option in content.options]
        taps = len(self.paper.targets) * len(content.answered_items)
        seconds = _reading_seconds(" ".join(texts), self.language) + taps * SECONDS_A_TAP
        return max(1, round(seconds / 60))

    @property
    def dont_know_label(self) -> str:
        """What not knowing is called on this form."""
        options = self.paper.content.options
        return next((self.words(option.label) for option in options if option.dont_know), "")

    @property
    def quota_label(self) -> str:
        """The option that may be given to few; empty where there is no quota."""
        content = self.paper.content
        if content.quota is None or self.paper.sheet.quota_limit is None:
            return ""
        return self.words(content.options[content.quota.option - 1].label)

    @property
    def quota_item(self) -> str:
        """Place of the item on which the quota counts."""
        overall = self.paper.content.quota_item
        return "" if overall is None else str(self.paper.sheet.items.index(overall))

    @property
    def quota_item_name(self) -> str:
        """Its name."""
        overall = self.paper.content.quota_item
        return "" if overall is None else self._split(self.words(overall.text), "")[0]

    def at_the_top(self, fields: Mapping[str, str]) -> tuple[CardView, ...]:
        """The cards whose quota item got the quota's option, in a ballot as sent."""
        quota, place = self.paper.content.quota, self.quota_item
        if quota is None or not place:
            return ()
        top = str(quota.option)
        return tuple(card for card in self.cards if fields.get(card.items[int(place)].name) == top)

    def item_name(self, target: int, item: int) -> str:
        """Name of an item as it stands on a card."""
        return self.cards[target].items[item].head

    def _card(self, place: int, name: str) -> CardView:
        content, sheet = self.paper.content, self.paper.sheet
        items = tuple(
            self._item(item, sheet.names[place][number], name)
            for number, item in enumerate(sheet.items)
        )
        comment = content.comment
        if comment is None:
            return CardView(place, name, items, None)
        label = self._named(self.words(comment.text), name)
        return CardView(
            place,
            name,
            items,
            CommentView(f"c{place}", label, comment.max_length, self._skips(comment)),
        )

    def _item(self, item: Item, name: str, unit: str) -> ItemView:
        head, rest = self._split(self.words(item.text), unit)
        return ItemView(
            name, head, rest, tuple(self._options(item, name, unit)), self._skips(item), item.kind
        )

    def _options(self, item: Item, name: str, unit: str) -> Iterator[OptionView]:
        for number in range(item.low, item.high + 1) if item.kind is ItemKind.NUMBER else ():
            yield OptionView(str(number), str(number), False, self._routes(item, number), name)
        each_its_own = item.kind in BYTE_FOR_EACH_OPTION
        for place, option in enumerate(self.paper.content.options_of(item), start=1):
            yield OptionView(
                "1" if each_its_own else self._value(item, place),
                self._named(self.words(option.label), unit),
                option.dont_know,
                self._routes(item, place),
                f"{name}_{place}" if each_its_own else name,
            )

    @staticmethod
    def _value(item: Item, place: int) -> str:
        return DONT_KNOW_VALUE if item.kind is ItemKind.NUMBER else str(place)

    def _split(self, text: str, unit: str) -> tuple[str, str]:
        head, *rest = _COLON.split(self._named(text, unit), maxsplit=1)
        return head, rest[0] if rest else ""

    def _routes(self, item: Item, value: int) -> str:
        return " ".join(
            f"r{place}"
            for place, condition in enumerate(self._conditions)
            if condition.item == item.code and (value in condition.values) == condition.negated
        )

    def _skips(self, item: Item) -> str:
        return "".join(f" x{self._conditions.index(each)}" for each in item.show_if)

    @cached_property
    def _conditions(self) -> tuple[Condition, ...]:
        """What decides whether an item is asked, each once."""
        items = self.paper.content.items
        return tuple(dict.fromkeys(each for item in items for each in item.show_if))

    @staticmethod
    def _named(text: str, unit: str) -> str:
        return _BLANK.sub(lambda _: unit, text)


def _reading_seconds(text: str, language: str) -> float:
    if language == "en":
        return len(text.split()) * 60 / WORDS_A_MINUTE
    return math.fsum(1 for character in text if not character.isspace()) * 60 / CHARACTERS_A_MINUTE
