"""加减分, 一票否决: what is added, taken away, or bars a good grade, and by which paper."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from surveys.models.indicators import AdjustmentKind
from surveys.setup.cell_text import exact, name_in, yes_no
from surveys.setup.headers import Book, Sheet
from surveys.setup.problems import Place, Problems
from surveys.setup.tables import Row, read_rows

ADJUSTMENTS: Final = Sheet(
    "加减分",
    ("单位代码", "类型", "分值", "事由", "文件依据"),
    needs_rows=False,
    key=("单位代码", "类型", "事由", "文件依据"),
    aliases={"单位名称": "单位代码"},
)
VETOES: Final = Sheet(
    "一票否决",
    ("单位代码", "否决事项", "是否重大", "文件依据"),
    needs_rows=False,
    key=("单位代码", "否决事项", "文件依据"),
    aliases={"单位名称": "单位代码"},
)

KINDS: Final = {"加分": AdjustmentKind.BONUS, "扣分": AdjustmentKind.DEDUCTION}
SMALLEST: Final = Decimal("0.0001")
LONGEST_REASON: Final = 500


@dataclass(frozen=True)
class AdjustmentRow:
    """Bonus or deduction points of a unit."""

    place: Place
    unit: str
    kind: AdjustmentKind
    points: Decimal
    reason: str
    document: str


@dataclass(frozen=True)
class VetoRow:
    """A listed event of a unit."""

    place: Place
    unit: str
    item: str
    major: bool
    document: str


def read_adjustments(book: Book, problems: Problems) -> tuple[AdjustmentRow, ...]:
    """Bonus and deduction points."""

    def adjustment(row: Row) -> AdjustmentRow:
        return AdjustmentRow(
            place=row.place,
            unit=row.text("单位代码"),
            kind=row.choice("类型", KINDS),
            points=row.number("分值", low=SMALLEST, high=Decimal(100), places=4),
            reason=row.text("事由", longest=LONGEST_REASON),
            document=row.text("文件依据", longest=LONGEST_REASON),
        )

    return tuple(adjustment(row) for row in read_rows(book, ADJUSTMENTS, problems))


def read_vetoes(book: Book, problems: Problems) -> tuple[VetoRow, ...]:
    """Vetoes."""

    def veto(row: Row) -> VetoRow:
        return VetoRow(
            place=row.place,
            unit=row.text("单位代码"),
            item=row.text("否决事项"),
            major=row.flag("是否重大"),
            document=row.text("文件依据", longest=LONGEST_REASON),
        )

    return tuple(veto(row) for row in read_rows(book, VETOES, problems))


def adjustment_cells(row: AdjustmentRow) -> tuple[str, ...]:
    """Bonus or deduction points as their sheet has them."""
    return row.unit, name_in(KINDS, row.kind), exact(row.points), row.reason, row.document


def veto_cells(row: VetoRow) -> tuple[str, ...]:
    """A listed event as its sheet has it."""
    return row.unit, row.item, yes_no(row.major), row.document
