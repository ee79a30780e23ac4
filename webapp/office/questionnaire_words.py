"""Words of the builder: kinds of items, faults, warnings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from surveys.questionnaires.remarks import Remark
from surveys.setup.questionnaires import ItemKind

FORM_KINDS: Final[Mapping[str, Any]] = {
    "democratic": _("Democratic evaluation"),
    "recognition": _("Public recognition"),
    "reverse": _("Reverse evaluation"),
    "member": _("Evaluation of members of leading groups"),
}

ITEM_KINDS: Final[Mapping[str, Any]] = {
    ItemKind.RATING.value: _("Rating: one grade of a scale"),
    ItemKind.NUMBER.value: _("Mark: a number on a scale"),
    ItemKind.CHOICE.value: _("One choice of several"),
    ItemKind.SEVERAL.value: _("Several choices"),
    ItemKind.YES_NO.value: _("Yes or no"),
    ItemKind.RANKING.value: _("Ranking of a few"),
    ItemKind.COMMENT.value: _("Short text"),
    ItemKind.NOTE.value: _("Note to read, no answer"),
}

# What is wrong, with %(value)s, %(first)s and %(second)s for facts.
FAULTS: Final[Mapping[str, Any]] = {
    "no_items": _("There is no item to answer."),
    "too_many_items": _("There are %(value)s items; at most %(first)s are allowed."),
    "too_many_comments": _("At most %(first)s texts are allowed on one form."),
    "words_missing": _("Title or items still lack their Chinese words (marked ？)."),
    "item_code_twice": _("Two items have this code."),
    "weights_not_100": _("The weights of the items sum to %(value)s, not to 100."),
    "ballot_too_long": _("One unit takes %(value)s answers; at most %(first)s fit on a ballot."),
    "section_code_twice": _("Two sections have the same code."),
    "unknown_section": _("It stands in a section that does not exist: %(value)s."),
    "section_out_of_order": _("It stands apart from the other items of its section."),
    "quota_without_item": _("The cap counts on an item that does not exist: %(value)s."),
    "quota_option_unknown": _("The cap names an answer that this item does not have."),
    "quota_share_out_of_range": _("The cap must be a share above 0 and up to 100%%."),
    "item_cannot_have_weight": _(
        "An item of this kind carries no points, so its weight must be 0."
    ),
    "number_of_options": _("Answers it has: %(value)s; %(first)s to %(second)s are allowed."),
    "option_code_twice": _("Two answers have the same code: %(value)s."),
    "dont_know_twice": _("Only one answer can say “don't know”."),
    "dont_know_with_points": _("“Don't know” carries no points."),
    "points_out_of_range": _("Points must lie between 0 and 100."),
    "no_option_has_points": _("No answer of the scale carries points."),
    "options_not_for_this_kind": _("An item of this kind has no answers to choose from."),
    "number_has_only_dont_know": _("Beside a scale of numbers only “don't know” can stand."),
    "scale_of_numbers": _(
        "The scale %(value)s is not possible: from 0 or more up to a higher number."
    ),
    "length_of_comment": _("A text can have %(first)s to %(second)s characters."),
    "number_of_ticks": _("The least and the greatest number of choices do not fit the answers."),
    "note_required": _("A note cannot be required."),
    "condition_on_no_earlier_item": _(
        "It is shown after an item that does not stand before it: %(value)s."
    ),
    "condition_on_no_option": _("It is shown after an answer that %(first)s does not have."),
}

WARNINGS: Final[Mapping[str, Any]] = {
    "takes_long": _(
        "In %(second)s it takes about %(value)s seconds; after %(first)s many stop reading."
    ),
    "many_items": _(
        "%(value)s items are scored; beyond %(first)s people tick the same grade all the way down."
    ),
    "language_incomplete": _(
        "Texts without words in %(first)s: %(value)s. Voters will read Chinese there."
    ),
    "quota_never_applies": _("The cap counts on an overall item of weight 0, and there is none."),
    "item_long": _(
        "Reading it takes about %(value)s seconds in %(second)s; shorten it, or split it."
    ),
    "leading": _("“%(value)s” leads to one answer; ask without judging."),
    "double_barrelled": _(
        "“%(value)s” joins two questions: whoever thinks otherwise of one cannot answer."
    ),
    "no_dont_know": _("Nobody can say “don't know”: whoever does not know will guess."),
    "points_not_falling": _("The points %(value)s do not fall from the first answer to the last."),
    "steps_uneven": _(
        "One step down costs %(value)s points, another %(first)s: the score depends on this choice."
    ),
    "scale_unbalanced": _(
        "Good answers: %(value)s, bad ones: %(first)s. The scale leans to one side."
    ),
}


@dataclass(frozen=True)
class RemarkWords:
    """A remark in words, at its item or ("") at the whole form."""

    item: str
    text: str


def in_words(remarks: tuple[Remark, ...]) -> tuple[RemarkWords, ...]:
    """Put remarks into the page's language."""
    return tuple(RemarkWords(remark.item, _said(remark)) for remark in remarks)


def language_name(tag: str) -> str:
    """A language by its name in the page's language, as far as it has one here."""
    names = {"zh": gettext("Chinese"), "en": gettext("English"), "ug": gettext("Uyghur")}
    return str(names.get(tag, tag))


def _said(remark: Remark) -> str:
    words = {**FAULTS, **WARNINGS}.get(remark.code, remark.code)
    facts = [language_name(fact) for fact in (*remark.expected, "", "")]
    facts_by_name = {"value": remark.value, "first": facts[0], "second": facts[1]}
    return str(words) % facts_by_name
