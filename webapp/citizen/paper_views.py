"""A ballot paper as its template reads it: every word in one language, every name in place."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from markupsafe import Markup

from surveys.casting.item_readers import DONT_KNOW_VALUE
from surveys.casting.papers import Paper
from surveys.setup.questionnaires import BYTE_FOR_EACH_OPTION, Condition, Item, ItemKind
from surveys.setup.words import Words, direction
from webapp.languages import catalogue_language, name_of_language

# Reading Chinese silently, characters a minute; English, words a minute; one tap, seconds.
CHARACTERS_A_MINUTE = 240
WORDS_A_MINUTE = 200
SECONDS_A_TAP = 2
# More columns than these, or longer words in a cell, and a table is harder to read than cards.
MOST_COLUMNS = 8
MOST_MARKS = 6
LONGEST_MARK = 3
LETTERS = "ABCDEFGHIJ"

_BLANK = re.compile(r"\{(?:单位|unit)\}")
_COLON = re.compile(r"[：:]\s*")


@dataclass(frozen=True, slots=True)
class OptionView:
    """One answer of an item.

    Parameters
    ----------
    name, value : what goes into the form
    mark : its label, or a letter where a table has no room for it
    marks : classes by which the page knows what else is asked after it
    """

    name: str
    value: str
    label: str
    mark: str
    dont_know: bool
    marks: str


@dataclass(frozen=True, slots=True)
class PartView:
    """A question, a comment or a note: `head` before the colon of its text, `rest` behind it.

    Parameters
    ----------
    name : of its field
    section : title of the section that begins here, or ""
    asked_if : classes by which the page knows when it is asked
    fewest, most : options to be chosen, where several are; of a comment `most` characters
    """

    name: str
    kind: ItemKind
    head: str
    rest: str
    options: tuple[OptionView, ...]
    required: bool
    asked_if: str
    fewest: int
    most: int
    section: str = ""

    @property
    def label(self) -> str:
        """The whole text."""
        return f"{self.head}: {self.rest}" if self.rest else self.head


@dataclass(frozen=True, slots=True)
class CardView:
    """All that is asked about one target; of a member, `about` says unit and post."""

    place: int
    name: str
    parts: tuple[PartView, ...]
    about: str = ""

    @property
    def items(self) -> tuple[PartView, ...]:
        """The questions, in the order of the ballot's bytes."""
        without = {ItemKind.COMMENT, ItemKind.NOTE}
        return tuple(part for part in self.parts if part.kind not in without)

    @property
    def comments(self) -> tuple[PartView, ...]:
        """The fields of free text."""
        return tuple(part for part in self.parts if part.kind is ItemKind.COMMENT)


