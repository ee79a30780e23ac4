"""测评表, 测评板块, 测评选项, 测评题目, 跳题规则: the questionnaires as they are read, row by row.

Put together into whole forms by :mod:`surveys.setup.form_building`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from surveys.setup.headers import Book, Sheet
from surveys.setup.problems import Place, Problems
from surveys.setup.questionnaires import WITHOUT_BYTES, FormKind, ItemKind
from surveys.setup.tables import YES, Row, read_rows
from surveys.setup.words import Words

# Languages beyond Chinese and English: a column such as 标题:ug for each.
FURTHER: Final = ("ug", "bo", "mn", "kk", "ko", "za", "ii", "ky", "ru", "vi", "ar")
# Columns for the office itself.
REMARKS: Final = ("备注", "说明")
MAY_BE_EMPTY: Final = frozenset({"跳题规则", "测评板块"})


def _sheet(name: str, wanted: Sequence[str], optional: Sequence[str], worded: str) -> Sheet:
    """A sheet that refuses columns it does not know; `worded` are its columns of words."""
    further = [f"{header}:{tag}" for header in worded.split() for tag in FURTHER]
    free = (*optional, *further, *REMARKS)
    return Sheet(
        name, (*wanted, *free), optional=free, needs_rows=name not in MAY_BE_EMPTY, strict=True
    )


FORMS: Final = _sheet(
    "测评表",
    ("测评表代码", "测评种类", "标题", "英文标题", "填表说明", "英文说明", "限额选项", "限额比例"),
    ("限额题目", "每票单位上限", "单位乱序"),
    "标题 填表说明",
)
OPTIONS: Final = _sheet(
    "测评选项",
    ("测评表代码", "题目代码", "选项代码", "选项", "英文选项", "分值", "不了解"),
    (),
    "选项",
)
ITEMS: Final = _sheet(
    "测评题目",
    ("测评表代码", "题目代码", "题型", "题目", "英文题目", "权重", "字数上限"),
    ("必答", "显示条件", "板块", "最低分", "最高分", "最少选", "最多选"),
    "题目",
)
SECTIONS: Final = _sheet("测评板块", ("测评表代码", "板块代码", "板块", "英文板块"), (), "板块")
ROUTES: Final = _sheet("跳题规则", ("测评表代码", "题目代码", "选项代码", "接着回答"), (), "")

FORM_KINDS: Final[Mapping[str, FormKind]] = {
    "民主测评": "democratic",
    "公认度测评": "recognition",
    "反向测评": "reverse",
    "班子成员测评": "member",
}
ITEM_KINDS: Final = {
    "评分": ItemKind.RATING,
    "选择": ItemKind.CHOICE,
    "判断": ItemKind.YES_NO,
    "多选": ItemKind.SEVERAL,
    "排序": ItemKind.RANKING,
    "打分": ItemKind.NUMBER,
    "意见": ItemKind.COMMENT,
    "说明": ItemKind.NOTE,
}
LONGEST_WORDS: Final = 500
# What a ballot has room for.
LONGEST_COMMENT: Final = 200
MOST_TARGETS: Final = 20


@dataclass(frozen=True)
class FormRow:
    """A questionnaire's head."""

    place: Place
    code: str
    kind: FormKind
    title: Words
    intro: Words
    quota_option: str
    quota_share: Decimal | None
    quota_item: str
    most_targets: int
    random_order: bool


@dataclass(frozen=True)
class OptionRow:
    """An answer; without `item` it belongs to all rated items of the form."""

    place: Place
    form: str
    item: str
    code: str
    label: Words
    points: Decimal | None
    dont_know: bool


@dataclass(frozen=True)
class ItemRow:
    """A question."""

    place: Place
    form: str
    code: str
    kind: ItemKind
    text: Words
    weight: Decimal
    max_length: int
    required: bool
    show_if: str
    section: str
    low: int
    high: int
    fewest: int
    most: int


@dataclass(frozen=True)
class SectionRow:
    """A heading over items."""

    place: Place
    form: str
    code: str
    title: Words


