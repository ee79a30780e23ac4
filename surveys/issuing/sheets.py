"""The sheets of a batch on paper: a cover, then slips with a QR code and the code for typing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.issuing.codes import printed
from surveys.issuing.qr import qr_svg
from surveys.models import Batch, Unit
from surveys.typesetting import typeset

STEPS = (
    (
        "把小票剪开，装入同样的空白信封并打乱，请测评人自己抽取；不要登记谁拿了哪一张。",
        "Cut the slips, shuffle them in equal blank envelopes; raters draw. Note no names.",
    ),
    (
        "发放数与本单一致；剩余小票当场封存，测评结束后统一销毁。",
        "Hand out no more than stated; seal what is left over and destroy it afterwards.",
    ),
    (
        "小票遗失或外泄，请立即联系考核办作废本批并重新发放。",
        "If slips are lost or leaked, have the assessment office void this batch and reissue.",
    ),
)
POSTER_STEPS = (
    (
        "张贴在办事大厅、社区公告栏等群众容易看到的地方。",
        "Put it up where citizens come: service halls, community boards.",
    ),
    (
        "不得诱导、代填，不得以物品换取好评。",
        "No prompting, no filling in for others, no gifts for good marks.",
    ),
)


@dataclass(frozen=True)
class SheetOrder:
    """What goes on paper.

    Parameters
    ----------
    base_url : ``https://host``; the QR codes carry ``HTTPS://HOST/B#CODE``
    codes : as `issue_batch` gave them
    in_path : write ``/B/CODE`` instead, for scanners that cut off what follows "#"
    """

    base_url: str
    codes: Sequence[str]
    in_path: bool = False


def sheet_pdf(session: Session, *, batch: Batch, order: SheetOrder) -> bytes:
    """The PDF of a batch; it exists only now, because the codes are not kept."""
    return typeset("surveys.issuing", "sheet.typ", sheet_data(session, batch, order))


def payload(base_url: str, code: str, *, in_path: bool = False) -> str:
    """What a QR code says: in capitals, so that it fits a small symbol."""
    return f"{base_url.rstrip('/')}/b{'/' if in_path else '#'}{code}".upper()


def sheet_data(session: Session, batch: Batch, order: SheetOrder) -> dict[str, Any]:
    """What the template says."""
    campaign, group = batch.campaign, batch.group
    targets = target_names(session, batch)
    home = "—" if batch.home_unit is None else batch.home_unit.name_zh
    counted = "1 张海报" if batch.open_code else f"{batch.n_issued} 张"
    return {
        "title": f"{campaign.period.county_zh} {campaign.name_zh}",
        "office": campaign.period.county_zh,
        "sample": campaign.period.sample,
        "facts": [
            ["考核周期 Period", f"{campaign.period.name_zh} {campaign.period.name_en}"],
            ["测评活动 Campaign", f"{campaign.name_zh} {campaign.name_en}"],
            ["测评主体 Group", f"{group.name_zh} {group.name_en}"],
            ["发往单位 Sent to", home],
            ["评价对象 Rated", "、".join(zh for zh, _ in targets)],
            ["数量 Count", counted],
            ["批次 Batch", str(batch.id)],
        ],
        "steps": [{"zh": zh, "en": en} for zh, en in (POSTER_STEPS if batch.open_code else STEPS)],
        "slip_title": campaign.name_zh,
        "slip_title_en": campaign.name_en,
        "slip_about": about(targets),
        "address": f"{order.base_url.split('://')[-1].rstrip('/')}/b",
        "poster": batch.open_code,
        "codes": [code_data(order, code) for code in order.codes],
    }


def code_data(order: SheetOrder, code: str) -> dict[str, Any]:
    """One code as a picture and as text in two lines."""
    groups = printed(code).split("-") if "-" in printed(code) else printed(code).split()
    return {
        "svg": qr_svg(payload(order.base_url, code, in_path=order.in_path)),
        "lines": [" ".join(groups[:4]), " ".join(groups[4:])],
    }


def target_names(session: Session, batch: Batch) -> list[tuple[str, str]]:
    """Names of the units rated, in the order of the ballot."""
    units = {
        unit.id: (unit.name_zh, unit.name_en)
        for unit in session.scalars(select(Unit).where(Unit.id.in_(batch.target_ids)))
    }
    return [units[unit_id] for unit_id in batch.target_ids]


def about(targets: list[tuple[str, str]]) -> str:
    """One name, or the first and how many."""
    first = targets[0][0]
    return first if len(targets) == 1 else f"{first}等{len(targets)}个单位"
