"""A questionnaire as an XLSForm: survey, choices, settings."""

from collections.abc import Iterator, Sequence

from surveys.questionnaires.exchange.expressions import write_relevant
from surveys.questionnaires.exchange.workbooks import Table, Value, write_workbook
from surveys.questionnaires.exchange.xlsform_columns import (
    CHOICES,
    COLUMNS,
    SCALE,
    SETTINGS,
    SURVEY,
    WORDED,
)
from surveys.questionnaires.reading_time import texts
from surveys.setup.conditions import answer_codes
from surveys.setup.questionnaires import (
    BYTE_FOR_EACH_OPTION,
    YES_NO,
    Item,
    ItemKind,
    Option,
    QuestionnaireContent,
)
from surveys.setup.words import Words

TYPE_OF = {
    ItemKind.RATING: "select_one",
    ItemKind.CHOICE: "select_one",
    ItemKind.YES_NO: "select_one",
    ItemKind.SEVERAL: "select_multiple",
    ItemKind.RANKING: "rank",
    ItemKind.NUMBER: "range",
    ItemKind.COMMENT: "text",
    ItemKind.NOTE: "note",
}
YES_NO_LIST = "yes_no"


def write_xlsform(content: QuestionnaireContent) -> bytes:
    """A file that `read_xlsform` reads again as the same questionnaire."""
    languages = sorted({tag for words in texts(content) for tag in words.by_language}, key=_order)
    return write_workbook(
        {
            SURVEY: _table(SURVEY, _survey(content), languages),
            CHOICES: _table(CHOICES, _choices(content), languages),
            SETTINGS: _table(SETTINGS, [_settings(content)], languages),
        }
    )


def _order(tag: str) -> tuple[int, str]:
    return {"zh": 0, "en": 1}.get(tag, 2), tag


def _table(
    sheet: str,
    rows: Iterator[dict[str, Value]] | Sequence[dict[str, Value]],
    languages: Sequence[str],
) -> Table:
    first, *others = COLUMNS[sheet][:2] if sheet != SETTINGS else COLUMNS[sheet][:1]
    worded = [f"{column}::{tag}" for column in WORDED[sheet] for tag in languages]
    rest = [column for column in COLUMNS[sheet] if column not in {first, *others}]
    headers = [first, *others, *worded, *rest]
    return [headers, *([row.get(header, "") for header in headers] for row in rows)]


def _survey(content: QuestionnaireContent) -> Iterator[dict[str, Value]]:
    codes = answer_codes(content)
    items = {item.code: item for item in content.items}
    open_section = ""
    for item in content.items:
        if item.section != open_section:
            if open_section:
                yield {"type": "end_group"}
            open_section = item.section
            yield from (_group(content, open_section) if open_section else ())
        yield {
            "type": _type(item),
            "name": item.code,
            **_words("label", item.text),
            "required": "yes" if item.required else "no",
            "relevant": write_relevant(item.show_if, codes, items),
            "constraint": _constraint(item),
            "parameters": _parameters(item),
            "gp_kind": item.kind.value,
            "gp_weight": item.weight,
            "gp_options": _dont_know_list(item),
        }
    if open_section:
        yield {"type": "end_group"}
    # A heading over nothing is kept as an empty group.
    used = {item.section for item in content.items}
    for section in content.sections:
        if section.code not in used:
            yield from _group(content, section.code)
            yield {"type": "end_group"}


def _group(content: QuestionnaireContent, code: str) -> Iterator[dict[str, Value]]:
    section = next(each for each in content.sections if each.code == code)
    yield {"type": "begin_group", "name": code, **_words("label", section.title)}


def _type(item: Item) -> str:
    name = TYPE_OF[item.kind]
    if item.kind in {ItemKind.NUMBER, ItemKind.COMMENT, ItemKind.NOTE}:
        return name
    return f"{name} {_list_of(item)}"


def _list_of(item: Item) -> str:
    if item.options:
        return f"{item.code}_options"
    return YES_NO_LIST if item.kind is ItemKind.YES_NO else SCALE


def _dont_know_list(item: Item) -> str:
    return f"{item.code}_options" if item.kind is ItemKind.NUMBER and item.options else ""


def _constraint(item: Item) -> str:
    if item.kind is ItemKind.COMMENT:
        return f"string-length(.) <= {item.max_length}"
    if item.kind not in BYTE_FOR_EACH_OPTION:
        return ""
    limits = [f"count-selected(.) >= {item.fewest}"] if item.fewest else []
    limits += [f"count-selected(.) <= {item.most}"] if item.most else []
    return " and ".join(limits)


def _parameters(item: Item) -> str:
    return f"start={item.low} end={item.high} step=1" if item.kind is ItemKind.NUMBER else ""


def _choices(content: QuestionnaireContent) -> Iterator[dict[str, Value]]:
    yield from (_choice(SCALE, option) for option in content.options)
    if any(item.kind is ItemKind.YES_NO and not item.options for item in content.items):
        yield from (_choice(YES_NO_LIST, option) for option in YES_NO)
    for item in content.items:
        yield from (_choice(f"{item.code}_options", option) for option in item.options)


def _choice(name: str, option: Option) -> dict[str, Value]:
    return {
        "list_name": name,
        "name": option.code,
        **_words("label", option.label),
        "gp_points": "" if option.points is None else option.points,
        "gp_dont_know": "yes" if option.dont_know else "",
    }


def _settings(content: QuestionnaireContent) -> dict[str, Value]:
    quota = content.quota
    return {
        "form_id": content.code,
        **_words("form_title", content.title),
        **_words("gp_intro", content.intro),
        "default_language": "zh",
        "gp_kind": content.kind,
        "gp_quota_option": quota.option if quota else "",
        "gp_quota_share": quota.share if quota else "",
        "gp_quota_item": quota.item if quota else "",
        "gp_most_units": content.most_targets,
        "gp_random_order": "yes" if content.random_order else "no",
    }


def _words(column: str, words: Words) -> dict[str, Value]:
    return {f"{column}::{tag}": text for tag, text in words.by_language.items()}
