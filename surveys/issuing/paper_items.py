"""A questionnaire laid out for ticking by hand: what stands in tables, and what in lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from surveys.casting.answers import AnswerSheet
from surveys.setup.questionnaires import (
    Condition,
    Item,
    ItemKind,
    Option,
    QuestionnaireContent,
)
from surveys.setup.words import Words

ONE_TICK: Final = frozenset({ItemKind.RATING, ItemKind.CHOICE, ItemKind.YES_NO})
# More boxes than these do not fit into a table's cell.
MOST_BOXES: Final = 7
# Numbers of a longer scale are written, not ticked.
MOST_TICKED_NUMBERS: Final = 11
STRAIGHT: Final = str.maketrans("“”‘’", "\"\"''")


@dataclass(frozen=True)
class PaperWords:
    """What the questionnaire says, in the language of the paper.

    Parameters
    ----------
    language : ``"zh"`` or ``"en"``; where a form has no words in it, they are Chinese
    unit : the one rated, for items that name it; "" where there are several
    """

    content: QuestionnaireContent
    language: str
    unit: str = ""

    def say(self, words: Words) -> str:
        """Words of the form."""
        other = "this unit" if self.language == "en" else "该单位"
        return self.quoted(words.in_language(self.language)).replace("{unit}", self.unit or other)

    def quoted(self, text: str) -> str:
        """The fonts' quotation marks are those of Chinese: too wide between Latin letters."""
        return text.translate(STRAIGHT) if self.language == "en" else text

    def number(self, item: Item) -> int:
        """As `item_number`."""
        return item_number(self.content, item)

    def options(self, item: Item) -> list[dict[str, Any]]:
        """The options with the digit that is keyed in for each."""
        return [
            {"digit": place, "label": self.say(option.label)}
            for place, option in enumerate(self.content.options_of(item), start=1)
        ]

    def condition(self, item: Item) -> str:
        """When an item is to be answered, or ""."""
        joined = (" and " if self.language == "en" else "，且").join(
            self._one(condition) for condition in item.show_if
        )
        if not joined:
            return ""
        return f"only if {joined}" if self.language == "en" else f"{joined}时填写"

    def hint(self, item: Item) -> str:
        """How an item is answered, where it is not by one tick."""
        english = self.language == "en"
        match item.kind:
            case ItemKind.SEVERAL:
                return several_hint(item, english=english)
            case ItemKind.RANKING:
                return ranking_hint(item, english=english)
            case ItemKind.NUMBER if item.high - item.low >= MOST_TICKED_NUMBERS:
                return (
                    f"write a whole number from {item.low} to {item.high}"
                    if english
                    else f"请填写{item.low}至{item.high}的整数"
                )
            case _:
                return ""

    def _one(self, condition: Condition) -> str:
        item = next(each for each in self.content.items if each.code == condition.item)
        told = self._values(item, condition)
        if self.language == "en":
            return f"no. {self.number(item)} is {'not ' if condition.negated else ''}{told}"
        return f"第{self.number(item)}题{'未选' if condition.negated else '选'}{told}"

    def _values(self, item: Item, condition: Condition) -> str:
        english = self.language == "en"
        if item.kind is ItemKind.NUMBER:
            labels = [str(value) for value in condition.values]
        else:
            options = self.content.options_of(item)
            labels = [self.say(options[value - 1].label) for value in condition.values]
        quoted = [f"“{label}”" for label in labels]
        return self.quoted((" or " if english else "或").join(quoted))


def item_number(content: QuestionnaireContent, item: Item) -> int:
    """Which number an item has on the paper; notes have none."""
    numbered = [each.code for each in content.items if each.kind is not ItemKind.NOTE]
    return numbered.index(item.code) + 1


def several_hint(item: Item, *, english: bool) -> str:
    """How many may be ticked."""
    if item.fewest and item.most:
        return (
            f"tick {item.fewest} to {item.most}"
            if english
            else (f"可多选，选{item.fewest}至{item.most}项")
        )
    if item.most:
        return f"tick at most {item.most}" if english else f"可多选，最多{item.most}项"
    return "tick all that apply" if english else "可多选"


