"""From the tables of a period to what its persons are scored by: figures, facts, votes, rulings."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import CampaignKind, Member, MemberFact, MemberPoints, Period
from surveys.scoring.adjustment_claims import approved_claims
from surveys.scoring.campaign_votes import CampaignVotes
from surveys.scoring.former_grades import FormerMemberGrades, longest_look
from surveys.scoring.inputs import FactEvent, GroupVotes, PeriodInputs, UnitInputs
from surveys.scoring.person_level import category_of, scores_persons, survey_of
from surveys.scoring.rulings import PeriodRulings
from surveys.scoring.schemes import Level


def person_inputs(
    session: Session, *, period: Period, level: Level | None, votes: Iterable[CampaignVotes]
) -> PeriodInputs | None:
    """All figures of the period's persons; None where nobody is scored."""
    if level is None or not scores_persons(period):
        return None
    given = PersonFigures(session, period, level)
    rulings = PeriodRulings(session, period_id=period.id)
    claims = approved_claims(session, period_id=period.id)
    rated = next((each for each in votes if each.campaign.kind is CampaignKind.MEMBER), None)
    return PeriodInputs(
        units=tuple(
            UnitInputs(
                key=member.code,
                category=category_of(level, member),
                values=given.values[member.id],
                surveys={} if rated is None else surveys_on(member, level, rated),
                adjustments=tuple(claims[member.id]),
                facts=tuple(given.facts[member.id]),
                component_decisions=rulings.components_of(member.id),
                grade_decision=rulings.grade_of(member.id),
                team=member.unit.code,
                former_grades=given.former.of(member.code),
            )
            for member in period.members
        )
    )


class PersonFigures:
    """Figures and facts of a period's persons, as the scheme calls them."""

    def __init__(self, session: Session, period: Period, level: Level) -> None:
        keys = {each.zh: each.key for each in level.components if each.kind == "mean"}
        known = {fact.zh: fact.key for fact in level.facts}
        of_period = Member.period_id == period.id
        self.values: dict[int, dict[str, dict[str, Decimal | None]]] = defaultdict(dict)
        for row in session.scalars(select(MemberPoints).join(Member).where(of_period)):
            if row.component in keys:
                parts = self.values[row.member_id].setdefault(keys[row.component], {})
                parts[row.part or row.component] = row.points
        self.facts: dict[int, list[FactEvent]] = defaultdict(list)
        ordered = select(MemberFact).join(Member).where(of_period)
        for fact in session.scalars(ordered.order_by(MemberFact.fact, MemberFact.document)):
            if fact.fact in known:
                self.facts[fact.member_id].append(FactEvent(known[fact.fact], fact.document))
        self.former = FormerMemberGrades(session, period, n=longest_look(level))


def surveys_on(
    member: Member, level: Level, votes: CampaignVotes
) -> dict[str, tuple[GroupVotes, ...]]:
    """The votes on a person, each group with its weight on heads or on the others."""
    component = survey_of(level)
    if component is None or component.survey is None:
        return {}
    weights = {group.code: group.weight_on(member) for group in votes.campaign.groups}
    trim = component.survey.trim
    return {component.key: votes.group_votes(member.id, trim=trim, weights=weights)}
