"""What is still missing before a period can be frozen, and what the organizers should know."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.errors import Invalid
from surveys.models import (
    Campaign,
    CampaignKind,
    Indicator,
    IndicatorPart,
    IndicatorValue,
    Member,
    MemberPoints,
    Period,
    RaterGroup,
    Unit,
)
from surveys.setup.checking import checked_draft
from surveys.setup.expected_ballots import Expected
from surveys.setup.member_checks import COMPONENT, words_of_scheme
from surveys.setup.settling import stored_draft


@dataclass(frozen=True)
class OpenQuestion:
    """`code` and facts, for which the web has the words.

    Parameters
    ----------
    blocks : freezing waits for it; otherwise it is only worth knowing
    facts : rows, with names in both languages, that the words need
    """

    code: str
    blocks: bool
    facts: dict[str, object] = field(default_factory=dict)


def open_questions(session: Session, *, period_id: int) -> tuple[OpenQuestion, ...]:
    """Those that block first."""
    period = session.get_one(Period, period_id)
    found = [
        *_of_units(period),
        *_of_rows(session, period_id),
        *_of_campaigns(session, period),
        *_of_figures(session, period),
        *_of_members(session, period),
    ]
    return tuple(sorted(found, key=lambda question: not question.blocks))


def _of_units(period: Period) -> Iterator[OpenQuestion]:
    if not period.units:
        yield OpenQuestion("no_units", blocks=True)
        return
    for category in period.categories:
        if not category.units:
            yield OpenQuestion("category_without_units", blocks=False, facts={"row": category})


def _of_rows(session: Session, period_id: int) -> Iterator[OpenQuestion]:
    """What shows only when all rows are read together."""
    try:
        points = checked_draft(stored_draft(session, period_id=period_id)).open_points
    except Invalid as error:
        yield OpenQuestion("rows_wrong", blocks=True, facts={"rows": error.facts["rows"]})
        return
    for point in points:
        if point.code != "sheet_empty":
            # Weights of indicators sum up unit by unit, and only once all values have arrived.
            blocks = point.code != "indicator_weights_not_one"
            yield OpenQuestion(point.code, blocks, facts={"problem": point})


def _of_campaigns(session: Session, period: Period) -> Iterator[OpenQuestion]:
    if not period.campaigns:
        yield OpenQuestion("no_campaigns", blocks=True)
    expected = Expected(session, period)
    for campaign in period.campaigns:
        if campaign.kind is CampaignKind.REVERSE and not expected.assessed_by:
            yield OpenQuestion("nobody_assesses", blocks=True, facts={"row": campaign})
            continue
        if campaign.kind is CampaignKind.MEMBER and not period.members:
            yield OpenQuestion("no_members", blocks=True, facts={"row": campaign})
            continue
        for group in campaign.groups:
            yield from _of_group(campaign, group, expected)


def _of_group(campaign: Campaign, group: RaterGroup, expected: Expected) -> Iterator[OpenQuestion]:
    facts: dict[str, object] = {"row": campaign, "group": group}
    if group.size == 0 and not any(planned.size for planned in group.planned_sizes):
        yield OpenQuestion("group_without_ballots", blocks=True, facts=facts)
        return
    few = expected.targets_below(group)
    if few:
        yield OpenQuestion("group_stays_below_minimum", blocks=False, facts={**facts, "units": few})


def _of_figures(session: Session, period: Period) -> Iterator[OpenQuestion]:
    counted = (
        select(IndicatorValue.indicator_id, func.count().label("n"))
        .join(Indicator)
        .where(Indicator.period_id == period.id)
        .group_by(IndicatorValue.indicator_id)
    )
    counts = Counter({row.indicator_id: row.n for row in session.execute(counted)})
    indicators = session.scalars(
        select(Indicator).where(Indicator.period_id == period.id).order_by(Indicator.id)
    ).all()
    for indicator in indicators:
        if counts[indicator.id] == 0:
            yield OpenQuestion("indicator_without_values", blocks=False, facts={"row": indicator})
    for part in IndicatorPart:
        if not any(indicator.part is part for indicator in indicators):
            yield OpenQuestion("part_without_indicators", blocks=False, facts={"part": part})
    quarterly = [indicator for indicator in indicators if indicator.part is IndicatorPart.QUARTERLY]
    for indicator in quarterly:
        if 0 < counts[indicator.id] < len(period.units):
            units = _without_value(session, period, indicator)
            yield OpenQuestion(
                "value_missing", blocks=False, facts={"row": indicator, "units": units}
            )


def _of_members(session: Session, period: Period) -> Iterator[OpenQuestion]:
    """Persons without a figure that the scheme reckons with."""
    given = {
        (row.member_id, row.component)
        for row in session.execute(
            select(MemberPoints.member_id, MemberPoints.component)
            .join(Member)
            .where(Member.period_id == period.id)
        )
    }
    for component in words_of_scheme(
        period.scheme.get("preset", ""), period.scheme.get("text", ""), COMPONENT
    ):
        n = sum((each.id, component) not in given for each in period.members)
        if n:
            facts: dict[str, object] = {"component": component, "n": n}
            yield OpenQuestion("member_without_points", blocks=False, facts=facts)


def _without_value(session: Session, period: Period, indicator: Indicator) -> tuple[Unit, ...]:
    valued = select(IndicatorValue.unit_id).where(IndicatorValue.indicator_id == indicator.id)
    rows = session.scalars(
        select(Unit)
        .where(Unit.period_id == period.id, Unit.id.not_in(valued))
        .order_by(Unit.position)
    )
    return tuple(rows)
