"""The rules of a period as one canonical document, and its hash.

Rules are all that is set up but for the figures: values of indicators, bonus, deduction and vetoes
arrive during the year and after it. Only codes and words stand in the document, no ids: whoever
loads the same workbook gets the same hash.
"""

import hashlib
import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final, TypeAlias

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.models import (
    Assessment,
    Campaign,
    Category,
    Indicator,
    Member,
    Period,
    PlannedSize,
    Questionnaire,
    RaterGroup,
    Unit,
)

FORMAT: Final = 1

Document: TypeAlias = dict[str, Any]
Codes: TypeAlias = dict[int, str]


def manifest_hash(document: Document) -> bytes:
    """SHA-256 over the document as JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).digest()


def period_manifest(session: Session, *, period_id: int) -> Document:
    """The document: period, scheme, units, members, questionnaires, campaigns, indicators."""
    period = session.get_one(Period, period_id)
    codes = _unit_codes(session, period_id)
    return {
        "format": FORMAT,
        "period": {
            "code": period.code,
            "name": _names(period),
            "county": {"zh": period.county_zh, "en": period.county_en},
            "starts_on": period.starts_on.isoformat(),
            "ends_on": period.ends_on.isoformat(),
            "sample": period.sample,
        },
        "scheme": period.scheme,
        "categories": _categories(session, period_id),
        **_members(session, period_id, codes),
        "assessments": _assessments(session, codes),
        "questionnaires": _questionnaires(session, period_id),
        "campaigns": _campaigns(session, period_id, codes),
        "indicators": _indicators(session, period_id, codes),
    }


def exact(number: Decimal | None) -> str | None:
    """A number as text, the same for 0.3 and 0.300000."""
    if number is None:
        return None
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _names(row: Any) -> dict[str, str]:
    return {"zh": row.name_zh, "en": row.name_en}


def _unit_codes(session: Session, period_id: int) -> Codes:
    rows = session.execute(select(Unit.id, Unit.code).where(Unit.period_id == period_id))
    return {row.id: row.code for row in rows}


def _categories(session: Session, period_id: int) -> list[Document]:
    rows = session.scalars(
        select(Category).where(Category.period_id == period_id).order_by(Category.position)
    )
    return [
        {
            "code": row.code,
            "name": _names(row),
            "kind": row.kind.value,
            "units": [
                {"code": unit.code, "name": _names(unit), "n_staff": unit.n_staff}
                for unit in row.units
            ],
        }
        for row in rows
    ]


def _members(session: Session, period_id: int, codes: Codes) -> Document:
    """The members of leading groups; nothing where nobody is rated by name."""
    rows = session.scalars(
        select(Member).where(Member.period_id == period_id).order_by(Member.position)
    )
    members = [
        {
            "code": row.code,
            "name": _names(row),
            "unit": codes[row.unit_id],
            "post": {"zh": row.post_zh, "en": row.post_en},
            "role": row.role.value,
        }
        for row in rows
    ]
    return {"members": members} if members else {}


def _assessments(session: Session, codes: Codes) -> list[list[str]]:
    rows = session.scalars(select(Assessment).where(Assessment.unit_id.in_(codes)))
    return sorted([codes[row.body_id], codes[row.unit_id]] for row in rows)


def _questionnaires(session: Session, period_id: int) -> list[Document]:
    rows = session.scalars(
        select(Questionnaire)
        .where(Questionnaire.period_id == period_id)
        .order_by(Questionnaire.code)
    )
    return [row.content for row in rows]


def _campaigns(session: Session, period_id: int, codes: Codes) -> list[Document]:
    rows = session.scalars(
        select(Campaign).where(Campaign.period_id == period_id).order_by(Campaign.code)
    )
    return [
        {
            "code": row.code,
            "kind": row.kind.value,
            "name": _names(row),
            "questionnaire": row.questionnaire.code,
            "groups": [_group(group, codes) for group in row.groups],
        }
        for row in rows
    ]


def _group(group: RaterGroup, codes: Codes) -> Document:
    sizes: Sequence[PlannedSize] = group.planned_sizes
    return {
        "code": group.code,
        "name": _names(group),
        "weight": exact(group.weight),
        **({} if group.head_weight is None else {"head_weight": exact(group.head_weight)}),
        "min_valid": group.min_valid,
        "open_code": group.open_code,
        "proof_of_work": group.proof_of_work,
        "asks_age": group.asks_age,
        "scope": group.scope.value,
        "size": group.size,
        "sizes": {codes[row.unit_id]: row.size for row in sizes},
    }


def _indicators(session: Session, period_id: int, codes: Codes) -> list[Document]:
    rows = session.scalars(
        select(Indicator).where(Indicator.period_id == period_id).order_by(Indicator.code)
    )
    return [
        {
            "code": row.code,
            "name": _names(row),
            "part": row.part.value,
            "quarter": row.quarter,
            "weight": exact(row.weight),
            "conversion": row.conversion,
            "parameters": row.parameters,
            "body": None if row.body_id is None else codes[row.body_id],
        }
        for row in rows
    ]
