"""A whole set-up workbook: read, checked, and either right or refused with every problem named."""

from dataclasses import dataclass
from typing import Final

from surveys.errors import Invalid
from surveys.setup.cells import read_cells
from surveys.setup.checks import check
from surveys.setup.form_building import FormRows, build_forms
from surveys.setup.headers import Book
from surveys.setup.problems import Problems, RowProblem
from surveys.setup.questionnaires import QuestionnaireContent
from surveys.setup.sheets import adjustments, campaigns, forms, indicators, members, period, units
from surveys.setup.sheets.adjustments import AdjustmentRow, VetoRow
from surveys.setup.sheets.campaigns import CampaignRow, GroupRow, SizeRow
from surveys.setup.sheets.indicators import IndicatorRow, ValueRow
from surveys.setup.sheets.members import MemberFactRow, MemberPointsRow, MemberRow
from surveys.setup.sheets.period import PeriodRow
from surveys.setup.sheets.units import CategoryRow, UnitRow
from surveys.setup.written import Written

SHEETS: Final = (
    period.PERIOD,
    units.CATEGORIES,
    units.UNITS,
    members.MEMBERS,
    units.ASSESSMENTS,
    forms.FORMS,
    forms.OPTIONS,
    forms.ITEMS,
    forms.ROUTES,
    campaigns.CAMPAIGNS,
    campaigns.GROUPS,
    campaigns.SIZES,
    indicators.INDICATORS,
    indicators.VALUES,
    adjustments.ADJUSTMENTS,
    adjustments.VETOES,
    members.POINTS,
    members.FACTS,
)


@dataclass(frozen=True)
class SetupWorkbook:
    """What a workbook sets up; every reference in it is known to lead somewhere.

    Attributes
    ----------
    assessments : pairs (body, unit) of codes, groups taken apart, no body with itself
    """

    period: PeriodRow
    categories: tuple[CategoryRow, ...]
    units: tuple[UnitRow, ...]
    members: tuple[MemberRow, ...]
    assessments: tuple[tuple[str, str], ...]
    questionnaires: tuple[QuestionnaireContent, ...]
    campaigns: tuple[CampaignRow, ...]
    groups: tuple[GroupRow, ...]
    sizes: tuple[SizeRow, ...]
    indicators: tuple[IndicatorRow, ...]
    values: tuple[ValueRow, ...]
    adjustments: tuple[AdjustmentRow, ...]
    vetoes: tuple[VetoRow, ...]
    member_points: tuple[MemberPointsRow, ...]
    member_facts: tuple[MemberFactRow, ...]


def read_setup_workbook(data: bytes) -> SetupWorkbook:
    """Read a workbook.

    Raises
    ------
    Invalid
        ``bad_rows`` (rows: tuple of RowProblem) with all that is wrong inside; what is wrong with
        the file as such: see :func:`surveys.setup.cells.read_cells`
    """
    book = read_cells(data)
    problems = Problems()
    written, found = read_tables(book, problems, read_forms(book, problems))
    check(written, problems)
    if problems.found or found is None:
        raise Invalid("bad_rows", rows=in_order(problems))
    return whole(written, found)


def whole(written: Written, found: PeriodRow) -> SetupWorkbook:
    """What was written, once it is known to fit together."""
    return SetupWorkbook(
        period=found,
        categories=written.categories,
        units=written.units,
        members=written.members,
        assessments=written.pairs(),
        questionnaires=written.questionnaires,
        campaigns=written.campaigns,
        groups=written.groups,
        sizes=written.sizes,
        indicators=written.indicators,
        values=written.values,
        adjustments=written.adjustments,
        vetoes=written.vetoes,
        member_points=written.member_points,
        member_facts=written.member_facts,
    )


def in_order(problems: Problems) -> tuple[RowProblem, ...]:
    """The problems in the order of the workbook's sheets."""
    return problems.in_order(tuple(sheet.name for sheet in SHEETS))


@dataclass(frozen=True)
class Forms:
    """The rows of the four sheets of questionnaires, and the whole forms built from them."""

    rows: FormRows
    built: tuple[QuestionnaireContent, ...]


def read_forms(book: Book, problems: Problems) -> Forms:
    """The questionnaires; what does not fit is noted."""
    rows = FormRows(
        forms=forms.read_forms(book, problems),
        options=forms.read_options(book, problems),
        items=forms.read_items(book, problems),
        routes=forms.read_routes(book, problems),
        sections=forms.read_sections(book, problems),
    )
    return Forms(rows, build_forms(rows, problems))


def read_tables(
    book: Book, problems: Problems, questionnaires: Forms
) -> tuple[Written, PeriodRow | None]:
    """All other sheets, with the questionnaires that they refer to."""
    found = period.read_period(book, problems)
    written = Written(
        scheme=found.scheme if found else "",
        own_scheme=found.own_scheme if found else "",
        categories=units.read_categories(book, problems),
        units=units.read_units(book, problems),
        members=members.read_members(book, problems),
        assessments=units.read_assessments(book, problems),
        forms=questionnaires.rows,
        questionnaires=questionnaires.built,
        campaigns=campaigns.read_campaigns(book, problems),
        groups=campaigns.read_groups(book, problems),
        sizes=campaigns.read_sizes(book, problems),
        indicators=indicators.read_indicators(book, problems),
        values=indicators.read_values(book, problems),
        adjustments=adjustments.read_adjustments(book, problems),
        vetoes=adjustments.read_vetoes(book, problems),
        member_points=members.read_points(book, problems),
        member_facts=members.read_facts(book, problems),
    )
    return written, found
