"""The few expressions of XLSForm that a questionnaire needs: relevant and constraint.

Understood are ``${Q1} = 'a'``, ``!=``, ``<``, ``<=``, ``>``, ``>=`` on numbers,
``selected(${Q1}, 'a')`` and ``not(…)`` of it, joined by ``and``; alternatives on one item joined by
``or`` in parentheses.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from operator import ge, gt, le, lt
from typing import Final

from surveys.setup.conditions import NUMBERS
from surveys.setup.questionnaires import Condition, Item, ItemKind

_TOKEN: Final = re.compile(
    r"\s*(?:(?P<item>\$\{[^}\s]+\})|'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<number>-?\d+)"
    r"|(?P<sign><=|>=|!=|[=<>(),])|(?P<word>selected|not|and|or)\b)"
)
_ORDER: Final[Mapping[str, Callable[[int, int], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_LIMITS: Final = re.compile(
    r"(?P<what>count-selected\(\s*\.\s*\)|string-length\(\s*\.\s*\)|\.)\s*(?P<sign><=|>=)\s*"
    r"(?P<number>-?\d{1,6})"
)


class ExpressionUnreadable(ValueError):
    """Carries the expression, or the part that is not understood."""


def read_relevant(
    text: str, codes: Mapping[str, Sequence[str]], items: Mapping[str, Item]
) -> tuple[Condition, ...]:
    """Read a `relevant`; conditions on one item that say what it must not be become one.

    Raises
    ------
    ExpressionUnreadable
    """
    reader = _Reader(text, codes, items)
    return _merged(reader.all_of())


def write_relevant(
    conditions: Sequence[Condition],
    codes: Mapping[str, Sequence[str]],
    items: Mapping[str, Item],
) -> str:
    """Write a `relevant` that is read again as the same conditions."""
    return " and ".join(_written(each, codes[each.item], items[each.item]) for each in conditions)


def read_limits(text: str) -> tuple[dict[str, int], dict[str, int]]:
    """Least and greatest values of a `constraint` by what they limit: ., count-selected(.)…

    Raises
    ------
    ExpressionUnreadable
    """
    low: dict[str, int] = {}
    high: dict[str, int] = {}
    for part in re.split(r"\band\b", text):
        match = _LIMITS.fullmatch(part.strip())
        if match is None:
            raise ExpressionUnreadable(part.strip())
        what = re.sub(r"\s", "", match["what"])
        (high if match["sign"] == "<=" else low)[what] = int(match["number"])
    return low, high


def _written(condition: Condition, codes: Sequence[str], item: Item) -> str:
    each = [_term(condition, value, codes, item) for value in condition.values]
    if condition.negated:
        return " and ".join(each)
    return each[0] if len(each) == 1 else f"({' or '.join(each)})"


def _term(condition: Condition, value: int, codes: Sequence[str], item: Item) -> str:
    name = f"${{{condition.item}}}"
    if item.kind is ItemKind.SEVERAL:
        chosen = f"selected({name}, '{codes[value - 1]}')"
        return f"not({chosen})" if condition.negated else chosen
    answer = str(value) if codes == NUMBERS else f"'{codes[value - 1]}'"
    return f"{name} {'!=' if condition.negated else '='} {answer}"


def _merged(found: Sequence[Condition]) -> tuple[Condition, ...]:
    """Exclusions of one item as one condition; the others as they stand."""
    merged: dict[object, Condition] = {}
    for place, each in enumerate(found):
        key: object = each.item if each.negated else place
        before = merged.get(key)
        values = {*each.values, *(before.values if before else ())}
        merged[key] = each.model_copy(update={"values": tuple(sorted(values))})
    return tuple(merged.values())


class _Reader:
    """Reads from left to right; a condition is the smallest part."""

    def __init__(
        self, text: str, codes: Mapping[str, Sequence[str]], items: Mapping[str, Item]
    ) -> None:
        self.text, self.codes, self.items = text, codes, items
        self.tokens = list(self._split())
        self.at = 0

    def all_of(self) -> list[Condition]:
        found = [self._any_of()]
        while self._take("and"):
            found.append(self._any_of())
        if self.at < len(self.tokens):
            raise ExpressionUnreadable(self.text)
        return found

    def _any_of(self) -> Condition:
        if not self._take("("):
            return self._one()
        found = [self._one()]
        while self._take("or"):
            found.append(self._one())
        self._need(")")
        first = found[0]
        if any(each.item != first.item or each.negated for each in found) and len(found) > 1:
            raise ExpressionUnreadable(self.text)
        values = sorted({value for each in found for value in each.values})
        return first.model_copy(update={"values": tuple(values)})

    def _one(self) -> Condition:
        if self._take("not"):
            self._need("(")
            inner = self._selected()
            self._need(")")
            return inner.model_copy(update={"negated": True})
        if self._peek() == "selected":
            return self._selected()
        item = self._item()
        sign = self._next()
        if sign in _ORDER:
            return self._compared(item, sign, self._next())
        if sign not in {"=", "!="}:
            raise ExpressionUnreadable(self.text)
        value = self._value(item, self._next())
        return Condition(item=item, values=(value,), negated=sign == "!=")

    def _selected(self) -> Condition:
        self._need("selected")
        self._need("(")
        item = self._item()
        self._need(",")
        value = self._value(item, self._next())
        self._need(")")
        return Condition(item=item, values=(value,))

    def _compared(self, item: str, sign: str, written: str) -> Condition:
        asked = self.items[item]
        if asked.kind is not ItemKind.NUMBER or not written.lstrip("-").isdecimal():
            raise ExpressionUnreadable(self.text)
        scale = range(asked.low, asked.high + 1)
        values = tuple(each for each in scale if _ORDER[sign](each, int(written)))
        if not values:
            raise ExpressionUnreadable(self.text)
        return Condition(item=item, values=values)

    def _item(self) -> str:
        name = self._next().strip("${}")
        if name not in self.codes:
            raise ExpressionUnreadable(name)
        return name

    def _value(self, item: str, written: str) -> int:
        codes = self.codes[item]
        if codes == NUMBERS and written.lstrip("-").isdecimal():
            return int(written)
        if codes == NUMBERS or written not in codes:
            raise ExpressionUnreadable(written)
        return codes.index(written) + 1

    def _split(self) -> list[str]:
        found, at = [], 0
        text = self.text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise ExpressionUnreadable(text[at : at + 40])
            found.append(next(part for part in match.groups() if part is not None))
            at = match.end()
        return found

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self.at += 1
        return token

    def _take(self, wanted: str) -> bool:
        if self._peek() == wanted and self.at < len(self.tokens):
            self.at += 1
            return True
        return False

    def _need(self, wanted: str) -> None:
        if not self._take(wanted):
            raise ExpressionUnreadable(self.text)
