"""Questionnaires put together from their rows; what does not fit is noted at its cell."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from surveys.questionnaires.faults import FEWEST_OPTIONS, MOST_OPTIONS, SCORED, faults
from surveys.setup.conditions import NUMBERS, ConditionUnreadable, read_conditions
from surveys.setup.problems import Problems
from surveys.setup.questionnaires import (
    YES_NO,
    Condition,
    Item,
    ItemKind,
    Option,
    QuestionnaireContent,
    Quota,
    Section,
)
from surveys.setup.sheets.forms import FormRow, ItemRow, OptionRow, RouteRow, SectionRow

FULL_WEIGHT: Final = Decimal(100)
WITH_OPTIONS: Final = frozenset({ItemKind.CHOICE, ItemKind.SEVERAL, ItemKind.RANKING})
MAY_HAVE_OPTIONS: Final = WITH_OPTIONS | SCORED
# Where what a whole form lacks is noted: the column of the item's row, else of the form's.
HEADERS: Final = {
    "condition_on_no_earlier_item": "显示条件",
    "condition_on_no_option": "显示条件",
    "unknown_section": "板块",
    "section_out_of_order": "板块",
    "scale_of_numbers": "最高分",
    "number_of_ticks": "最多选",
    "item_cannot_have_weight": "权重",
    "quota_without_item": "限额题目",
    "quota_option_unknown": "限额选项",
}


@dataclass(frozen=True)
class FormRows:
    """All rows of the sheets of questionnaires."""

    forms: Sequence[FormRow]
    options: Sequence[OptionRow]
    items: Sequence[ItemRow]
    routes: Sequence[RouteRow]
    sections: Sequence[SectionRow] = ()

    def of(self, form: str) -> "FormRows":
        """The rows of one form."""
        return FormRows(
            forms=[row for row in self.forms if row.code == form],
            options=[row for row in self.options if row.form == form],
            items=[row for row in self.items if row.form == form],
            routes=[row for row in self.routes if row.form == form],
            sections=[row for row in self.sections if row.form == form],
        )


def build_forms(rows: FormRows, problems: Problems) -> tuple[QuestionnaireContent, ...]:
    """The forms that are whole; of the others the problems are noted."""
    _check_references(rows, problems)
    built = (_build(head, rows.of(head.code), problems) for head in rows.forms)
    return tuple(form for form in built if form is not None)


def _check_references(rows: FormRows, problems: Problems) -> None:
    known = {row.code for row in rows.forms}
    parts: list[OptionRow | ItemRow | RouteRow | SectionRow] = [
        *rows.options,
        *rows.items,
        *rows.routes,
        *rows.sections,
    ]
    for part in parts:
        if part.form and part.form not in known:
            problems.add(
                part.place,
                "测评表代码",
                "unknown_form",
                value=part.form,
                expected=tuple(sorted(known)),
            )


def _build(head: FormRow, rows: FormRows, problems: Problems) -> QuestionnaireContent | None:
    before = len(problems.found)
    _check_doubles(rows, problems)
    _check_items(head, rows, problems)
    _check_options(head, rows, problems)
    _check_weights(head, rows, problems)
    shared = _options(rows.options, "")
    routes = [_route(row, rows, problems) for row in rows.routes]
    quota = _quota(head, _capped_codes(head, rows), problems)
    codes = {row.code: _answer_codes(row, rows) for row in rows.items}
    items = tuple(
        _item(row, rows.options, _show_if(row, [r for r in routes if r], rows, codes, problems))
        for row in rows.items
    )
    if len(problems.found) > before:
        return None
    form = QuestionnaireContent(
        code=head.code,
        kind=head.kind,
        title=head.title,
        intro=head.intro,
        options=shared,
        items=items,
        sections=tuple(Section(code=row.code, title=row.title) for row in rows.sections),
        quota=quota,
        most_targets=head.most_targets,
        random_order=head.random_order,
    )
    return form if _is_faultless(form, head, rows, problems) else None


def _is_faultless(
    form: QuestionnaireContent, head: FormRow, rows: FormRows, problems: Problems
) -> bool:
    """Whether the whole form can be used; note at their rows what forbids it."""
    places = {row.code: row.place for row in rows.items}
    found = faults(form)
    for remark in found:
        header = HEADERS.get(remark.code, "题目代码" if remark.item else "测评表代码")
        place = places.get(remark.item, head.place)
        header = header if header in place.columns else "测评表代码"
        problems.add(place, header, remark.code, value=remark.value, expected=remark.expected)
    return not found


def _check_doubles(rows: FormRows, problems: Problems) -> None:
    seen: dict[tuple[str, str], int] = {}
    coded = [(("", row.code), row.place, "题目代码") for row in rows.items]
    coded += [((f"/{row.item}", row.code), row.place, "选项代码") for row in rows.options]
    for key, place, header in coded:
        first = seen.setdefault(key, place.row)
        if first != place.row:
            problems.add(place, header, "duplicate", value=key[1], expected=(str(first),))


def _check_items(head: FormRow, rows: FormRows, problems: Problems) -> None:
    if not rows.items:
        problems.add(head.place, "测评表代码", "form_without_items", value=head.code)
    for row in rows.items:
        if row.kind not in SCORED and row.weight > 0:
            problems.add(row.place, "权重", "item_cannot_have_weight", value=str(row.weight))
        if row.kind is ItemKind.COMMENT and row.max_length == 0:
            problems.add(row.place, "字数上限", "missing")


def _check_options(head: FormRow, rows: FormRows, problems: Problems) -> None:
    counts = Counter(row.item for row in rows.options)
    items = {row.code: row for row in rows.items}
    for row in rows.options:
        if row.item and (row.item not in items or items[row.item].kind not in MAY_HAVE_OPTIONS):
            choices = tuple(c for c, item in items.items() if item.kind in MAY_HAVE_OPTIONS)
            problems.add(row.place, "题目代码", "unknown_item", value=row.item, expected=choices)
    asked = [(head.place, "测评表代码", "")]
    asked += [(row.place, "题目代码", row.code) for row in rows.items if row.kind in WITH_OPTIONS]
    for place, header, item in asked:
        if not FEWEST_OPTIONS <= counts[item] <= MOST_OPTIONS:
            problems.add(
                place,
                header,
                "number_of_options",
                value=str(counts[item]),
                expected=(str(FEWEST_OPTIONS), str(MOST_OPTIONS)),
            )
    if rows.options and not any(row.points is not None for row in rows.options if not row.item):
        problems.add(head.place, "测评表代码", "no_option_has_points", value=head.code)


def _check_weights(head: FormRow, rows: FormRows, problems: Problems) -> None:
    total = sum((row.weight for row in rows.items), Decimal(0))
    if rows.items and total != FULL_WEIGHT:
        last = next((row for row in reversed(rows.items) if row.weight > 0), rows.items[-1])
        problems.add(
            last.place,
            "权重",
            "item_weights_not_100",
            value=str(total),
            expected=(head.code, str(FULL_WEIGHT)),
        )


def _quota(head: FormRow, codes: Sequence[str], problems: Problems) -> Quota | None:
    if not head.quota_option and head.quota_share is None:
        return None
    if not head.quota_share:
        problems.add(head.place, "限额比例", "missing")
        return None
    if head.quota_option not in codes:
        problems.add(
            head.place, "限额选项", "unknown_option", value=head.quota_option, expected=tuple(codes)
        )
        return None
    option = codes.index(head.quota_option) + 1
    return Quota(option=option, share=head.quota_share, item=head.quota_item)


def _capped_codes(head: FormRow, rows: FormRows) -> Sequence[str]:
    """What the answers are called to the item on which the cap counts."""
    ratings = [row for row in rows.items if row.kind is ItemKind.RATING and not row.weight]
    named = [row for row in rows.items if row.code == head.quota_item]
    item = next(iter(named if head.quota_item else reversed(ratings)), None)
    if item is None:
        return tuple(option.code for option in rows.options if not option.item)
    if item.kind is ItemKind.NUMBER:
        return tuple(str(number) for number in range(item.low, item.high + 1))
    return _answer_codes(item, rows)


def _answer_codes(row: ItemRow, rows: FormRows) -> Sequence[str]:
    """What the answers to an item are called in conditions."""
    if row.kind is ItemKind.NUMBER:
        return NUMBERS
    own = tuple(option.code for option in rows.options if option.item == row.code)
    if own or row.kind is not ItemKind.YES_NO:
        return own or tuple(option.code for option in rows.options if not option.item)
    return tuple(option.code for option in YES_NO)


def _show_if(
    row: ItemRow,
    routes: Sequence[tuple[str, int, tuple[str, ...]]],
    rows: FormRows,
    codes: dict[str, Sequence[str]],
    problems: Problems,
) -> tuple[Condition, ...]:
    """When an item is asked: by its own cell, and by the routes that lead past it."""
    try:
        written = read_conditions(row.show_if, codes)
    except ConditionUnreadable as error:
        problems.add(
            row.place, "显示条件", "bad_condition", value=str(error), expected=tuple(codes)
        )
        return ()
    return (*written, *_passed_by(routes, row, rows))


def _passed_by(
    routes: Sequence[tuple[str, int, tuple[str, ...]]], row: ItemRow, rows: FormRows
) -> tuple[Condition, ...]:
    """What must not have been answered for an item to be asked: the routes that lead past it."""
    order = [item.code for item in rows.items]
    past: dict[str, list[int]] = defaultdict(list)
    for item, option, then in routes:
        if order.index(row.code) > order.index(item) and row.code not in then:
            past[item].append(option)
    return tuple(
        Condition(item=item, values=tuple(sorted(options)), negated=True)
        for item, options in past.items()
    )


def _route(
    row: RouteRow, rows: FormRows, problems: Problems
) -> tuple[str, int, tuple[str, ...]] | None:
    items = [item.code for item in rows.items]
    if row.item not in items:
        problems.add(row.place, "题目代码", "unknown_item", value=row.item, expected=tuple(items))
        return None
    options = [option.code for option in rows.options if option.item == row.item]
    options = options or [option.code for option in rows.options if not option.item]
    if row.option not in options:
        problems.add(
            row.place, "选项代码", "unknown_option", value=row.option, expected=tuple(options)
        )
        return None
    for code in row.then:
        if code not in items:
            problems.add(row.place, "接着回答", "unknown_item", value=code, expected=tuple(items))
    return row.item, options.index(row.option) + 1, row.then


def _options(rows: Sequence[OptionRow], item: str) -> tuple[Option, ...]:
    return tuple(
        Option(code=row.code, label=row.label, points=row.points, dont_know=row.dont_know)
        for row in rows
        if row.item == item
    )


def _item(row: ItemRow, options: Sequence[OptionRow], show_if: tuple[Condition, ...]) -> Item:
    return Item(
        code=row.code,
        kind=row.kind,
        text=row.text,
        weight=row.weight,
        show_if=show_if,
        options=_options(options, row.code),
        required=row.required,
        section=row.section,
        low=row.low,
        high=row.high,
        fewest=row.fewest,
        most=row.most,
        max_length=row.max_length,
    )
