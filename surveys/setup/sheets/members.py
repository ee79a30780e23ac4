"""班子成员, 成员得分, 成员事实认定: the leading groups' members, and what is known of each."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from surveys.models.units import MemberRole
from surveys.setup.cell_text import exact, name_in
from surveys.setup.headers import Book, Sheet
from surveys.setup.problems import Place, Problems
from surveys.setup.tables import Row, read_rows

MEMBERS: Final = Sheet(
    "班子成员",
    ("成员代码", "姓名", "英文名称", "所属单位", "职务", "英文职务", "班子职位"),
    needs_rows=False,
    key=("成员代码",),
    optional=("英文名称", "英文职务"),
    aliases={"单位": "所属单位", "人员代码": "成员代码", "英文姓名": "英文名称"},
)
POINTS: Final = Sheet(
    "成员得分",
    ("成员代码", "计分项", "分项", "得分"),
    needs_rows=False,
    key=("成员代码", "计分项", "分项"),
    optional=("分项",),
    aliases={"人员代码": "成员代码"},
)
FACTS: Final = Sheet(
    "成员事实认定",
    ("成员代码", "认定事项", "文件依据"),
    needs_rows=False,
    key=("成员代码", "认定事项", "文件依据"),
    aliases={"人员代码": "成员代码"},
)

ROLES: Final = {"主要负责人": MemberRole.HEAD, "其他成员": MemberRole.OTHER}
FULL_MARKS: Final = Decimal(100)
LONGEST_DOCUMENT: Final = 500


@dataclass(frozen=True)
class MemberRow:
    """A member of a unit's leading group."""

    place: Place
    code: str
    name_zh: str
    name_en: str
    unit: str
    post_zh: str
    post_en: str
    role: MemberRole


@dataclass(frozen=True)
class MemberPointsRow:
    """A figure on a person: the scheme's component for persons by its name, and its part."""

    place: Place
    member: str
    component: str
    part: str
    points: Decimal


@dataclass(frozen=True)
class MemberFactRow:
    """A fact of the scheme, by its name, established of a person."""

    place: Place
    member: str
    fact: str
    document: str


def read_members(book: Book, problems: Problems) -> tuple[MemberRow, ...]:
    """The members, in the order of the sheet; a book without them has no such sheet."""

    def member(row: Row) -> MemberRow:
        return MemberRow(
            place=row.place,
            code=row.code("成员代码"),
            name_zh=row.text("姓名"),
            name_en=row.english("英文名称", instead=row.optional("姓名")),
            unit=row.text("所属单位"),
            post_zh=row.text("职务"),
            post_en=row.english("英文职务", instead=row.optional("职务")),
            role=row.choice("班子职位", ROLES),
        )

    there = MEMBERS.name in book
    return tuple(member(row) for row in read_rows(book, MEMBERS, problems)) if there else ()


def read_points(book: Book, problems: Problems) -> tuple[MemberPointsRow, ...]:
    """Figures on persons."""

    def points(row: Row) -> MemberPointsRow:
        return MemberPointsRow(
            place=row.place,
            member=row.text("成员代码"),
            component=row.text("计分项"),
            part=row.optional("分项"),
            points=row.number("得分", low=Decimal(0), high=FULL_MARKS, places=4),
        )

    there = POINTS.name in book
    return tuple(points(row) for row in read_rows(book, POINTS, problems)) if there else ()


def read_facts(book: Book, problems: Problems) -> tuple[MemberFactRow, ...]:
    """Facts established of persons."""

    def fact(row: Row) -> MemberFactRow:
        return MemberFactRow(
            place=row.place,
            member=row.text("成员代码"),
            fact=row.text("认定事项"),
            document=row.text("文件依据", longest=LONGEST_DOCUMENT),
        )

    there = FACTS.name in book
    return tuple(fact(row) for row in read_rows(book, FACTS, problems)) if there else ()


def member_cells(row: MemberRow) -> tuple[str, ...]:
    """A member as its sheet has it."""
    role = name_in(ROLES, row.role)
    return row.code, row.name_zh, row.name_en, row.unit, row.post_zh, row.post_en, role


def points_cells(row: MemberPointsRow) -> tuple[str, ...]:
    """A figure on a person as its sheet has it."""
    return row.member, row.component, row.part, exact(row.points)


def fact_cells(row: MemberFactRow) -> tuple[str, ...]:
    """A fact established of a person as its sheet has it."""
    return row.member, row.fact, row.document
