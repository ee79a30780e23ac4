"""A questionnaire in a preview of an import, item by item: what is new, gone, or says otherwise."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from surveys.setup.conditions import answer_codes, write_conditions
from surveys.setup.differences import Difference
from surveys.setup.draft import CONTENT, QUESTIONNAIRES, TITLE
from surveys.setup.form_differences import FormDifference, ItemDifference, form_difference
from surveys.setup.questionnaires import Item, ItemKind, Option, QuestionnaireContent
from surveys.setup.words import Words
from webapp.languages import points, share
from webapp.office.questionnaire_words import FORM_KINDS, ITEM_KINDS

PARTS: Final[Mapping[str, Any]] = {
    "title": _("Title"),
    "intro": _("Introduction"),
    "kind": _("Kind"),
    "options": _("Answers"),
    "sections": _("Sections"),
    "quota": _("Cap on high marks"),
    "most_targets": _("Units on one ballot, at most"),
    "random_order": _("Units in another order on every ballot"),
    "text": _("Question"),
    "weight": _("Weight"),
    "limits": _("Limits"),
    "required": _("Wants an answer"),
    "show_if": _("Shown only if"),
    "section": _("Section"),
}


@dataclass(frozen=True)
class Line:
    """One thing that differs.

    Parameters
    ----------
    state : ``"added"``, ``"changed"`` or ``"removed"``
    where : the item, or "" for the form itself
    what : which part; "" of an item that is new or gone
    """

    state: str
    where: str
    what: Any
    before: str
    after: str


@dataclass(frozen=True)
class FormLines:
    """All lines of one questionnaire."""

    code: str
    title: str
    lines: tuple[Line, ...]


def form_lines(found: Sequence[Difference]) -> list[FormLines]:
    """The questionnaires that differ."""
    return [
        lines
        for each in found
        if each.sheet == QUESTIONNAIRES.name
        for lines in _forms_of(each)
        if lines.lines
    ]


def _forms_of(each: Difference) -> Iterator[FormLines]:
    code = QUESTIONNAIRES.headers[0]
    for row in each.changed:
        if CONTENT in row.cells:
            yield _form(row.key[0], form_difference(*row.cells[CONTENT]))
    for cells in each.added:
        yield _form(cells[code], form_difference("", cells[CONTENT]), cells[TITLE])
    for cells in each.removed:
        yield _form(cells[code], form_difference(cells[CONTENT], ""), cells[TITLE])


def _form(code: str, found: FormDifference, title: str = "") -> FormLines:
    form = found.after or found.before
    if not title and form is not None:
        title = _both(form.title)
    return FormLines(code, title, tuple(_lines(found)))


def _lines(found: FormDifference) -> Iterator[Line]:
    before, after = found.before, found.after
    if before is not None and after is not None:
        for part in found.parts:
            said = FORM_WORDS[part]
            yield Line("changed", "", PARTS[part], said(before), said(after))
        if found.reordered:
            orders = (_listed(item.code for item in form.items) for form in (before, after))
            yield Line("changed", "", gettext("Order of the items"), *orders)
    for item in found.items:
        yield from _item_lines(item, before, after)


def _item_lines(
    found: ItemDifference,
    before: QuestionnaireContent | None,
    after: QuestionnaireContent | None,
) -> Iterator[Line]:
    old, new = found.before, found.after
    if old is None and new is not None and after is not None:
        yield Line("added", found.code, "", "", _whole(new, after))
    elif new is None and old is not None and before is not None:
        yield Line("removed", found.code, "", _whole(old, before), "")
    elif old is not None and new is not None and before is not None and after is not None:
        for part in found.parts:
            said = ITEM_WORDS[part]
            yield Line("changed", found.code, PARTS[part], said(old, before), said(new, after))


def _whole(item: Item, form: QuestionnaireContent) -> str:
    told = [_both(item.text), str(ITEM_KINDS[item.kind.value])]
    if item.weight:
        told.append(gettext("weight %(weight)s", weight=points(item.weight, 0)))
    if item.options:
        told.append(_options(item.options))
    if item.show_if:
        told.append(f"{gettext('Shown only if')} {_conditions(item, form)}")
    return " · ".join(told)


def _both(words: Words) -> str:
    """All languages, so that a change of one is seen."""
    return " / ".join(words.by_language.values())


def _listed(parts: Iterable[str]) -> str:
    return str(gettext(", ").join(parts))


def _options(options: Sequence[Option]) -> str:
    return _listed(
        _both(option.label)
        + ("" if option.points is None else f" {option.points:f}")
        + (f" ({gettext('not counted')})" if option.dont_know else "")
        for option in options
    )


def _conditions(item: Item, form: QuestionnaireContent) -> str:
    return write_conditions(item.show_if, answer_codes(form))


def _limits(item: Item, _form: QuestionnaireContent) -> str:
    if item.kind is ItemKind.NUMBER:
        return f"{item.low}–{item.high}"
    if item.kind is ItemKind.COMMENT:
        return str(item.max_length)
    return f"{item.fewest}–{item.most or ''}"


def _yes_no(yes: bool) -> str:
    return str(gettext("Yes") if yes else gettext("No"))


def _quota(form: QuestionnaireContent) -> str:
    quota, item = form.quota, form.quota_item
    if quota is None:
        return ""
    options = form.options if item is None else form.options_of(item)
    number = item is not None and item.kind is ItemKind.NUMBER
    label = str((item.low if item else 0) + quota.option - 1) if number else ""
    return (
        f"{share(quota.share)} · {label or _both(options[quota.option - 1].label)} · {quota.item}"
    )


FORM_WORDS: Final[Mapping[str, Callable[[QuestionnaireContent], str]]] = {
    "title": lambda form: _both(form.title),
    "intro": lambda form: _both(form.intro),
    "kind": lambda form: str(FORM_KINDS[form.kind]),
    "options": lambda form: _options(form.options),
    "sections": lambda form: _listed(_both(each.title) for each in form.sections),
    "quota": _quota,
    "most_targets": lambda form: str(form.most_targets),
    "random_order": lambda form: _yes_no(form.random_order),
}
ITEM_WORDS: Final[Mapping[str, Callable[[Item, QuestionnaireContent], str]]] = {
    "text": lambda item, _: _both(item.text),
    "kind": lambda item, _: str(ITEM_KINDS[item.kind.value]),
    "weight": lambda item, _: f"{item.weight:f}",
    "options": lambda item, _: _options(item.options),
    "limits": _limits,
    "required": lambda item, _: _yes_no(item.required),
    "show_if": _conditions,
    "section": lambda item, _: item.section,
}
