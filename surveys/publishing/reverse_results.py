"""How the assessed units rate one body: its page after publication, in means of many units only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.errors import NotFound
from surveys.models import Campaign, CampaignKind, Comment, ScoreLine, Unit
from surveys.publishing.board import UnitResult, unit_result
from surveys.publishing.reverse_voices import ItemResult, Rated, mean, units_needed
from surveys.publishing.small_groups import SMALLEST_FOR_WORDS
from surveys.scoring.rounding import EXACT, component_points
from surveys.scoring.scheme_parts import Reverse


@dataclass(frozen=True)
class ReverseReport:
    """What a body is told.

    Parameters
    ----------
    points : R as the regulation reckons it; None where fewer units than the minimum rated
    n_asked, n_units : units that got codes about this body, and that rated it
    comments : None where fewer than 8 units rated
    """

    result: UnitResult
    rule: Reverse
    n_asked: int
    n_units: int
    points: Decimal | None
    deduction: Decimal
    mean_of_bodies: Decimal | None
    items: tuple[ItemResult, ...]
    comments: tuple[str, ...] | None

    @property
    def line(self) -> ScoreLine:
        """The body's own line on the board."""
        return self.result.line

    @property
    def min_units(self) -> int:
        """Fewest units behind a figure on the page."""
        return units_needed(self.rule)

    @property
    def proposals(self) -> Sequence[Mapping[str, object]]:
        """What is proposed after the total and after the reverse evaluation."""
        found: Sequence[Mapping[str, object]] = self.line.consequences["proposals"]
        return found


def reverse_report(session: Session, *, unit_id: int) -> ReverseReport:
    """The reverse evaluation of one body, once its period is published.

    Raises
    ------
    NotFound : ``no_board`` (period), ``no_reverse_evaluation`` where the body was not rated
    """
    unit = session.get_one(Unit, unit_id)
    result = unit_result(session, period_code=unit.period.code, unit_code=unit.code)
    campaign = reverse_campaign(session, period_id=unit.period_id)
    rule = result.board.scheme.reverse
    if campaign is None or rule is None:
        raise NotFound("no_reverse_evaluation")
    asked = units_asked(campaign, unit_id)
    if not asked:
        raise NotFound("no_reverse_evaluation")
    with localcontext(EXACT):
        rated = Rated.of_campaign(session, campaign)
        own = rated.results().get(unit_id)
        others = [points for points, _ in rated.shown(rule).values()]
        points, n_units = own or (None, 0)
        enough = points is not None and n_units >= units_needed(rule)
        return ReverseReport(
            result=result,
            rule=rule,
            n_asked=len(asked),
            n_units=n_units,
            points=component_points(points) if enough and points is not None else None,
            deduction=Decimal(result.line.components["reverse_deduction"]),
            mean_of_bodies=mean(others),
            items=rated.items(unit_id, rule) if enough else (),
            comments=comments(session, campaign, unit_id)
            if n_units >= SMALLEST_FOR_WORDS
            else None,
        )


def reverse_campaign(session: Session, *, period_id: int) -> Campaign | None:
    """The period's reverse evaluation."""
    return session.scalar(
        select(Campaign).where(
            Campaign.period_id == period_id, Campaign.kind == CampaignKind.REVERSE
        )
    )


def units_asked(campaign: Campaign, body_id: int) -> set[int]:
    """The units that got codes to rate a body."""
    return {
        batch.home_unit_id
        for batch in campaign.batches
        if body_id in batch.target_ids and batch.home_unit_id is not None
    }


def comments(session: Session, campaign: Campaign, body_id: int) -> tuple[str, ...]:
    """What was written about a body, in the order of random ids: shuffled for good."""
    query = (
        select(Comment.text)
        .where(Comment.campaign_id == campaign.id, Comment.target_id == body_id)
        .order_by(Comment.id)
    )
    return tuple(session.scalars(query))
