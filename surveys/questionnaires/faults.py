"""Why a questionnaire cannot be put to voters yet; a draft may have faults, a frozen form none."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from surveys.errors import Invalid
from surveys.questionnaires.remarks import Remark
from surveys.setup.questionnaires import (
    BYTE_FOR_EACH_OPTION,
    MOST_CODES,
    ORDINAL,
    Item,
    ItemKind,
    QuestionnaireContent,
)

FULL_WEIGHT: Final = Decimal(100)
FEWEST_OPTIONS: Final = 2
MOST_OPTIONS: Final = 20
LONGEST_COMMENT: Final = 200
MOST_COMMENTS: Final = 5
MOST_ITEMS: Final = 60
# Answer bytes on one ballot: beside them a sealed envelope has room for the comments.
MOST_ANSWERS: Final = 600

# Stands where words are still to be written.
WORDS_WANTED: Final = "？"

# Kinds of which an answer can carry points.
SCORED: Final = frozenset({ItemKind.RATING, ItemKind.CHOICE, ItemKind.YES_NO, ItemKind.NUMBER})
# Kinds on whose answer another item can depend.
DECIDING: Final = SCORED | {ItemKind.SEVERAL}


def require_faultless(content: QuestionnaireContent) -> None:
    """Refuse a form with faults.

    Raises
    ------
    Invalid : ``questionnaire_faulty`` (form, remarks: tuple of `Remark`)
    """
    found = faults(content)
    if found:
        raise Invalid("questionnaire_faulty", form=content.code, remarks=found)


def faults(content: QuestionnaireContent) -> tuple[Remark, ...]:
    """Everything that forbids to use a form, in the order of the form."""
    return (*_of_the_whole(content), *_of_items(content))


def _of_the_whole(content: QuestionnaireContent) -> Iterator[Remark]:
    if not content.answered_items:
        yield Remark("no_items")
    if len(content.items) > MOST_ITEMS:
        yield Remark("too_many_items", value=str(len(content.items)), expected=(str(MOST_ITEMS),))
    if len(content.comments) > MOST_COMMENTS:
        yield Remark("too_many_comments", expected=(str(MOST_COMMENTS),))
    if WORDS_WANTED in {content.title.zh, *(item.text.zh for item in content.items)}:
        yield Remark("words_missing")
    twice = Counter(item.code for item in content.items)
    yield from (Remark("item_code_twice", code) for code, n in twice.items() if n > 1)
    total = sum((item.weight for item in content.items), Decimal(0))
    if total != FULL_WEIGHT:
        yield Remark("weights_not_100", value=str(total))
    yield from _of_options(content, None)
    yield from _of_sections(content)
    yield from _of_quota(content)
    if content.row_bytes > MOST_ANSWERS:
        yield Remark("ballot_too_long", value=str(content.row_bytes), expected=(str(MOST_ANSWERS),))


def _of_sections(content: QuestionnaireContent) -> Iterator[Remark]:
    known = [section.code for section in content.sections]
    if len(set(known)) < len(known):
        yield Remark("section_code_twice")
    before = -1
    for item in content.items:
        place = known.index(item.section) if item.section in known else -1
        if item.section and place < 0:
            yield Remark("unknown_section", item.code, item.section, tuple(known))
        elif place < before:
            yield Remark("section_out_of_order", item.code, item.section)
        before = max(before, place)


def _of_quota(content: QuestionnaireContent) -> Iterator[Remark]:
    quota = content.quota
    if quota is None:
        return
    item = content.quota_item
    if item is None and quota.item:
        yield Remark("quota_without_item", value=quota.item)
    elif item is not None and not _can_be_capped(content, item):
        yield Remark("quota_option_unknown", item.code, str(quota.option))
    if not 0 < quota.share <= 1:
        yield Remark("quota_share_out_of_range", value=str(quota.share))


def _can_be_capped(content: QuestionnaireContent, item: Item) -> bool:
    option = content.quota.option if content.quota else 0
    return item.kind in SCORED and 1 <= option <= _n_values(content, item)


def _of_items(content: QuestionnaireContent) -> Iterator[Remark]:
    for place, item in enumerate(content.items):
        if item.weight < 0 or (item.weight > 0 and not _can_score(content, item)):
            yield Remark("item_cannot_have_weight", item.code, str(item.weight))
        if item.options:
            yield from _of_options(content, item)
        elif item.kind is ItemKind.CHOICE or item.kind in BYTE_FOR_EACH_OPTION:
            yield Remark("number_of_options", item.code, "0", _bounds(FEWEST_OPTIONS, MOST_OPTIONS))
        yield from _of_kind(content, item)
        yield from _of_conditions(content, place)


def _of_kind(content: QuestionnaireContent, item: Item) -> Iterator[Remark]:
    if item.kind is ItemKind.NUMBER and not 1 <= item.high - item.low < MOST_CODES:
        yield Remark("scale_of_numbers", item.code, f"{item.low}–{item.high}")
    if item.kind is ItemKind.NUMBER and item.weight > 0 and not 0 <= item.low < item.high:
        yield Remark("scale_of_numbers", item.code, f"{item.low}–{item.high}")
    if item.kind is ItemKind.COMMENT and not 1 <= item.max_length <= LONGEST_COMMENT:
        bounds = _bounds(1, LONGEST_COMMENT)
        yield Remark("length_of_comment", item.code, str(item.max_length), bounds)
    if item.kind in BYTE_FOR_EACH_OPTION:
        n = len(content.ticks_of(item))
        if not (0 <= item.fewest <= (item.most or n) and 0 <= item.most <= n):
            yield Remark("number_of_ticks", item.code, f"{item.fewest}–{item.most}", _bounds(1, n))
    if item.kind is ItemKind.NOTE and item.required:
        yield Remark("note_required", item.code)


def _of_options(content: QuestionnaireContent, item: Item | None) -> Iterator[Remark]:
    """Of one item's own options, or of those that all ratings have."""
    options = content.options if item is None else item.options
    code = "" if item is None else item.code
    for option, n in Counter(option.code for option in options).items():
        if n > 1:
            yield Remark("option_code_twice", code, option)
    unknown = [option for option in options if option.dont_know]
    if len(unknown) > 1:
        yield Remark("dont_know_twice", code, unknown[1].code)
    if any(option.points is not None for option in unknown):
        yield Remark("dont_know_with_points", code, unknown[0].code)
    bad = [o for o in options if o.points is not None and not 0 <= o.points <= FULL_WEIGHT]
    if bad:
        yield Remark("points_out_of_range", code, str(bad[0].points))
    yield from _of_their_number(content, item, len(options) - len(unknown))


