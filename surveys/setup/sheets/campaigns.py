"""测评活动, 测评主体, 主体人数: what is asked, who is asked with which weight, and how many."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from surveys.models.campaigns import RaterScope
from surveys.setup.cell_text import as_text, exact, name_in, yes_no
from surveys.setup.headers import Book, Sheet
from surveys.setup.problems import Place, Problems
from surveys.setup.tables import YES, Row, read_rows

CAMPAIGNS: Final = Sheet(
    "测评活动",
    ("活动代码", "活动名称", "英文名称", "测评表代码"),
    key=("活动代码",),
    optional=("英文名称",),
)
GROUPS: Final = Sheet(
    "测评主体",
    (
        "活动代码",
        "主体代码",
        "主体名称",
        "英文名称",
        "权重",
        "主要负责人权重",
        "最低有效票",
        "评价范围",
        "每批票数",
        "开放扫码",
        "询问年龄",
    ),
    key=("活动代码", "主体代码"),
    optional=("英文名称", "主要负责人权重", "开放扫码", "询问年龄"),
    aliases={"渠道代码": "主体代码", "渠道名称": "主体名称"},
)
SIZES: Final = Sheet(
    "票数调整",
    ("活动代码", "主体代码", "单位代码", "每批票数"),
    needs_rows=False,
    key=("活动代码", "主体代码", "单位代码"),
    aliases={"单位名称": "单位代码"},
)

SCOPES: Final = {
    "逐类别": RaterScope.CATEGORY,
    "同类互评": RaterScope.PEERS,
    "部门乡镇互评": RaterScope.OTHER_KIND,
    "本单位": RaterScope.OWN,
    "单个单位": RaterScope.UNIT,
    "考核责任单位": RaterScope.BODIES,
}

# An open code with which each phone proves some work, so that no program fills the box.
WITH_WORK: Final = "防刷"
OPEN_CODES: Final = {**YES, WITH_WORK: True}


@dataclass(frozen=True)
class CampaignRow:
    """One questionnaire put to its rater groups."""

    place: Place
    code: str
    name_zh: str
    name_en: str
    form: str


@dataclass(frozen=True)
class GroupRow:
    """One rater group or channel of a campaign."""

    place: Place
    campaign: str
    code: str
    name_zh: str
    name_en: str
    weight: Decimal
    head_weight: Decimal | None
    min_valid: int
    scope: RaterScope
    size: int
    open_code: bool
    proof_of_work: bool
    asks_age: bool


@dataclass(frozen=True)
class SizeRow:
    """Another number of ballots for one unit."""

    place: Place
    campaign: str
    group: str
    unit: str
    size: int


def read_campaigns(book: Book, problems: Problems) -> tuple[CampaignRow, ...]:
    """The campaigns."""

    def campaign(row: Row) -> CampaignRow:
        return CampaignRow(
            place=row.place,
            code=row.code("活动代码"),
            name_zh=row.text("活动名称"),
            name_en=row.english("英文名称", instead=row.optional("活动名称")),
            form=row.text("测评表代码"),
        )

    return tuple(campaign(row) for row in read_rows(book, CAMPAIGNS, problems))


def read_groups(book: Book, problems: Problems) -> tuple[GroupRow, ...]:
    """The rater groups, in the order of the sheet."""

    def group(row: Row) -> GroupRow:
        return GroupRow(
            place=row.place,
            campaign=row.text("活动代码"),
            code=row.code("主体代码"),
            name_zh=row.text("主体名称"),
            name_en=row.english("英文名称", instead=row.optional("主体名称")),
            weight=row.number("权重", low=Decimal(0), high=Decimal(1)),
            head_weight=row.optional_number("主要负责人权重", low=Decimal(0), high=Decimal(1)),
            min_valid=row.count("最低有效票", low=1),
            scope=row.choice("评价范围", SCOPES),
            size=row.count("每批票数"),
            open_code=row.choice("开放扫码", OPEN_CODES, default=False),
            proof_of_work=as_text(row.cells.get("开放扫码")) == WITH_WORK,
            asks_age=row.flag("询问年龄"),
        )

    return tuple(group(row) for row in read_rows(book, GROUPS, problems))


def read_sizes(book: Book, problems: Problems) -> tuple[SizeRow, ...]:
    """Numbers of ballots that differ from the group's."""

    def size(row: Row) -> SizeRow:
        return SizeRow(
            place=row.place,
            campaign=row.text("活动代码"),
            group=row.text("主体代码"),
            unit=row.text("单位代码"),
            size=row.count("每批票数"),
        )

    return tuple(size(row) for row in read_rows(book, SIZES, problems))


def campaign_cells(row: CampaignRow) -> tuple[str, ...]:
    """A campaign as its sheet has it."""
    return row.code, row.name_zh, row.name_en, row.form


def group_cells(row: GroupRow) -> tuple[str, ...]:
    """A rater group as its sheet has it."""
    return (
        row.campaign,
        row.code,
        row.name_zh,
        row.name_en,
        exact(row.weight),
        "" if row.head_weight is None else exact(row.head_weight),
        str(row.min_valid),
        name_in(SCOPES, row.scope),
        str(row.size),
        WITH_WORK if row.proof_of_work else yes_no(row.open_code),
        yes_no(row.asks_age),
    )


def size_cells(row: SizeRow) -> tuple[str, ...]:
    """Another number of ballots as its sheet has it."""
    return row.campaign, row.group, row.unit, str(row.size)
