"""The worked example as a county in the database: towns, figures, and ballots that lie opened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from surveys.issuing.open_voting import make_partition
from surveys.models import (
    Account,
    Adjustment,
    AdjustmentKind,
    Ballot,
    Batch,
    Campaign,
    CampaignKind,
    CampaignState,
    Category,
    Comment,
    Examination,
    Indicator,
    IndicatorPart,
    IndicatorValue,
    Period,
    Questionnaire,
    RaterGroup,
    Role,
    ScoreLine,
    ScoreRun,
    Unit,
    UnitKind,
    Veto,
)
from surveys.scoring.scheme_parts import Survey
from surveys.setup.questionnaires import DONT_KNOW, QuestionnaireContent
from tests.small_county import account
from tests.surveys.scoring.worked_example import DEMOCRATIC, RECOGNITION, expected, liuyang

BODY, BUREAU = "庚局", "己局"
TWIN = "甲镇"
"""The body has this town's figures and votes, but no adjustments."""


# The worked example rates units, and bodies; nobody in it is rated as a person.
KINDS = (CampaignKind.DEMOCRATIC, CampaignKind.RECOGNITION, CampaignKind.REVERSE)


@dataclass(frozen=True)
class ExampleCounty:
    """What tests need to name; units by their Chinese names."""

    period: Period
    units: Mapping[str, Unit]
    campaigns: Mapping[CampaignKind, Campaign]
    first: Account
    second: Account

    def line(self, run: ScoreRun, name: str) -> ScoreLine:
        """A unit's line in a run."""
        return next(line for line in run.lines if line.unit_id == self.units[name].id)


def example_county(session: Session, *, now: datetime) -> ExampleCounty:
    """Write the five towns, the bureau and the body; all boxes opened and examined."""
    period = Period(
        code="2025",
        name_zh="2025年度",
        name_en="Year 2025",
        county_zh="样例县",
        county_en="Sample County",
        starts_on=date(2025, 1, 1),
        ends_on=date(2025, 12, 31),
        sample=True,
        scheme={"preset": "liuyang"},
    )
    session.add(period)
    session.flush()
    units = add_units(session, period)
    add_figures(session, period, units)
    people = [account(session, name, Role.ORGANIZER, now=now) for name in ("first", "second")]
    session.flush()
    campaigns = {kind: add_campaign(session, period, kind, now=now) for kind in KINDS}
    given = expected()["inputs"]
    for kind, groups, votes in (
        (CampaignKind.DEMOCRATIC, DEMOCRATIC, given["votes_M"]),
        (CampaignKind.RECOGNITION, RECOGNITION, given["votes_G"]),
    ):
        for name, rows in {**votes, BODY: votes[TWIN]}.items():
            for group, row in zip(groups.values(), rows, strict=True):
                cast(session, campaigns[kind], group, units[name], counted(row), by=people[0])
    for rater, answers in given["reverse_ballots"].items():
        options = [tuple(given["points_R"]).index(answer) + 1 for answer in answers]
        cast(
            session,
            campaigns[CampaignKind.REVERSE],
            "contact",
            units[BODY],
            options,
            by=people[0],
            home=units[rater],
        )
    session.expire_all()
    return ExampleCounty(period, units, campaigns, people[0], people[1])


def add_units(session: Session, period: Period) -> dict[str, Unit]:
    """Towns in T2, the two departments in M4."""
    towns = Category(
        period_id=period.id,
        code="T2",
        name_zh="工业强镇",
        name_en="Industrial towns",
        kind=UnitKind.TOWNSHIP,
        position=1,
    )
    departments = Category(
        period_id=period.id,
        code="M4",
        name_zh="综合保障",
        name_en="General support",
        kind=UnitKind.DEPARTMENT,
        position=2,
    )
    session.add_all([towns, departments])
    session.flush()
    names = [*expected()["inputs"]["annual"], BUREAU, BODY]
    units = {
        name: Unit(
            period_id=period.id,
            category_id=departments.id if name in {BUREAU, BODY} else towns.id,
            code=f"U{place}",
            name_zh=name,
            name_en=f"Unit {place}",
            position=place,
        )
        for place, name in enumerate(names, 1)
    }
    session.add_all(units.values())
    session.flush()
    return units


def add_figures(session: Session, period: Period, units: Mapping[str, Unit]) -> None:
    """Quarters, annual and special figures as direct points; adjustments and the veto."""
    given = expected()["inputs"]
    for quarter in range(4):
        points = {name: rows[quarter] for name, rows in given["quarters"].items()}
        add_indicator(session, period, units, points, IndicatorPart.QUARTERLY, quarter=quarter + 1)
    add_indicator(session, period, units, given["annual"], IndicatorPart.ANNUAL)
    add_indicator(session, period, units, given["special"], IndicatorPart.SPECIAL)
    for kind, sheet in ((AdjustmentKind.BONUS, "bonus"), (AdjustmentKind.DEDUCTION, "deduct")):
        session.add_all(
            Adjustment(
                unit_id=units[name].id,
                kind=kind,
                points=Decimal(points),
                reason="样例",
                document="样例2025-1号",
            )
            for name, points in given[sheet].items()
            if Decimal(points) > 0
        )
    session.add_all(
        Veto(unit_id=units[name].id, item=item, document="样例2025-2号")
        for name, item in given["veto"].items()
    )
    session.flush()


