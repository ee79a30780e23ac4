"""What a period sets up, as one reads it before freezing: loaded whole, in reading order."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import (
    Adjustment,
    Campaign,
    Category,
    Indicator,
    IndicatorPart,
    IndicatorValue,
    Member,
    Period,
    Questionnaire,
    RaterGroup,
    Target,
    Unit,
    Veto,
)
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.schemes import Scheme
from surveys.setup.expected_ballots import Expected
from surveys.setup.open_questions import OpenQuestion, open_questions
from surveys.setup.questionnaires import QuestionnaireContent


@dataclass(frozen=True)
class CategoryView:
    """A category and its units."""

    category: Category
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class LeadingGroup:
    """A unit and the members of its leading group."""

    unit: Unit
    members: tuple[Member, ...]


@dataclass(frozen=True)
class BodyView:
    """An assessing body, and how many units it assesses."""

    body: Unit
    n_units: int


@dataclass(frozen=True)
class GroupView:
    """A rater group with the ballots planned for it.

    Attributes
    ----------
    n_fewest, n_most : ballots that a unit or member gets
    n_parts : over how many ballots a large set of them is split
    """

    group: RaterGroup
    n_ballots: int
    targets_below: tuple[Target, ...]
    n_fewest: int
    n_most: int
    n_parts: int


@dataclass(frozen=True)
class CampaignView:
    """A campaign, its form, its groups."""

    campaign: Campaign
    form: QuestionnaireContent
    groups: tuple[GroupView, ...]

    @property
    def n_ballots(self) -> int:
        """Ballots planned, all groups together."""
        return sum(group.n_ballots for group in self.groups)


@dataclass(frozen=True)
class IndicatorView:
    """An indicator, and the span of its values."""

    indicator: Indicator
    body: Unit | None
    n_values: int
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True)
class Overview:
    """All of it."""

    period: Period
    scheme: Scheme | None
    categories: tuple[CategoryView, ...]
    leading_groups: tuple[LeadingGroup, ...]
    bodies: tuple[BodyView, ...]
    campaigns: tuple[CampaignView, ...]
    forms: tuple[QuestionnaireContent, ...]
    indicators: dict[IndicatorPart, tuple[IndicatorView, ...]]
    adjustments: tuple[tuple[Unit, Adjustment], ...]
    vetoes: tuple[tuple[Unit, Veto], ...]
    questions: tuple[OpenQuestion, ...]

    @property
    def n_units(self) -> int:
        """Units in all categories."""
        return sum(len(category.units) for category in self.categories)

    @property
    def n_ballots(self) -> int:
        """Ballots planned in all campaigns."""
        return sum(campaign.n_ballots for campaign in self.campaigns)

    @property
    def blocking(self) -> tuple[OpenQuestion, ...]:
        """What freezing waits for."""
        return tuple(question for question in self.questions if question.blocks)

    @property
    def hints(self) -> tuple[OpenQuestion, ...]:
        """What is only worth knowing."""
        return tuple(question for question in self.questions if not question.blocks)


def period_overview(session: Session, *, period_id: int) -> Overview:
    """Load everything that is set up for a period."""
    period = session.get_one(Period, period_id)
    units = {unit.id: unit for unit in period.units}
    expected = Expected(session, period)
    forms = session.scalars(
        select(Questionnaire).where(Questionnaire.period_id == period_id).order_by(Questionnaire.id)
    )
    return Overview(
        period=period,
        scheme=scheme_of(period) if "preset" in period.scheme else None,
        categories=tuple(
            CategoryView(category, tuple(category.units)) for category in period.categories
        ),
        leading_groups=tuple(
            LeadingGroup(unit, tuple(unit.members)) for unit in units.values() if unit.members
        ),
        bodies=tuple(
            BodyView(unit, len(expected.assessed_by[unit.id]))
            for unit in units.values()
            if unit.id in expected.assessed_by
        ),
        campaigns=tuple(_campaign(campaign, expected) for campaign in period.campaigns),
        forms=tuple(QuestionnaireContent.model_validate(form.content) for form in forms),
        indicators=_indicators(session, period_id, units),
        adjustments=_adjustments(session, units),
        vetoes=_vetoes(session, units),
        questions=open_questions(session, period_id=period_id),
    )


def _campaign(campaign: Campaign, expected: Expected) -> CampaignView:
    return CampaignView(
        campaign=campaign,
        form=QuestionnaireContent.model_validate(campaign.questionnaire.content),
        groups=tuple(
            GroupView(
                group,
                expected.total(group),
                expected.targets_below(group),
                *expected.span(group),
                expected.n_parts(group),
            )
            for group in campaign.groups
        ),
    )


def _indicators(
    session: Session, period_id: int, units: dict[int, Unit]
) -> dict[IndicatorPart, tuple[IndicatorView, ...]]:
    rows = session.scalars(
        select(Indicator).where(Indicator.period_id == period_id).order_by(Indicator.id)
    ).all()
    values: dict[int, list[Decimal]] = {row.id: [] for row in rows}
    for value in session.scalars(
        select(IndicatorValue).where(IndicatorValue.indicator_id.in_(values))
    ):
        values[value.indicator_id].append(value.value)
    views = [
        IndicatorView(
            indicator=row,
            body=units.get(row.body_id) if row.body_id else None,
            n_values=len(values[row.id]),
            low=min(values[row.id], default=None),
            high=max(values[row.id], default=None),
        )
        for row in rows
    ]
    return {
        part: tuple(view for view in views if view.indicator.part is part) for part in IndicatorPart
    }


def _adjustments(session: Session, units: dict[int, Unit]) -> tuple[tuple[Unit, Adjustment], ...]:
    rows = session.scalars(
        select(Adjustment).where(Adjustment.unit_id.in_(units)).order_by(Adjustment.id)
    )
    return tuple((units[row.unit_id], row) for row in rows)


def _vetoes(session: Session, units: dict[int, Unit]) -> tuple[tuple[Unit, Veto], ...]:
    rows = session.scalars(select(Veto).where(Veto.unit_id.in_(units)).order_by(Veto.id))
    return tuple((units[row.unit_id], row) for row in rows)
