"""指标, 指标值: what is measured, how it becomes points, and each unit's figures."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from surveys.models.indicators import IndicatorPart
from surveys.setup.cell_text import as_number, exact, name_in
from surveys.setup.headers import Book, Sheet
from surveys.setup.problems import Place, Problems
from surveys.setup.tables import Row, read_rows

INDICATORS: Final = Sheet(
    "指标",
    (
        "指标代码",
        "指标名称",
        "英文名称",
        "考核类型",
        "季度",
        "权重",
        "折算方法",
        "折算参数",
        "方向",
        "考核责任单位",
    ),
    needs_rows=False,
    key=("指标代码",),
    optional=("英文名称", "季度", "折算参数", "方向", "考核责任单位"),
    aliases={"责任单位": "考核责任单位"},
)
VALUES: Final = Sheet(
    "指标值",
    ("指标代码", "单位代码", "完成值", "目标值"),
    needs_rows=False,
    key=("指标代码", "单位代码"),
    optional=("目标值",),
    aliases={"指标名称": "指标代码", "单位名称": "单位代码", "实绩": "完成值", "得分": "完成值"},
)

PARTS: Final = {
    "季度": IndicatorPart.QUARTERLY,
    "年度": IndicatorPart.ANNUAL,
    "专项": IndicatorPart.SPECIAL,
}
DIRECTIONS: Final = {"越高越好": False, "越低越好": True}
FULL_MARKS: Final = Decimal(100)


@dataclass(frozen=True)
class Method:
    """A conversion as the sheet names it: its id, its parameters by their Chinese names."""

    conversion: str
    parameters: Mapping[str, str]
    needs_target: bool = False
    fixed: tuple[tuple[str, str], ...] = ()
    lower_is_better: bool = False


METHODS: Final = {
    "比例折算": Method("ratio", {"封顶": "cap"}, needs_target=True),
    # A figure that already is points is its own ratio to full marks.
    "直接计分": Method("ratio", {}),
    "按第一名折算": Method("best_ratio", {}),
    "功效系数法": Method(
        "range", {"最低分": "low", "最高分": "high", "不允许值": "worst", "满意值": "best"}
    ),
    "五档折算": Method("five_tier", {"其余": "otherwise"}, needs_target=True),
    "按排名赋分": Method("rank_points", {"首位分": "first", "级差": "step"}),
    "每单位加减分": Method(
        "step",
        {
            "基准分": "base",
            "基准值": "reference",
            "每单位分值": "points_per_unit",
            "最低分": "low",
            "最高分": "high",
        },
    ),
    # full − n·d, not below 0, is a step down from full marks.
    "扣分制": Method(
        "step",
        {"每次扣分": "points_per_unit", "满分": "base"},
        fixed=(("reference", "0"), ("base", "100")),
        lower_is_better=True,
    ),
    "标准分": Method("zscore", {"平均分": "centre", "离散分": "spread"}),
}
DIRECT: Final = "直接计分"


@dataclass(frozen=True)
class IndicatorRow:
    """One indicator; `parameters` are exact numbers as text, by the names of the conversion."""

    place: Place
    code: str
    name_zh: str
    name_en: str
    part: IndicatorPart
    quarter: int | None
    weight: Decimal
    method: str
    parameters: Mapping[str, str]
    lower_is_better: bool
    body: str

    @property
    def conversion(self) -> str:
        """Id of the conversion."""
        return METHODS[self.method].conversion


@dataclass(frozen=True)
class ValueRow:
    """A unit's figure on an indicator."""

    place: Place
    indicator: str
    unit: str
    value: Decimal
    target: Decimal | None


def read_indicators(book: Book, problems: Problems) -> tuple[IndicatorRow, ...]:
    """The indicators, in the order of the sheet."""
    return tuple(_indicator(row) for row in read_rows(book, INDICATORS, problems))


def _indicator(row: Row) -> IndicatorRow:
    method = row.choice("折算方法", {name: name for name in METHODS})
    part = row.choice("考核类型", PARTS)
    return IndicatorRow(
        place=row.place,
        code=row.code("指标代码"),
        name_zh=row.text("指标名称"),
        name_en=row.english("英文名称", instead=row.optional("指标名称")),
        part=part,
        quarter=_quarter(row, part),
        weight=row.number("权重", low=Decimal(0), high=Decimal(1)),
        method=method,
        parameters=_parameters(row, METHODS[method]),
        lower_is_better=row.choice("方向", DIRECTIONS, default=METHODS[method].lower_is_better)
        or METHODS[method].lower_is_better,
        body=row.optional("考核责任单位"),
    )


def _quarter(row: Row, part: IndicatorPart) -> int | None:
    given = row.optional_number("季度", low=Decimal(1), high=Decimal(4))
    if part is IndicatorPart.QUARTERLY and given is None:
        row.note("季度", "quarter_missing")
    if part is not IndicatorPart.QUARTERLY and given is not None:
        row.note("季度", "quarter_not_wanted")
    return None if given is None else int(given)


def _parameters(row: Row, method: Method) -> dict[str, str]:
    """`最低分=60；最高分=100` as {"low": "60", "high": "100"}."""
    parameters = dict(method.fixed)
    for part in re.split(r"[;；,，\n]", row.optional("折算参数")):
        if not part.strip():
            continue
        name, _, given = re.sub(r"[=:：＝]", "=", part, count=1).partition("=")  # noqa: RUF001
        number = as_number(given.strip())
        if name.strip() not in method.parameters or number is None:
            row.note("折算参数", "bad_parameter", expected=tuple(method.parameters))
        else:
            parameters[method.parameters[name.strip()]] = str(number)
    return parameters


def read_values(book: Book, problems: Problems) -> tuple[ValueRow, ...]:
    """The figures."""

    def value(row: Row) -> ValueRow:
        return ValueRow(
            place=row.place,
            indicator=row.text("指标代码"),
            unit=row.text("单位代码"),
            value=row.number("完成值"),
            target=row.optional_number("目标值"),
        )

    return tuple(value(row) for row in read_rows(book, VALUES, problems))


def indicator_cells(row: IndicatorRow) -> tuple[str, ...]:
    """An indicator as its sheet has it."""
    return (
        row.code,
        row.name_zh,
        row.name_en,
        name_in(PARTS, row.part),
        "" if row.quarter is None else str(row.quarter),
        exact(row.weight),
        row.method,
        parameter_text(row),
        name_in(DIRECTIONS, row.lower_is_better),
        row.body,
    )


def parameter_text(row: IndicatorRow) -> str:
    """{"low": "60", "high": "100"} as `最低分=60；最高分=100`."""
    named = METHODS[row.method].parameters
    given = ((name, row.parameters.get(key)) for name, key in named.items())
    return "；".join(f"{name}={value}" for name, value in given if value is not None)


def value_cells(row: ValueRow) -> tuple[str, ...]:
    """A figure as its sheet has it."""
    return row.indicator, row.unit, exact(row.value), exact(row.target)
