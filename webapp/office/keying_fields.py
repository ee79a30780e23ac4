"""The fields into which a paper ballot is keyed: one number for each answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from surveys.casting.papers import Paper
from surveys.issuing.paper_items import item_number
from surveys.setup.questionnaires import BYTE_FOR_EACH_OPTION, Item, ItemKind, Option
from surveys.setup.words import Words

# The box beside a number: how its field is named here, and what the questionnaire calls it.
TICKED: Final = "_dk"
DONT_KNOW: Final = "dont_know"
NEITHER: Final = "?"


@dataclass(frozen=True)
class KeyField:
    """One number.

    Parameters
    ----------
    label : what stands on the paper beside it, if it is one of several of an item
    most : the largest number
    unclear : whether two readings differ here
    """

    name: str
    label: Words | None
    least: int
    most: int
    unclear: bool


@dataclass(frozen=True)
class KeyRow:
    """One item of one target.

    Parameters
    ----------
    number : of the item on the printed paper
    legend : which number means what; empty where it is as in the row before
    """

    item: Item
    number: int
    place: int
    fields: tuple[KeyField, ...]
    legend: tuple[tuple[int, Option], ...]


def key_rows(paper: Paper, unclear: frozenset[int]) -> list[list[KeyRow]]:
    """For each target its items, in the order of the paper."""
    return [
        once_explained(
            [row_of(paper, target, place, unclear) for place in range(len(paper.sheet.items))]
        )
        for target in range(len(paper.targets))
    ]


def once_explained(rows: list[KeyRow]) -> list[KeyRow]:
    """The rows, with a legend only where it changes."""
    before: tuple[tuple[int, Option], ...] = ()
    explained = []
    for row in rows:
        explained.append(replace(row, legend=()) if row.legend == before else row)
        before = row.legend
    return explained


def row_of(paper: Paper, target: int, place: int, unclear: frozenset[int]) -> KeyRow:
    """One item of one target."""
    content = paper.content
    item = paper.sheet.items[place]
    name = paper.sheet.names[target][place]
    at = target * content.row_bytes + content.offsets[item.code]
    options = content.options_of(item)
    number = item_number(content, item)
    if item.kind in BYTE_FOR_EACH_OPTION:
        most = 1 if item.kind is ItemKind.SEVERAL else len(content.ticks_of(item))
        fields = tuple(
            KeyField(f"{name}_{nth}", option.label, 1, most, at + nth - 1 in unclear)
            for nth, option in enumerate(options, start=1)
        )
        return KeyRow(item, number, place, fields, ())
    if item.kind is ItemKind.NUMBER:
        field = KeyField(name, None, item.low, item.high, at in unclear)
        # At most a "don't know", which is a box of its own on the paper.
        boxes = [KeyField(name + TICKED, each.label, 1, 1, at in unclear) for each in options]
        return KeyRow(item, number, place, (field, *boxes), ())
    field = KeyField(name, None, 1, len(options), at in unclear)
    return KeyRow(item, number, place, (field,), tuple(enumerate(options, start=1)))


def fields_sent(paper: Paper, sent: Mapping[str, str]) -> dict[str, str]:
    """The fields that hold something."""
    names = {
        field.name for rows in key_rows(paper, frozenset()) for row in rows for field in row.fields
    }
    names |= {name for row in paper.sheet.comment_names for name in row}
    found = {name: sent[name].strip() for name in names if sent.get(name, "").strip()}
    for box in [name for name in found if name.endswith(TICKED)]:
        name = box.removesuffix(TICKED)
        ticked = found.pop(box) == "1" and name not in found
        # A number and the box, or another digit in it: the questionnaire knows no such answer.
        found[name] = DONT_KNOW if ticked else NEITHER
    return found
