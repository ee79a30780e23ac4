"""Questionnaires in the office's own layout: 测评表, 测评板块, 测评选项, 测评题目, 跳题规则.

Read by :mod:`surveys.setup.sheets.forms`, written here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from surveys.errors import Invalid
from surveys.questionnaires.exchange.workbooks import (
    Table,
    Value,
    without_empty_columns,
    write_workbook,
)
from surveys.setup.cell_text import name_in, yes_no
from surveys.setup.conditions import answer_codes, write_conditions
from surveys.setup.headers import Sheet
from surveys.setup.problems import Problems
from surveys.setup.questionnaires import WITHOUT_BYTES, Item, ItemKind, Option, QuestionnaireContent
from surveys.setup.sheets import forms
from surveys.setup.words import Words
from surveys.setup.workbook import read_forms

SHEETS = (forms.FORMS, forms.SECTIONS, forms.OPTIONS, forms.ITEMS, forms.ROUTES)


def read_office_workbook(
    book: Mapping[str, Sequence[Sequence[Any]]],
) -> tuple[QuestionnaireContent, ...]:
    """The questionnaires of a workbook's cells; Invalid ``bad_rows`` (rows)."""
    problems = Problems()
    whole = {forms.ROUTES.name: [forms.ROUTES.headers[:4]], **book}
    built = read_forms(whole, problems).built
    if problems.found:
        names = tuple(sheet.name for sheet in SHEETS)
        raise Invalid("bad_rows", rows=problems.in_order(names))
    return built


def write_office_workbook(contents: Sequence[QuestionnaireContent]) -> bytes:
    """A workbook that the set-up reads again."""
    rows: dict[str, Iterator[dict[str, Value]]] = {
        forms.FORMS.name: map(_form, contents),
        forms.SECTIONS.name: (row for content in contents for row in _sections(content)),
        forms.OPTIONS.name: (row for content in contents for row in _options(content)),
        forms.ITEMS.name: (row for content in contents for row in _items(content)),
        forms.ROUTES.name: iter(()),
    }
    return write_workbook({sheet.name: _table(sheet, rows[sheet.name]) for sheet in SHEETS})


def _table(sheet: Sheet, rows: Iterable[dict[str, Value]]) -> Table:
    written = [[row.get(header, "") for header in sheet.headers] for row in rows]
    n_wanted = len(sheet.headers) - len(sheet.optional)
    return without_empty_columns([list(sheet.headers), *written], keep=n_wanted)


def _form(content: QuestionnaireContent) -> dict[str, Value]:
    quota = content.quota
    return {
        "测评表代码": content.code,
        "测评种类": name_in(forms.FORM_KINDS, content.kind),
        **_words("标题", content.title),
        **_words("填表说明", content.intro),
        "英文说明": content.intro.en,
        "限额选项": _capped(content),
        "限额比例": quota.share if quota else "",
        "限额题目": quota.item if quota else "",
        "每票单位上限": content.most_targets,
        "单位乱序": yes_no(content.random_order),
    }


def _capped(content: QuestionnaireContent) -> Value:
    """What the capped answer is called; of a number the number itself."""
    quota, item = content.quota, content.quota_item
    if quota is None:
        return ""
    if item is not None and item.kind is ItemKind.NUMBER:
        return item.low + quota.option - 1
    options = content.options if item is None else content.options_of(item)
    return options[quota.option - 1].code


def _sections(content: QuestionnaireContent) -> Iterator[dict[str, Value]]:
    for section in content.sections:
        yield {
            "测评表代码": content.code,
            "板块代码": section.code,
            **_words("板块", section.title),
        }


def _options(content: QuestionnaireContent) -> Iterator[dict[str, Value]]:
    yield from (_option(content, "", option) for option in content.options)
    for item in content.items:
        yield from (_option(content, item.code, option) for option in item.options)


def _option(content: QuestionnaireContent, item: str, option: Option) -> dict[str, Value]:
    return {
        "测评表代码": content.code,
        "题目代码": item,
        "选项代码": option.code,
        **_words("选项", option.label),
        "分值": "" if option.points is None else option.points,
        "不了解": yes_no(option.dont_know),
    }


def _items(content: QuestionnaireContent) -> Iterator[dict[str, Value]]:
    codes = answer_codes(content)
    for item in content.items:
        usual = item.required == (item.kind not in WITHOUT_BYTES)
        yield {
            "测评表代码": content.code,
            "题目代码": item.code,
            "题型": name_in(forms.ITEM_KINDS, item.kind),
            **_words("题目", item.text),
            "权重": item.weight,
            "字数上限": item.max_length,
            "必答": "" if usual else yes_no(item.required),
            "显示条件": write_conditions(item.show_if, codes),
            "板块": item.section,
            **_numbers(item),
        }


def _numbers(item: Item) -> dict[str, Value]:
    scale = item.low != item.high
    return {
        "最低分": item.low if scale else "",
        "最高分": item.high if scale else "",
        "最少选": item.fewest or "",
        "最多选": item.most or "",
    }


def _words(header: str, words: Words) -> dict[str, Value]:
    further: dict[str, Value] = {f"{header}:{tag}": text for tag, text in words.further.items()}
    return {header: words.zh, f"英文{header}": words.en, **further}
