"""What is to be issued, as a job remembers it: of the plan, an extra batch, a reprint."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from surveys.errors import Conflict
from surveys.issuing.issue_batch import BatchOrder
from surveys.issuing.plan import suggested_batches
from surveys.models.base import JsonObject

ONE_AT_A_TIME: Final = text("SELECT pg_try_advisory_xact_lock(10, :campaign_id)")


@dataclass(frozen=True)
class Wanted:
    """What is to be issued.

    Parameters
    ----------
    group_id : of the plan this group's part alone, or None for all of it
    planned : this batch of the plan
    extra : a batch that the plan does not ask for
    reprint : id of a batch whose unused codes get others in their place
    """

    campaign_id: int
    group_id: int | None = None
    planned: BatchOrder | None = None
    extra: BatchOrder | None = None
    reprint: int | None = None

    def as_json(self) -> JsonObject:
        """As a job's arguments."""
        return {
            "group_id": self.group_id,
            "planned": order_json(self.planned),
            "extra": order_json(self.extra),
            "reprint": self.reprint,
        }

    @classmethod
    def from_json(cls, campaign_id: int, said: JsonObject) -> "Wanted":
        """Undo `as_json`."""
        return cls(
            campaign_id,
            group_id=said["group_id"],
            planned=order_of(campaign_id, said["planned"]),
            extra=order_of(campaign_id, said["extra"]),
            reprint=said["reprint"],
        )


def wanted_orders(session: Session, wanted: Wanted) -> list[BatchOrder]:
    """The batches to issue; none for a reprint.

    Raises
    ------
    Conflict : ``issuing_under_way``; ``nothing_planned``, ``not_planned``, because somebody issued
        it meanwhile
    """
    lock_issuing(session, campaign_id=wanted.campaign_id)
    if wanted.extra is not None:
        return [wanted.extra]
    if wanted.reprint is not None:
        return []
    orders = list(planned_part(session, wanted))
    if not orders:
        raise Conflict("nothing_planned" if wanted.planned is None else "not_planned")
    return orders


def planned_part(session: Session, wanted: Wanted) -> Iterator[BatchOrder]:
    """What of the plan is wanted and not issued."""
    for order in suggested_batches(session, campaign_id=wanted.campaign_id):
        if wanted.planned is not None and audience(order) != audience(wanted.planned):
            continue
        if wanted.group_id is None or order.group_id == wanted.group_id:
            yield order


def audience(order: BatchOrder) -> tuple[int, int | None, tuple[int, ...]]:
    """For whom an order is."""
    return order.group_id, order.home_unit_id, order.target_ids


def lock_issuing(session: Session, *, campaign_id: int) -> None:
    """Let one person at a time issue what is planned, so that nothing is issued twice."""
    if not session.scalar(ONE_AT_A_TIME, {"campaign_id": campaign_id}):
        raise Conflict("issuing_under_way")


def order_json(order: BatchOrder | None) -> JsonObject | None:
    """An order without its campaign."""
    if order is None:
        return None
    return {
        "group_id": order.group_id,
        "target_ids": list(order.target_ids),
        "n": order.n,
        "home_unit_id": order.home_unit_id,
        "opens_at": order.opens_at.isoformat() if order.opens_at else None,
        "closes_at": order.closes_at.isoformat() if order.closes_at else None,
    }


def order_of(campaign_id: int, said: dict[str, Any] | None) -> BatchOrder | None:
    """Undo `order_json`."""
    if said is None:
        return None
    opens_at, closes_at = (
        datetime.fromisoformat(said[name]) if said[name] else None
        for name in ("opens_at", "closes_at")
    )
    return BatchOrder(
        campaign_id,
        said["group_id"],
        tuple(said["target_ids"]),
        said["n"],
        said["home_unit_id"],
        opens_at,
        closes_at,
    )