def _of_their_number(
    content: QuestionnaireContent, item: Item | None, n_ticks: int
) -> Iterator[Remark]:
    code = "" if item is None else item.code
    wrong = not FEWEST_OPTIONS <= n_ticks <= MOST_OPTIONS
    too_few = Remark("number_of_options", code, str(n_ticks), _bounds(FEWEST_OPTIONS, MOST_OPTIONS))
    if item is None:
        if any(each.kind is ItemKind.RATING and not each.options for each in content.items):
            yield from (too_few,) if wrong else ()
            if all(option.points is None for option in content.options):
                yield Remark("no_option_has_points")
    elif not item.answered:
        yield Remark("options_not_for_this_kind", code)
    elif item.kind is ItemKind.NUMBER:
        yield from (Remark("number_has_only_dont_know", code),) if n_ticks else ()
    elif wrong:
        yield too_few


def _of_conditions(content: QuestionnaireContent, place: int) -> Iterator[Remark]:
    item = content.items[place]
    earlier = {each.code: each for each in content.items[:place]}
    for condition in item.show_if:
        decides = earlier.get(condition.item)
        if decides is None or decides.kind not in DECIDING:
            yield Remark("condition_on_no_earlier_item", item.code, condition.item, tuple(earlier))
        else:
            known = _values(content, decides)
            wrong = [str(value) for value in condition.values if value not in known]
            if wrong:
                yield Remark("condition_on_no_option", item.code, wrong[0], (decides.code,))


def _values(content: QuestionnaireContent, item: Item) -> range | tuple[int, ...]:
    """What a condition on the item may name."""
    if item.kind is ItemKind.NUMBER:
        return range(item.low, item.high + 1)
    numbered = enumerate(content.options_of(item), start=1)
    several = item.kind is ItemKind.SEVERAL
    return tuple(number for number, option in numbered if not (several and option.dont_know))


def _n_values(content: QuestionnaireContent, item: Item) -> int:
    if item.kind is ItemKind.NUMBER:
        return item.high - item.low + 1
    return len(content.options_of(item))


def _can_score(content: QuestionnaireContent, item: Item) -> bool:
    if item.kind in ORDINAL:
        return True
    return item.kind in SCORED and bool(content.points_of(item))


def _bounds(low: int, high: int) -> tuple[str, str]:
    return str(low), str(high)