def ranking_hint(item: Item, *, english: bool) -> str:
    """How places are written."""
    most = item.most or 0
    if english:
        what = f"the best {most}" if most else "them"
        return f"rank {what}: write 1, 2, 3 … into the boxes"
    what = f"选出前{most}名，" if most else ""
    return f"{what}在方格内填写名次1、2、3……"


def in_table(content: QuestionnaireContent, item: Item) -> bool:
    """Whether an item has a column of its own where several units are rated on one paper."""
    if item.show_if:
        return False
    if item.kind is ItemKind.NUMBER:
        return not item.options
    return item.kind in ONE_TICK and len(content.options_of(item)) <= MOST_BOXES


def scale_numbers(item: Item) -> list[int]:
    """The numbers to be ticked, where the scale is short."""
    if item.kind is not ItemKind.NUMBER or item.high - item.low >= MOST_TICKED_NUMBERS:
        return []
    return list(range(item.low, item.high + 1))


def item_data(words: PaperWords, item: Item) -> dict[str, Any]:
    """One item as the template draws it in lines."""
    ticked_numbers = scale_numbers(item)
    return {
        "kind": item.kind.value,
        "number": 0 if item.kind is ItemKind.NOTE else words.number(item),
        "text": words.say(item.text),
        "hint": words.hint(item),
        "condition": words.condition(item),
        "options": words.options(item) if item.answered else [],
        "numbers": ticked_numbers,
        "written": item.kind is ItemKind.NUMBER and not ticked_numbers,
        "lines": min(max(item.max_length // 60, 2), 5),
    }


def column_data(words: PaperWords, item: Item) -> dict[str, Any]:
    """One item as a column of the table."""
    boxes = [] if item.kind is ItemKind.NUMBER else words.options(item)
    head, _ = head_and_rest(words.say(item.text))
    return {
        "number": words.number(item),
        "text": head,
        "boxes": [each["digit"] for each in boxes],
        "range": f"{item.low}–{item.high}" if item.kind is ItemKind.NUMBER else "",
    }


def head_and_rest(text: str) -> tuple[str, str]:
    """The words before a colon, and what is meant."""
    head, _, rest = text.replace(": ", "：", 1).partition("：")
    return head, rest


def meanings(words: PaperWords, items: Sequence[Item]) -> list[str]:
    """What the columns mean, where their heads do not say all."""
    split = [(words.number(item), *head_and_rest(words.say(item.text))) for item in items]
    colon = ": " if words.language == "en" else "："
    return [f"{number}. {head}{colon}{rest}" for number, head, rest in split if rest]


def legends(words: PaperWords, items: Sequence[Item]) -> list[dict[str, Any]]:
    """Which digit means what, once for all columns that have the same options."""
    found: list[tuple[tuple[Option, ...], list[int]]] = []
    for item in items:
        if item.kind is ItemKind.NUMBER:
            continue
        options = words.content.options_of(item)
        for known, numbers in found:
            if known == options:
                numbers.append(words.number(item))
                break
        else:
            found.append((options, [words.number(item)]))
    return [
        {
            "numbers": numbers if len(found) > 1 else [],
            "options": [
                {"digit": place, "label": words.say(option.label)}
                for place, option in enumerate(options, start=1)
            ],
        }
        for options, numbers in found
    ]


def quota_data(words: PaperWords, n_targets: int) -> dict[str, Any] | None:
    """How many may get the best mark, where that is limited."""
    content = words.content
    limit, item = AnswerSheet(content, n_targets).quota_limit, content.quota_item
    if content.quota is None or item is None or limit is None:
        return None
    option = content.options_of(item)[content.quota.option - 1]
    return {"number": words.number(item), "option": words.say(option.label), "limit": limit}
