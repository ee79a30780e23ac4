"""The close statement: what a box held when it was closed, for everybody to keep.

It is a function of what stands in the database, so it comes out the same whenever it is asked
for; `close_signatures` has the server and both officers sign it.
"""

import hashlib
from datetime import UTC
from typing import Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from surveys.errors import Conflict
from surveys.models import (
    AnnulledBallot,
    AuditRecord,
    Batch,
    BatchState,
    Campaign,
    Envelope,
    PublishedLeaf,
    RaterGroup,
    Token,
    TokenState,
)
from surveys.models.base import JsonObject
from surveys.opening.signed_close import CloseStatement, canonical

FORMAT: Final = 2


def close_statement(session: Session, *, campaign_id: int) -> CloseStatement:
    """State what the box held at its close.

    Raises
    ------
    Conflict : ``campaign_not_closed`` (state)
    """
    campaign = session.get_one(Campaign, campaign_id)
    if campaign.root is None or campaign.closed_at is None:
        raise Conflict("campaign_not_closed", state=campaign.state.value)
    period = campaign.period
    log = closing_record(session, campaign_id=campaign_id)
    groups = groups_of(session, campaign)
    statement = {
        "format": FORMAT,
        "county": {"zh": period.county_zh, "en": period.county_en},
        "sample": period.sample,
        "period": {
            "code": period.code,
            "name": {"zh": period.name_zh, "en": period.name_en},
            "manifest_sha256": period.manifest_hash.hex() if period.manifest_hash else None,
        },
        "campaign": {
            "id": campaign.id,
            "code": campaign.code,
            "name": {"zh": campaign.name_zh, "en": campaign.name_en},
            "manifest_sha256": hashlib.sha256(canonical(campaign.manifest)).hexdigest(),
            "keys": (campaign.manifest or {}).get("keys", []),
        },
        "closed_at": campaign.closed_at.astimezone(UTC).isoformat(timespec="seconds"),
        "n_envelopes": campaign.n_envelopes,
        "n_replaced": sum(group["n_replaced"] for group in groups),
        "n_annulled": sum(group["n_annulled"] for group in groups),
        "keys_kept": (campaign.manifest or {}).get("keys_kept"),
        "tree": "RFC 9162 2.1, SHA-256, leaves in rising order",
        "root": campaign.root.hex(),
        "groups": groups,
        "audit_log": None if log is None else {"seq": log.seq, "head": log.h.hex()},
    }
    return CloseStatement(statement)


def leaves_text(session: Session, *, campaign_id: int) -> bytes:
    """The leaves of a closed box in rising order, 64 hexadecimal digits a line."""
    leaves = select(PublishedLeaf.leaf).where(PublishedLeaf.campaign_id == campaign_id)
    return "".join(
        f"{leaf.hex()}\n" for leaf in session.scalars(leaves.order_by(PublishedLeaf.leaf))
    ).encode()


def groups_of(session: Session, campaign: Campaign) -> list[JsonObject]:
    """Codes issued, void and replaced, ballots returned and annulled, by rater group in its order.

    `n_issued` counts the codes of batches that stand, `n_void` those of void batches; with open
    codes both count posters. Ballots that came in before their batch was void are returned too.
    `n_replaced` counts codes that two persons annulled and issued anew, `n_annulled` the ballots
    that had been cast with them: these are in no other number.
    """
    n_codes = {
        (row.group_id, row.state): row.n
        for row in session.execute(
            select(Batch.group_id, Batch.state, func.sum(Batch.n_issued).label("n"))
            .where(Batch.campaign_id == campaign.id)
            .group_by(Batch.group_id, Batch.state)
        )
    }
    n_returned = by_group(
        session,
        campaign,
        select(Batch.group_id)
        .select_from(Envelope)
        .join(Token, Token.h == Envelope.token_h)
        .join(Batch, Batch.id == Token.batch_id),
    )
    n_replaced = by_group(
        session,
        campaign,
        select(Batch.group_id)
        .select_from(Token)
        .join(Batch, Batch.id == Token.batch_id)
        .where(Token.state == TokenState.VOID),
    )
    n_annulled = by_group(
        session,
        campaign,
        select(Batch.group_id)
        .select_from(AnnulledBallot)
        .join(Batch, Batch.id == AnnulledBallot.batch_id),
    )
    return [
        {
            **group_words(group),
            "n_issued": n_codes.get((group.id, BatchState.ISSUED), 0),
            "n_void": n_codes.get((group.id, BatchState.VOID), 0),
            "n_returned": n_returned.get(group.id, 0),
            "n_replaced": n_replaced.get(group.id, 0),
            "n_annulled": n_annulled.get(group.id, 0),
        }
        for group in campaign.groups
    ]


def by_group(session: Session, campaign: Campaign, rows: Select[int]) -> dict[int, int]:
    """Count rows that have a batch by its rater group."""
    counted = (
        rows.add_columns(func.count().label("n"))
        .where(Batch.campaign_id == campaign.id)
        .group_by(Batch.group_id)
    )
    return {row.group_id: row.n for row in session.execute(counted)}


def group_words(group: RaterGroup) -> JsonObject:
    """Which group."""
    return {
        "code": group.code,
        "name": {"zh": group.name_zh, "en": group.name_en},
        "open_code": group.open_code,
    }


def closing_record(session: Session, *, campaign_id: int) -> AuditRecord | None:
    """The log's record of the close: its hash was the log's head at that moment."""
    return last_record(session, "campaign_closed", campaign_id=campaign_id)


def last_record(session: Session, act: str, *, campaign_id: int) -> AuditRecord | None:
    """The latest record of an act of a campaign."""
    body = AuditRecord.body
    return session.scalar(
        select(AuditRecord)
        .where(body["act"].as_string() == act, body["campaign"].as_integer() == campaign_id)
        .order_by(AuditRecord.seq.desc())
        .limit(1)
    )
