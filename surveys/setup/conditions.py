"""Conditions as the office writes them into a cell: ``C1=1、2；C2≠3``.

Options stand by their codes, numbers by themselves; all conditions of a cell must hold.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from surveys.setup.questionnaires import (
    YES_NO,
    Condition,
    Item,
    ItemKind,
    Option,
    QuestionnaireContent,
)

_BETWEEN: Final = re.compile(r"[；;\n]")
_CONDITION: Final = re.compile(r"\s*([^\s=≠!]+)\s*(=|≠|!=)\s*(.+?)\s*")
_VALUES: Final = re.compile(r"[、,，\s]+")


class ConditionUnreadable(ValueError):
    """Carries the part that could not be read."""


def read_conditions(text: str, codes: Mapping[str, Sequence[str]]) -> tuple[Condition, ...]:
    """Read a cell.

    Parameters
    ----------
    codes : by item, what its answers are called, from the first option on

    Raises
    ------
    ConditionUnreadable : with the part in question
    """
    parts = (part for part in _BETWEEN.split(text) if part.strip())
    return tuple(_condition(part, codes) for part in parts)


def _condition(text: str, codes: Mapping[str, Sequence[str]]) -> Condition:
    match = _CONDITION.fullmatch(text)
    if match is None or match[1] not in codes:
        raise ConditionUnreadable(text.strip())
    known = {code: place for place, code in enumerate(codes[match[1]], start=1)}
    numbers = codes[match[1]] == NUMBERS
    values = [code for code in _VALUES.split(match[3]) if code]
    if not values or any(not code.isdecimal() if numbers else code not in known for code in values):
        raise ConditionUnreadable(text.strip())
    return Condition(
        item=match[1],
        values=tuple(sorted(int(code) if numbers else known[code] for code in values)),
        negated=match[2] != "=",
    )


# Stands for the codes of an item whose answers are numbers.
NUMBERS: Final = ("0-9",)


def answer_codes(content: QuestionnaireContent) -> dict[str, Sequence[str]]:
    """By item, what its answers are called."""
    return {item.code: codes_of(item, content.options) for item in content.answered_items}


def codes_of(item: Item, scale: Sequence[Option]) -> Sequence[str]:
    """What the answers to one item are called; `scale` is for ratings without options."""
    if item.kind is ItemKind.NUMBER:
        return NUMBERS
    usual = YES_NO if item.kind is ItemKind.YES_NO else scale
    return tuple(option.code for option in item.options or usual)


def write_conditions(conditions: Sequence[Condition], codes: Mapping[str, Sequence[str]]) -> str:
    """Write a cell that `read_conditions` reads again."""
    return "；".join(_written(condition, codes[condition.item]) for condition in conditions)


def _written(condition: Condition, codes: Sequence[str]) -> str:
    values = [str(v) if codes == NUMBERS else codes[v - 1] for v in condition.values]
    return f"{condition.item}{'≠' if condition.negated else '='}{'、'.join(values)}"
