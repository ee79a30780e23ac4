"""What differs between two contents of a questionnaire: its own rules, and item by item."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from surveys.setup.questionnaires import Item, QuestionnaireContent

# What belongs together to a reader, and where it is kept.
FORM_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("title",),
    "intro": ("intro",),
    "kind": ("kind",),
    "options": ("options",),
    "sections": ("sections",),
    "quota": ("quota",),
    "most_targets": ("most_targets",),
    "random_order": ("random_order",),
}
ITEM_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "text": ("text",),
    "kind": ("kind",),
    "weight": ("weight",),
    "options": ("options",),
    "limits": ("low", "high", "fewest", "most", "max_length"),
    "required": ("required",),
    "show_if": ("show_if",),
    "section": ("section",),
}


@dataclass(frozen=True)
class ItemDifference:
    """An item that is new (`before` is None), gone (`after` is None) or says something else.

    Parameters
    ----------
    parts : keys of `ITEM_PARTS` that differ; none of an item that is new or gone
    """

    before: Item | None
    after: Item | None
    parts: tuple[str, ...]

    @property
    def code(self) -> str:
        """Of the item."""
        return next(item.code for item in (self.after, self.before) if item is not None)


@dataclass(frozen=True)
class FormDifference:
    """What differs between two contents; one of them may be missing.

    Parameters
    ----------
    parts : keys of `FORM_PARTS` that differ; none of a form that is new or gone
    items : those that differ, in the order of the later form, items that are gone at the end
    reordered : whether the items that stay stand in another order
    """

    before: QuestionnaireContent | None
    after: QuestionnaireContent | None
    parts: tuple[str, ...]
    items: tuple[ItemDifference, ...]
    reordered: bool


def form_difference(before: str, after: str) -> FormDifference:
    """Compare two contents as drafts keep them: JSON, or "" where there is none."""
    old, new = _read(before), _read(after)
    was = {} if old is None else {item.code: item for item in old.items}
    comes = {} if new is None else {item.code: item for item in new.items}
    parts: tuple[str, ...] = ()
    if old is not None and new is not None:
        parts = _differing(old, new, FORM_PARTS)
    return FormDifference(
        old,
        new,
        parts,
        tuple(_items(was, comes)),
        reordered=[code for code in was if code in comes]
        != [code for code in comes if code in was],
    )


def _items(was: Mapping[str, Item], comes: Mapping[str, Item]) -> Iterator[ItemDifference]:
    for code, item in comes.items():
        if code not in was:
            yield ItemDifference(None, item, ())
        elif parts := _differing(was[code], item, ITEM_PARTS):
            yield ItemDifference(was[code], item, parts)
    for code, item in was.items():
        if code not in comes:
            yield ItemDifference(item, None, ())


def _differing(
    old: Item | QuestionnaireContent,
    new: Item | QuestionnaireContent,
    parts: Mapping[str, tuple[str, ...]],
) -> tuple[str, ...]:
    return tuple(
        part
        for part, names in parts.items()
        if any(getattr(old, name) != getattr(new, name) for name in names)
    )


def _read(text: str) -> QuestionnaireContent | None:
    return QuestionnaireContent.model_validate_json(text) if text else None
