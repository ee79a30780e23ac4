"""How the persons of a period are scored: the scheme's rules, with the groups that were set up.

Who rates persons with which weight stands in the period, not in the scheme: a county has its own
rater groups. A scheme without rules for persons leaves their ballots alone, without grades.
"""

from collections.abc import Iterable
from decimal import Decimal

from surveys.errors import NotFound
from surveys.models import Campaign, CampaignKind, Member, Period, Target, Unit
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.scheme_parts import Component, Group, Named, Survey
from surveys.scoring.schemes import Level, Scheme
from surveys.setup.questionnaires import QuestionnaireContent

BALLOTS = "ballots"


def with_persons(scheme: Scheme, campaigns: Iterable[Campaign]) -> Scheme:
    """The scheme, its rules for persons completed by the campaign that rates members."""
    campaign = next((each for each in campaigns if each.kind is CampaignKind.MEMBER), None)
    level = scheme.persons
    if campaign is None:
        return scheme
    if level is None:
        ballots = ballots_alone(campaign)
        one = Named(key="members", zh="领导班子成员", en="Members of leading groups")
        level = Level(categories=(one,), components=(ballots,), grades=())
    components = tuple(
        each
        if each.survey is None
        else each.model_copy(update={"survey": set_up(each.survey, campaign)})
        for each in level.components
    )
    return scheme.model_copy(
        update={"persons": level.model_copy(update={"components": components})}
    )


def level_of(target: Target) -> Level:
    """The rules by which a unit or a person is scored; NotFound ``no_scores`` where none apply."""
    scheme = scheme_of(target.period)
    if isinstance(target, Unit):
        return scheme
    level = with_persons(scheme, target.period.campaigns).persons
    if level is None:
        raise NotFound("no_scores")
    return level


def ballots_alone(campaign: Campaign) -> Component:
    """The ballots on a person as the only component."""
    content = QuestionnaireContent.model_validate(campaign.questionnaire.content)
    points = {each.label.zh: each.points for each in content.options if each.points is not None}
    return Component(
        key=BALLOTS,
        zh="本人测评",
        en="Ballots on the person",
        kind="survey",
        weight=Decimal(1),
        sheet="本人测评票数",
        survey=Survey(points=points, groups=(), min_valid=1),
    )


def set_up(survey: Survey, campaign: Campaign) -> Survey:
    """The survey with the groups and weights of the campaign."""
    groups = tuple(
        Group(key=each.code, zh=each.name_zh, en=each.name_en, weight=each.weight)
        for each in campaign.groups
    )
    return survey.model_copy(update={"groups": groups})


def survey_on(campaign: Campaign) -> Component | None:
    """The component for persons that a campaign feeds; None where it rates no members."""
    if campaign.kind is not CampaignKind.MEMBER:
        return None
    level = with_persons(scheme_of(campaign.period), [campaign]).persons
    return None if level is None else survey_of(level)


def survey_of(level: Level) -> Component | None:
    """The component that ballots on persons make."""
    return next((each for each in level.components if each.survey is not None), None)


def category_of(level: Level, member: Member) -> str:
    """The scheme's category of a person: the one called as the role, else the first."""
    keys = [each.key for each in level.categories]
    return member.role.value if member.role.value in keys else keys[0]


def scores_persons(period: Period) -> bool:
    """Whether the period has persons to be scored: by its rules, or by a campaign about them."""
    if not period.members:
        return False
    rated = any(each.kind is CampaignKind.MEMBER for each in period.campaigns)
    return rated or scheme_of(period).persons is not None


def weight_in_total(component: Component, target: Target) -> float:
    """The share of a component in the total of a unit or person."""
    if isinstance(target, Unit):
        return float(component.weight_in(target.category.code))
    return float(component.weight)