@dataclass(frozen=True)
class RouteRow:
    """After this option only the items `then` are asked."""

    place: Place
    form: str
    item: str
    option: str
    then: tuple[str, ...]


def read_forms(book: Book, problems: Problems) -> tuple[FormRow, ...]:
    """The heads."""

    def form(row: Row) -> FormRow:
        return FormRow(
            place=row.place,
            code=row.code("测评表代码"),
            kind=row.choice("测评种类", FORM_KINDS),
            title=_words(row, "标题", "英文标题"),
            intro=_words(row, "填表说明", "英文说明"),
            quota_option=row.optional("限额选项"),
            quota_share=row.optional_number("限额比例", low=Decimal(0), high=Decimal(1)),
            quota_item=row.optional("限额题目"),
            most_targets=row.count("每票单位上限", default=MOST_TARGETS),
            random_order=row.flag("单位乱序"),
        )

    return tuple(form(row) for row in read_rows(book, FORMS, problems))


def read_options(book: Book, problems: Problems) -> tuple[OptionRow, ...]:
    """The answers, in the order in which they stand on the form."""

    def option(row: Row) -> OptionRow:
        return OptionRow(
            place=row.place,
            form=row.text("测评表代码"),
            item=row.optional("题目代码"),
            code=row.code("选项代码"),
            label=_words(row, "选项", "英文选项"),
            points=row.optional_number("分值", low=Decimal(0), high=Decimal(100)),
            dont_know=row.flag("不了解"),
        )

    return tuple(option(row) for row in read_rows(book, OPTIONS, problems))


def read_items(book: Book, problems: Problems) -> tuple[ItemRow, ...]:
    """The questions, in the order in which they stand on the form."""

    def item(row: Row) -> ItemRow:
        weight = row.optional_number("权重", low=Decimal(0), high=Decimal(100))
        length = row.optional_number("字数上限", low=Decimal(0), high=Decimal(LONGEST_COMMENT))
        kind = row.choice("题型", ITEM_KINDS)
        return ItemRow(
            place=row.place,
            form=row.text("测评表代码"),
            code=row.code("题目代码"),
            kind=kind,
            text=_words(row, "题目", "英文题目"),
            weight=weight or Decimal(0),
            max_length=int(length or 0),
            required=row.choice("必答", YES, default=kind not in WITHOUT_BYTES),
            show_if=row.optional("显示条件"),
            section=row.optional("板块"),
            low=row.count("最低分", default=0),
            high=row.count("最高分", default=0),
            fewest=row.count("最少选", default=0),
            most=row.count("最多选", default=0),
        )

    return tuple(item(row) for row in read_rows(book, ITEMS, problems))


def read_sections(book: Book, problems: Problems) -> tuple[SectionRow, ...]:
    """The headings; a book without them has no such sheet."""

    def section(row: Row) -> SectionRow:
        return SectionRow(
            place=row.place,
            form=row.text("测评表代码"),
            code=row.code("板块代码"),
            title=_words(row, "板块", "英文板块"),
        )

    there = SECTIONS.name in book
    return tuple(section(row) for row in read_rows(book, SECTIONS, problems)) if there else ()


def read_routes(book: Book, problems: Problems) -> tuple[RouteRow, ...]:
    """Which items follow an answer; none means that the form ends there."""

    def route(row: Row) -> RouteRow:
        then = re.split(r"[、,，;；\s]+", row.optional("接着回答"))
        return RouteRow(
            place=row.place,
            form=row.text("测评表代码"),
            item=row.text("题目代码"),
            option=row.text("选项代码"),
            then=tuple(code for code in then if code),
        )

    return tuple(route(row) for row in read_rows(book, ROUTES, problems))


def _words(row: Row, zh: str, en: str) -> Words:
    """All languages; the unit's name goes where {单位} or {unit} stands."""
    found = {"zh": row.text(zh, longest=LONGEST_WORDS) or "？"}
    found["en"] = row.optional(en, longest=LONGEST_WORDS)
    found |= {tag: row.optional(f"{zh}:{tag}", longest=LONGEST_WORDS) for tag in FURTHER}
    named = {tag: text.replace("{单位}", "{unit}") for tag, text in found.items() if text}
    return Words(**named)