@dataclass(frozen=True)
class PaperView:
    """The whole paper in `language`, one of the questionnaire's."""

    paper: Paper
    language: str

    def words(self, words: Words) -> str:
        """The words in the page's language."""
        return words.in_language(self.language)

    @property
    def direction(self) -> str:
        """How the page is written: ``ltr`` or ``rtl``."""
        return direction(self.language)

    @property
    def tongue(self) -> Markup:
        """An attribute for the questionnaire's words, where the frame speaks another language."""
        if catalogue_language(self.language) == self.language:
            return Markup("")
        return Markup(' lang="{}"').format(self.language)

    @cached_property
    def other_languages(self) -> tuple[tuple[str, str], ...]:
        """Tags and own names of the languages the paper also has."""
        tags = self.paper.content.languages
        return tuple((tag, name_of_language(tag)) for tag in tags if tag != self.language)

    @property
    def title(self) -> str:
        """Of the questionnaire."""
        return self.words(self.paper.content.title)

    @cached_property
    def units(self) -> tuple[str, ...]:
        """Names of the targets, in order."""
        return tuple(self.words(target.name) for target in self.paper.targets)

    @property
    def lead(self) -> str:
        """Unit and post of the one member rated; "" where that stands on the cards."""
        about = self.paper.targets[0].about
        return self.words(about) if self.single and about is not None else ""

    @property
    def single(self) -> bool:
        """Whether one target alone is rated."""
        return len(self.units) == 1

    @cached_property
    def table(self) -> bool:
        """Whether a wide screen shows units down and items across: short ratings, all alike."""
        content = self.paper.content
        options = content.options
        return (
            not self.single
            and 2 <= len(content.answered_items) <= MOST_COLUMNS
            and len(options) <= MOST_MARKS
            and not content.sections
            and all(item.kind is ItemKind.RATING for item in content.answered_items)
            and all(content.options_of(item) == options for item in content.answered_items)
            and all(item.kind is not ItemKind.NOTE for item in content.items)
        )

    @property
    def intro(self) -> str:
        """The questionnaire's own first words, with the unit's name in the blank."""
        return self._named(self.words(self.paper.content.intro), self.units[0])

    @cached_property
    def cards(self) -> tuple[CardView, ...]:
        """One for each target."""
        return tuple(self._card(place, name) for place, name in enumerate(self.units))

    @property
    def explained(self) -> tuple[PartView, ...]:
        """Items with an explanation; said once on a paper about several targets."""
        return tuple(item for item in self.cards[0].items if item.rest)

    @property
    def lettered(self) -> tuple[OptionView, ...]:
        """The options of a table whose cells have room for letters alone; none elsewhere."""
        if not self.table:
            return ()
        options = self.cards[0].items[0].options
        return options if any(option.mark != option.label for option in options) else ()

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
        return "" if self._capped is None else self._capped.label

    @property
    def quota_value(self) -> str:
        """What the form sends for it."""
        return "" if self._capped is None else self._capped.value

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
        place, top = self.quota_item, self.quota_value
        if not place or not top:
            return ()
        return tuple(card for card in self.cards if fields.get(card.items[int(place)].name) == top)

    def item_name(self, target: int, item: int) -> str:
        """Name of an item as it stands on a card."""
        return self.cards[target].items[item].head

    @cached_property
    def _capped(self) -> OptionView | None:
        """The capped option on the item on which the cap counts."""
        quota, place = self.paper.content.quota, self.quota_item
        if quota is None or not place or self.paper.sheet.quota_limit is None:
            return None
        return self.cards[0].items[int(place)].options[quota.option - 1]

    def _card(self, place: int, unit: str) -> CardView:
        titles = {
            section.code: self.words(section.title) for section in self.paper.content.sections
        }
        parts: list[PartView] = []
        before = ""
        for item, name in zip(self.paper.content.items, self._names(place), strict=True):
            part = self._part(item, name, unit)
            if item.section != before:
                part = replace(part, section=titles.get(item.section, ""))
            before = item.section
            parts.append(part)
        about = self.paper.targets[place].about
        return CardView(place, unit, tuple(parts), "" if about is None else self.words(about))

    def _names(self, place: int) -> Iterator[str]:
        """Names of all parts' fields, notes included."""
        answers = iter(self.paper.sheet.names[place])
        comments = iter(self.paper.sheet.comment_names[place])
        for number, item in enumerate(self.paper.content.items):
            match item.kind:
                case ItemKind.NOTE:
                    yield f"note{place}_{number}"
                case ItemKind.COMMENT:
                    yield next(comments)
                case _:
                    yield next(answers)

    def _part(self, item: Item, name: str, unit: str) -> PartView:
        head, rest = self._split(self.words(item.text), unit)
        if item.kind in {ItemKind.COMMENT, ItemKind.NOTE}:
            head, rest = self._named(self.words(item.text), unit), ""
        options = tuple(self._options(item, name, unit))
        n_ticks = sum(not option.dont_know for option in options)
        return PartView(
            name,
            item.kind,
            head,
            rest,
            options,
            required=item.required,
            asked_if=self._asked_if(item),
            fewest=item.fewest or 1,
            most=item.max_length if item.kind is ItemKind.COMMENT else item.most or n_ticks,
        )

    def _options(self, item: Item, name: str, unit: str) -> Iterator[OptionView]:
        for number in range(item.low, item.high + 1) if item.kind is ItemKind.NUMBER else ():
            text = str(number)
            yield OptionView(name, text, text, text, False, self._marks(item, number))
        each_its_own = item.kind in BYTE_FOR_EACH_OPTION
        for place, option in enumerate(self.paper.content.options_of(item), start=1):
            label = self._named(self.words(option.label), unit)
            yield OptionView(
                f"{name}_{place}" if each_its_own else name,
                "1" if each_its_own else self._value(item, place),
                label,
                self._mark(place, label),
                option.dont_know,
                self._marks(item, place),
            )

    def _mark(self, place: int, label: str) -> str:
        """What a cell of a table shows for an option."""
        if not self.table:
            return label
        labels = [self.words(option.label) for option in self.paper.content.options]
        short = all(len(each) <= LONGEST_MARK for each in labels)
        return label if short else LETTERS[place - 1]

    @staticmethod
    def _value(item: Item, place: int) -> str:
        return DONT_KNOW_VALUE if item.kind is ItemKind.NUMBER else str(place)

    def _split(self, text: str, unit: str) -> tuple[str, str]:
        head, *rest = _COLON.split(self._named(text, unit), maxsplit=1)
        return head, rest[0] if rest else ""

    def _marks(self, item: Item, value: int) -> str:
        # r7: passes what stands under condition 7; y7: leads to it.
        return " ".join(
            f"{'r' if condition.negated else 'y'}{place}"
            for place, condition in enumerate(self._conditions)
            if condition.item == item.code and value in condition.values
        )

    def _asked_if(self, item: Item) -> str:
        return "".join(
            f" {'x' if each.negated else 'w'}{self._conditions.index(each)}"
            for each in item.show_if
        )

    @cached_property
    def _conditions(self) -> tuple[Condition, ...]:
        """What decides whether an item is asked, each once."""
        items = self.paper.content.items
        return tuple(dict.fromkeys(each for item in items for each in item.show_if))

    @staticmethod
    def _named(text: str, unit: str) -> str:
        return _BLANK.sub(lambda _: unit, text)


def _reading_seconds(text: str, language: str) -> float:
    if language == "zh":
        return (
            math.fsum(1 for character in text if not character.isspace()) * 60 / CHARACTERS_A_MINUTE
        )
    return len(text.split()) * 60 / WORDS_A_MINUTE