def add_indicator(
    session: Session,
    period: Period,
    units: Mapping[str, Unit],
    points: Mapping[str, object],
    part: IndicatorPart,
    *,
    quarter: int | None = None,
    code: str = "",
) -> Indicator:
    """An indicator whose figures already are points, as the workbook's 直接计分 stores them."""
    code = code or (f"Q{quarter}" if quarter else part.value)
    indicator = Indicator(
        period_id=period.id,
        code=code,
        name_zh=code,
        name_en=code,
        part=part,
        quarter=quarter,
        weight=Decimal(1),
        conversion="ratio",
        parameters={},
    )
    session.add(indicator)
    session.flush()
    session.add_all(
        IndicatorValue(
            indicator_id=indicator.id,
            unit_id=units[name].id,
            value=Decimal(str(value)),
            target=Decimal(100),
        )
        for name, value in {**points, BODY: points[TWIN]}.items()
    )
    session.flush()
    return indicator


def add_campaign(
    session: Session, period: Period, kind: CampaignKind, *, now: datetime
) -> Campaign:
    """An opened, examined campaign with a form of one overall question."""
    content = one_question(kind)
    questionnaire = Questionnaire(
        period_id=period.id, code=kind.value, content=content.model_dump(mode="json")
    )
    session.add(questionnaire)
    session.flush()
    campaign = Campaign(
        period_id=period.id,
        questionnaire_id=questionnaire.id,
        code=kind.value,
        kind=kind,
        name_zh=kind.value,
        name_en=kind.value,
        state=CampaignState.OPENED,
        manifest={"questionnaire": questionnaire.content},
        root=b"\0" * 32,
    )
    session.add(campaign)
    session.flush()
    session.add_all(rater_groups(campaign, kind))
    session.add(
        Examination(
            campaign_id=campaign.id,
            examined_at=now,
            seed=1,
            input_hash=b"\0" * 32,
            software_version="0",
            n_ballots=0,
            parameters={},
            not_run={},
        )
    )
    session.flush()
    make_partition(session, campaign.id)
    return campaign


def one_question(kind: CampaignKind) -> QuestionnaireContent:
    """The overall question alone, with the options of the example."""
    given = expected()["inputs"]
    points = {
        CampaignKind.DEMOCRATIC: given["points_M"],
        CampaignKind.RECOGNITION: given["points_G"],
        CampaignKind.REVERSE: given["points_R"],
    }[kind]
    options: list[dict[str, Any]] = [
        {"code": str(place), "label": {"zh": label, "en": label}, "points": str(value)}
        for place, (label, value) in enumerate(points.items(), 1)
    ]
    unknown = {"zh": "不了解", "en": "Don't know"}
    options.append({"code": "5", "label": unknown, "points": None, "dont_know": True})
    return QuestionnaireContent.model_validate(
        {
            "code": kind.value,
            "kind": kind.value,
            "title": {"zh": "总体评价", "en": "Overall"},
            "intro": {"zh": "请选择。", "en": "Please choose."},
            "options": options,
            "items": [
                {"code": "X", "text": {"zh": "总体评价", "en": "Overall"}, "weight": "100"},
                {
                    "code": "Y",
                    "kind": "comment",
                    "text": {"zh": "意见", "en": "Comment"},
                    "max_length": 200,
                },
            ],
        }
    )


def rater_groups(campaign: Campaign, kind: CampaignKind) -> list[RaterGroup]:
    """The groups of the scheme, as the workbook sets them up."""
    if kind is CampaignKind.REVERSE:
        shares = {"head": "0.40", "deputy": "0.30", "contact": "0.30"}
        least = 1
    else:
        survey = liuyang().component(kind.value).survey
        assert isinstance(survey, Survey)
        shares = {group.key: str(group.weight) for group in survey.groups}
        least = survey.min_valid
    return [
        RaterGroup(
            campaign_id=campaign.id,
            code=code,
            name_zh=code,
            name_en=code,
            weight=Decimal(share),
            min_valid=least,
            position=place,
        )
        for place, (code, share) in enumerate(shares.items(), 1)
    ]


def counted(row: str) -> list[int]:
    """``"6 3 1 0 2"`` as options, 不了解 as its byte."""
    marks = (1, 2, 3, 4, DONT_KNOW)
    return [mark for mark, n in zip(marks, map(int, row.split()), strict=True) for _ in range(n)]


def cast(
    session: Session,
    campaign: Campaign,
    group: str,
    target: Unit,
    answers: Sequence[int],
    *,
    by: Account,
    home: Unit | None = None,
) -> list[Ballot]:
    """Opened ballots of one batch about one unit, one answer each."""
    groups = {each.code: each for each in campaign.groups}
    batch = Batch(
        campaign_id=campaign.id,
        group_id=groups[group].id,
        home_unit_id=None if home is None else home.id,
        target_ids=[target.id],
        n_issued=len(answers),
        issued_at=by.created_at,
        issued_by=by.id,
    )
    session.add(batch)
    session.flush()
    ballots = [
        Ballot(
            campaign_id=campaign.id,
            id=UUID(int=(batch.id << 32) + place),
            batch_id=batch.id,
            answers=bytes([answer]),
        )
        for place, answer in enumerate(answers)
    ]
    session.add_all(ballots)
    session.flush()
    return ballots


def write(session: Session, campaign: Campaign, target: Unit, words: Iterable[str]) -> None:
    """Comments about a unit."""
    session.add_all(
        Comment(id=UUID(int=place), campaign_id=campaign.id, target_id=target.id, text=each)
        for place, each in enumerate(words, 1)
    )
    session.flush()


def plain(value: Any) -> str:
    """Four places, as the sheet prints them."""
    return f"{Decimal(value):.4f}"
