"""The builder's form: its fields read back into a questionnaire.

Names of fields: ``title.zh``, ``scale.0.points``, ``section.0.code``, ``item.2.weight``,
``item.2.option.0.zh``. A row of options or sections whose Chinese words are empty is left out, so
the blank row at the end adds one when it is filled, and emptying a row deletes it. What cannot be
read keeps its value from before and is noted.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, get_args

from pydantic import ValidationError

from surveys.questionnaires.faults import WORDS_WANTED
from surveys.setup.cell_text import as_number
from surveys.setup.conditions import ConditionUnreadable, codes_of, read_conditions
from surveys.setup.questionnaires import (
    WITHOUT_BYTES,
    FormKind,
    Item,
    ItemKind,
    Option,
    QuestionnaireContent,
    Quota,
    Section,
)
from surveys.setup.words import LANGUAGE, Words

MOST_ROWS: Final = 80
LONGEST: Final = 500
CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")


@dataclass
class BuilderFields:
    """The fields as sent, read against what the draft held before.

    Parameters
    ----------
    unread : names of fields whose value was not understood
    """

    sent: Mapping[str, str]
    before: QuestionnaireContent
    unread: list[str] = field(default_factory=list)

    def content(self) -> QuestionnaireContent:
        """The questionnaire."""
        options = tuple(self._options("scale"))
        items: dict[str, Item] = {}
        for number in self.item_numbers():
            item = self._item(f"item.{number}", items, options)
            items[item.code] = item
        return self.before.model_copy(
            update={
                "code": self._code("code", self.before.code),
                "kind": self._one_of("kind", get_args(FormKind), "kind"),
                "title": self._words("title"),
                "intro": self._words("intro"),
                "options": options,
                "items": tuple(items.values()),
                "sections": tuple(self._sections()),
                "quota": self._quota(),
                "most_targets": self._whole("most_targets", self.before.most_targets),
                "random_order": "random_order" in self.sent,
            }
        )

    def languages(self) -> tuple[str, ...]:
        """Tags beside Chinese and English: those there are, and those asked for."""
        asked = re.split(r"[\s,，、]+", self.sent.get("languages", ""))
        return tuple(
            tag
            for tag in dict.fromkeys(asked)
            if LANGUAGE.fullmatch(tag) and tag not in {"zh", "en"}
        )

    def item_numbers(self) -> list[int]:
        """Places of the items in the order that was dragged; by the fields where it says none."""
        numbers = [n for n in range(MOST_ROWS) if f"item.{n}.code" in self.sent]
        return sorted(numbers, key=lambda n: (self._whole(f"item.{n}.order", n), n))

    def _item(self, name: str, earlier: Mapping[str, Item], scale: tuple[Option, ...]) -> Item:
        code = self._code(f"{name}.code", name.replace("item.", "Q"))
        while code in earlier:
            code = f"{code[:28]}_2"
        kind = ItemKind(self._one_of(f"{name}.kind", tuple(ItemKind), "rating"))
        options = tuple(self._options(f"{name}.option"))
        return Item(
            code=code,
            kind=kind,
            text=self._words(name),
            weight=self._number(f"{name}.weight", Decimal(0)) or Decimal(0),
            options=() if kind in WITHOUT_BYTES else options,
            required=f"{name}.required" in self.sent and kind is not ItemKind.NOTE,
            show_if=self._conditions(f"{name}.show_if", earlier, scale),
            section=self.sent.get(f"{name}.section", ""),
            **self._limits(name, kind),
        )

    def _limits(self, name: str, kind: ItemKind) -> dict[str, int]:
        wanted = {
            ItemKind.NUMBER: ("low", "high"),
            ItemKind.SEVERAL: ("fewest", "most"),
            ItemKind.RANKING: ("fewest", "most"),
            ItemKind.COMMENT: ("max_length",),
        }
        begun = {"high": 10, "max_length": 100}
        return {
            limit: self._whole(f"{name}.{limit}", begun.get(limit, 0))
            for limit in wanted.get(kind, ())
        }

    def _conditions(
        self, name: str, earlier: Mapping[str, Item], scale: tuple[Option, ...]
    ) -> tuple[Any, ...]:
        codes = {each.code: codes_of(each, scale) for each in earlier.values() if each.answered}
        try:
            return read_conditions(self.sent.get(name, ""), codes)
        except ConditionUnreadable:
            self.unread.append(name)
            return ()

    def _options(self, name: str) -> Iterator[Option]:
        codes: set[str] = set()
        for number in range(MOST_ROWS):
            row = f"{name}.{number}"
            if not self.sent.get(f"{row}.zh", "").strip():
                continue
            code = self._code(f"{row}.code", str(number + 1))
            while code in codes:
                code = f"{code[:28]}_2"
            codes.add(code)
            dont_know = f"{row}.dont_know" in self.sent
            points = None if dont_know else self._number(f"{row}.points", None)
            yield Option(code=code, label=self._words(row), points=points, dont_know=dont_know)

    def _sections(self) -> Iterator[Section]:
        for number in range(MOST_ROWS):
            name = f"section.{number}"
            if self.sent.get(f"{name}.zh", "").strip():
                code = self._code(f"{name}.code", f"S{number + 1}")
                yield Section(code=code, title=self._words(name))

    def _quota(self) -> Quota | None:
        """The cap; `faults` judges whether its item has the answer.

        ``2`` is an answer of the shared scale, ``C3.2`` one of item C3's own: then the cap counts
        there, whatever else is chosen.
        """
        share = self._number("quota.share", None)
        own, _, number = self.sent.get("quota.option", "").rpartition(".")
        if not share or not (number.isascii() and number.isdecimal() and int(number)):
            return None
        item = own or self.sent.get("quota.item", "")
        return Quota(option=int(number), share=share / 100, item=item)

    def _words(self, name: str) -> Words:
        texts = {
            tag: self.sent.get(f"{name}.{tag}", "").strip()[:LONGEST].replace("{单位}", "{unit}")
            for tag in ("zh", "en", *self.languages())
        }
        kept = {tag: text for tag, text in texts.items() if text}
        return Words(**{"zh": WORDS_WANTED, **kept})

    def _code(self, name: str, otherwise: str) -> str:
        code = self.sent.get(name, "").strip()
        if CODE.fullmatch(code):
            return code
        if code:
            self.unread.append(name)
        return otherwise

    def _one_of(self, name: str, known: tuple[str, ...], otherwise: str) -> str:
        value = self.sent.get(name, "")
        usual = self.before.kind if otherwise == "kind" else otherwise
        return value if value in known else usual

    def _number(self, name: str, otherwise: Decimal | None) -> Decimal | None:
        text = self.sent.get(name, "").strip()
        number = as_number(text) if text else None
        if text and (number is None or not 0 <= number <= 1000):
            self.unread.append(name)
            return otherwise
        return otherwise if number is None else number

    def _whole(self, name: str, otherwise: int) -> int:
        number = self._number(name, None)
        if number is None or number != number.to_integral_value():
            if number is not None:
                self.unread.append(name)
            return otherwise
        return int(number)


@dataclass(frozen=True)
class Built:
    """What came of the fields.

    Parameters
    ----------
    unread : names of fields that were not understood
    order : numbers of the items' fields in the order of the items
    """

    content: QuestionnaireContent
    unread: tuple[str, ...]
    order: tuple[int, ...]


def read_builder(sent: Mapping[str, str], before: QuestionnaireContent) -> Built:
    """The questionnaire as edited."""
    fields = BuilderFields(sent, before)
    order = tuple(fields.item_numbers())
    try:
        return Built(fields.content(), tuple(fields.unread), order)
    except ValidationError as error:
        unread = tuple(".".join(map(str, each["loc"])) for each in error.errors())
        return Built(before, unread, tuple(range(len(before.items))))
