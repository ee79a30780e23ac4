"""类别, 单位名单, 考核关系: who is assessed, among whom, and by whom."""

from dataclasses import dataclass
from typing import Final

from surveys.models.units import UnitKind
from surveys.setup.cell_text import name_in, word
from surveys.setup.headers import Book, Sheet
from surveys.setup.problems import Place, Problems
from surveys.setup.tables import Row, read_rows

CATEGORIES: Final = Sheet(
    "类别",
    ("类别代码", "类别名称", "英文名称", "单位性质"),
    key=("类别代码",),
    optional=("英文名称",),
)
UNITS: Final = Sheet(
    "单位名单",
    ("单位代码", "单位名称", "英文名称", "类别代码", "干部职工人数"),
    key=("单位代码",),
    optional=("英文名称", "干部职工人数"),
    aliases={"类别": "类别代码", "类别名称": "类别代码", "职工人数": "干部职工人数"},
)
ASSESSMENTS: Final = Sheet(
    "考核关系",
    ("考核责任单位", "考核对象"),
    needs_rows=False,
    key=("考核责任单位", "考核对象"),
    aliases={"被考核单位": "考核对象"},
)

KINDS: Final = {"部门": UnitKind.DEPARTMENT, "乡镇": UnitKind.TOWNSHIP}
ALL: Final = "全部单位"
ALL_OF_KIND: Final = {"全部部门": UnitKind.DEPARTMENT, "全部乡镇": UnitKind.TOWNSHIP}


@dataclass(frozen=True)
class CategoryRow:
    """Units are ranked inside their category."""

    place: Place
    code: str
    name_zh: str
    name_en: str
    kind: UnitKind


@dataclass(frozen=True)
class UnitRow:
    """A unit under assessment."""

    place: Place
    code: str
    name_zh: str
    name_en: str
    category: str
    n_staff: int


@dataclass(frozen=True)
class AssessmentRow:
    """`body` assesses `subject`: a unit, a category, or 全部单位, 全部部门, 全部乡镇."""

    place: Place
    body: str
    subject: str


def read_categories(book: Book, problems: Problems) -> tuple[CategoryRow, ...]:
    """The categories, in the order of the sheet."""

    def category(row: Row) -> CategoryRow:
        return CategoryRow(
            place=row.place,
            code=row.code("类别代码"),
            name_zh=row.text("类别名称"),
            name_en=row.english("英文名称", instead=row.optional("类别名称")),
            kind=row.choice("单位性质", KINDS),
        )

    return tuple(category(row) for row in read_rows(book, CATEGORIES, problems))


def read_units(book: Book, problems: Problems) -> tuple[UnitRow, ...]:
    """The units, in the order of the sheet."""

    def unit(row: Row) -> UnitRow:
        return UnitRow(
            place=row.place,
            code=row.code("单位代码"),
            name_zh=row.text("单位名称"),
            name_en=row.english("英文名称", instead=row.optional("单位名称")),
            category=row.text("类别代码"),
            n_staff=row.count("干部职工人数", default=0),
        )

    return tuple(unit(row) for row in read_rows(book, UNITS, problems))


def read_assessments(book: Book, problems: Problems) -> tuple[AssessmentRow, ...]:
    """Who assesses whom, as written: groups are not yet taken apart."""
    return tuple(
        AssessmentRow(row.place, body=row.text("考核责任单位"), subject=word(row.text("考核对象")))
        for row in read_rows(book, ASSESSMENTS, problems)
    )


def category_cells(row: CategoryRow) -> tuple[str, ...]:
    """A category as its sheet has it."""
    return row.code, row.name_zh, row.name_en, name_in(KINDS, row.kind)


def unit_cells(row: UnitRow) -> tuple[str, ...]:
    """A unit as its sheet has it."""
    return row.code, row.name_zh, row.name_en, row.category, str(row.n_staff)
