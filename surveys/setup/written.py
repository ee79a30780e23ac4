"""All rows of a workbook as they were written, before they are known to fit together."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from surveys.models.units import UnitKind
from surveys.setup.form_building import FormRows
from surveys.setup.questionnaires import QuestionnaireContent
from surveys.setup.sheets.adjustments import AdjustmentRow, VetoRow
from surveys.setup.sheets.campaigns import CampaignRow, GroupRow, SizeRow
from surveys.setup.sheets.indicators import IndicatorRow, ValueRow
from surveys.setup.sheets.members import MemberFactRow, MemberPointsRow, MemberRow
from surveys.setup.sheets.units import (
    ALL,
    ALL_OF_KIND,
    AssessmentRow,
    CategoryRow,
    UnitRow,
)


@dataclass(frozen=True)
class Written:
    """The rows, and by code what other rows refer to."""

    scheme: str
    own_scheme: str
    categories: tuple[CategoryRow, ...]
    units: tuple[UnitRow, ...]
    members: tuple[MemberRow, ...]
    assessments: tuple[AssessmentRow, ...]
    forms: FormRows
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

    @cached_property
    def unit(self) -> dict[str, UnitRow]:
        """Units by code."""
        return {row.code: row for row in self.units}

    @cached_property
    def member(self) -> dict[str, MemberRow]:
        """Members by code."""
        return {row.code: row for row in self.members}

    @cached_property
    def category(self) -> dict[str, CategoryRow]:
        """Categories by code."""
        return {row.code: row for row in self.categories}

    @cached_property
    def campaign(self) -> dict[str, CampaignRow]:
        """Campaigns by code."""
        return {row.code: row for row in self.campaigns}

    @cached_property
    def group(self) -> dict[tuple[str, str], GroupRow]:
        """Rater groups by codes of campaign and group."""
        return {(row.campaign, row.code): row for row in self.groups}

    @cached_property
    def indicator(self) -> dict[str, IndicatorRow]:
        """Indicators by code."""
        return {row.code: row for row in self.indicators}

    @cached_property
    def questionnaire(self) -> dict[str, QuestionnaireContent]:
        """Whole questionnaires by code."""
        return {form.code: form for form in self.questionnaires}

    def kind_of(self, unit: UnitRow) -> UnitKind | None:
        """Department or township; None where the category is not known."""
        category = self.category.get(unit.category)
        return category.kind if category else None

    def subjects(self, row: AssessmentRow) -> Iterator[str]:
        """Codes of the units a row of 考核关系 means; nothing where it means none."""
        if row.subject in self.unit:
            yield row.subject
            return
        for unit in self.units:
            of_kind = self.kind_of(unit) is ALL_OF_KIND.get(row.subject, 0)
            if row.subject in {ALL, unit.category} or of_kind:
                yield unit.code

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(body, unit), each once; in a group the body itself is passed over."""
        found = {
            (row.body, unit): None
            for row in self.assessments
            for unit in self.subjects(row)
            if row.body != unit
        }
        return tuple(found)
