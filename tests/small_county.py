"""A county small enough to be known by heart: three departments, one town, one campaign a kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from surveys.models import (
    Account,
    Assessment,
    Campaign,
    CampaignKind,
    Category,
    Period,
    Questionnaire,
    RaterGroup,
    Role,
    Unit,
    UnitKind,
)
from surveys.opening.keys import Key, PublicKeyring, keyring_of, new_key
from surveys.opening.keys import Role as KeyRole
from surveys.setup.questionnaires import QuestionnaireContent

MANIFEST_HASH = b"\1" * 32


@dataclass(frozen=True)
class SmallCounty:
    """What tests need to name."""

    period: Period
    units: tuple[Unit, ...]
    campaign: Campaign
    staff: RaterGroup
    citizens: RaterGroup
    organizer: Account
    officer_a: Account
    officer_b: Account


def small_form(kind: str = "democratic") -> dict[str, object]:
    """Two rating items of weight 60 and 40, four options with points and "don't know"."""
    labels = (
        ("好", "Good", "100"),
        ("较好", "Fairly good", "85"),
        ("一般", "Average", "70"),
        ("较差", "Poor", "50"),
    )
    options: list[dict[str, object]] = [
        {"code": str(place), "label": {"zh": zh, "en": en}, "points": points}
        for place, (zh, en, points) in enumerate(labels, 1)
    ]
    unknown = {"zh": "不了解", "en": "Don't know"}
    options.append({"code": "5", "label": unknown, "points": None, "dont_know": True})
    content = {
        "code": "small",
        "kind": kind,
        "title": {"zh": "小测评表", "en": "Small form"},
        "intro": {"zh": "请选择。", "en": "Please choose."},
        "options": options,
        "items": [
            {"code": "X1", "text": {"zh": "实绩", "en": "Results"}, "weight": "60"},
            {"code": "X2", "text": {"zh": "作风", "en": "Style"}, "weight": "40"},
            {
                "code": "X3",
                "kind": "comment",
                "text": {"zh": "意见", "en": "Comment"},
                "max_length": 200,
            },
        ],
    }
    return QuestionnaireContent.model_validate(content).model_dump(mode="json")


def account(session: Session, login: str, *roles: Role, now: datetime) -> Account:
    """An account that nobody can log in with."""
    made = Account(
        login=login,
        name=login.title(),
        password_hash="!",
        roles=[role.value for role in roles],
        created_at=now,
    )
    session.add(made)
    return made


def build_small_county(session: Session, *, now: datetime, frozen: bool = True) -> SmallCounty:
    """Write the county into the session."""
    period = Period(
        code="2026",
        name_zh="2026年度",
        name_en="Year 2026",
        county_zh="样例县",
        county_en="Sample County",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        sample=True,
        scheme={"preset": "liuyang"},
    )
    departments = Category(
        period=period,
        code="M1",
        name_zh="党群机关",
        name_en="Party and mass organisations",
        kind=UnitKind.DEPARTMENT,
        position=1,
    )
    towns = Category(
        period=period,
        code="T1",
        name_zh="城区街道",
        name_en="Urban subdistricts",
        kind=UnitKind.TOWNSHIP,
        position=2,
    )
    units = tuple(
        Unit(
            period=period,
            category=towns if place == 4 else departments,
            code=f"U{place}",
            name_zh=f"样例单位{place}",
            name_en=f"Sample unit {place}",
            position=place,
            n_staff=20,
        )
        for place in range(1, 5)
    )
    questionnaire = Questionnaire(period_id=0, code="small", content=small_form())
    session.add_all([period, *units])
    session.flush()
    questionnaire.period_id = period.id
    campaign = Campaign(
        period=period,
        questionnaire=questionnaire,
        code="democratic",
        kind=CampaignKind.DEMOCRATIC,
        name_zh="民主测评",
        name_en="Democratic evaluation",
    )
    staff, citizens = (
        RaterGroup(
            campaign=campaign,
            code=code,
            name_zh=name,
            name_en=name_en,
            weight=Decimal("0.5"),
            min_valid=5,
            open_code=open_code,
            position=place,
        )
        for place, (code, name, name_en, open_code) in enumerate(
            (("A", "市级领导", "City leaders", False), ("O", "开放扫码", "Open code", True)), 1
        )
    )
    session.add(campaign)
    session.add(Assessment(body=units[0], unit=units[1]))
    people = (
        account(session, "organizer", Role.ORGANIZER, now=now),
        account(session, "officer-a", Role.OFFICER, now=now),
        account(session, "officer-b", Role.OFFICER, now=now),
    )
    session.flush()
    if frozen:
        period.frozen_at = now
        period.manifest_hash = MANIFEST_HASH
        session.flush()
    return SmallCounty(period, units, campaign, staff, citizens, *people)


def campaign_keys(campaign_id: int) -> dict[KeyRole, Key]:
    """All five keys of a campaign, made of fixed bytes."""
    return {
        role: new_key(role, campaign=campaign_id, random_bytes=repeated(place))
        for place, role in enumerate(KeyRole, 1)
    }


def repeated(byte: int) -> Callable[[int], bytes]:
    """A source that gives the same byte again and again."""
    return lambda n: bytes([byte]) * n


def keyring(keys: dict[KeyRole, Key]) -> PublicKeyring:
    """Their public parts."""
    return keyring_of(key.public_part for key in keys.values())
