"""测评表, 测评选项, 测评题目, 跳题规则: the questionnaires as they are read, row by row.

Put together into whole forms by :mod:`surveys.setup.form_building`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from surveys.setup.headers import Book, Sheet
from surveys.setup.problems import Place, Problems
from surveys.setup.questionnaires import ItemKind
from surveys.setup.tables import Row, read_rows
from surveys.setup.words import Words

FORMS: Final = Sheet(
    "测评表",
    ("测评表代码", "测评种类", "标题", "英文标题", "填表说明", "英文说明", "限额选项", "限额比例"),
)
OPTIONS: Final = Sheet(
    "测评选项", ("测评表代码", "题目代码", "选项代码", "选项", "英文选项", "分值", "不了解")
)
ITEMS: Final = Sheet(
    "测评题目", ("测评表代码", "题目代码", "题型", "题目", "英文题目", "权重", "字数上限")
)
ROUTES: Final = Sheet(
    "跳题规则", ("测评表代码", "题目代码", "选项代码", "接着回答"), needs_rows=False
)

FormKind: TypeAlias = Literal["democratic", "recognition", "reverse"]
FORM_KINDS: Final[Mapping[str, FormKind]] = {
    "民主测评": "democratic",
    "公认度测评": "recognition",
    "反向测评": "reverse",
}
ITEM_KINDS: Final = {"评分": ItemKind.RATING, "选择": ItemKind.CHOICE, "意见": ItemKind.COMMENT}
LONGEST_WORDS: Final = 500
# What a ballot has room for.
LONGEST_COMMENT: Final = 200


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
        return ItemRow(
            place=row.place,
            form=row.text("测评表代码"),
            code=row.code("题目代码"),
            kind=row.choice("题型", ITEM_KINDS),
            text=_words(row, "题目", "英文题目"),
            weight=weight or Decimal(0),
            max_length=int(length or 0),
        )

    return tuple(item(row) for row in read_rows(book, ITEMS, problems))


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
    """Both languages; the unit's name goes where {单位} or {unit} stands."""
    chinese = row.text(zh, longest=LONGEST_WORDS).replace("{单位}", "{unit}")
    return Words(zh=chinese or "?", en=row.text(en, longest=LONGEST_WORDS) or "?")
