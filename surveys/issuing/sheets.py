"""The sheets of a batch on paper: a cover, then slips with a QR code and the code for typing."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from surveys.issuing.codes import CODE_LENGTH, printed
from surveys.issuing.crockford import ALPHABET
from surveys.issuing.layouts import DEFAULT_LAYOUT, layout_of
from surveys.issuing.pdf_pages import Original, PdfPages, Target
from surveys.issuing.qr import qr_svg
from surveys.issuing.qr_table import QrTable
from surveys.issuing.slip_marks import FONT, SlipMarks
from surveys.issuing.targets import targets_by_id
from surveys.models import Batch, CampaignKind, RaterGroup, target_name
from surveys.typesetting import CODE_FONT, FONTS, typeset

# Told apart in print and by most who see colours otherwise; the group's name stands in it.
COLOURS: Final = (
    "#0f5f63",
    "#1f4e9c",
    "#8a4b00",
    "#7a2f6b",
    "#2f6b2f",
    "#9c2f2f",
    "#44546a",
    "#5f5a12",
)

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
    layout : how slips lie on the sheet, a name of `LAYOUTS`
    paper : the size of a poster, "a4" or "a3"
    cover : whether a sheet with instructions for who hands them out comes first
    timezone : in which the batch's own window is told
    """

    base_url: str
    codes: Sequence[str]
    in_path: bool = False
    layout: str = DEFAULT_LAYOUT
    paper: str = "a4"
    cover: bool = True
    timezone: str = "Asia/Shanghai"


def sheet_pdf(session: Session, *, batch: Batch, order: SheetOrder) -> bytes:
    """The PDF of a batch; it exists only now, because the codes are not kept."""
    whole = BytesIO()
    write_sheets(whole, session=session, batch=batch, order=order)
    return whole.getvalue()


def write_sheets(
    target: Target,
    *,
    session: Session,
    batch: Batch,
    order: SheetOrder,
    told: Callable[[int], None] = lambda _n: None,
) -> None:
    """Write the PDF of a batch piece by piece; any number of codes need the memory of one sheet.

    Parameters
    ----------
    told : after each sheet, how many codes it has
    """
    pdf = typeset("surveys.issuing", "sheet.typ", sheet_data(session, batch, order))
    if batch.open_code:
        target.write(pdf)
        told(len(order.codes))
        return
    original = Original(pdf)
    pages = PdfPages(original, target)
    layout, n_cover = layout_of(order.layout), int(order.cover)
    font = original.only_font(-1)
    marks = SlipMarks(layout, qr_table(order.base_url, order.in_path), original.glyphs(font))
    for page in range(n_cover):
        pages.keep(page)
    n_full = len(order.codes) // layout.n_slips * layout.n_slips
    if n_full:
        full = pages.stencil(n_cover, font=font, name=FONT)
        for start in range(0, n_full, layout.n_slips):
            pages.draw(full, marks.of_sheet(order.codes[start : start + layout.n_slips]))
            told(layout.n_slips)
    if n_full < len(order.codes):
        rest = pages.stencil(n_cover + bool(n_full), font=font, name=FONT)
        pages.draw(rest, marks.of_sheet(order.codes[n_full:]))
        told(len(order.codes) - n_full)
    pages.finish()


def payload(base_url: str, code: str, *, in_path: bool = False) -> str:
    """What a QR code says: in capitals, so that it fits a small symbol."""
    return f"{base_url.rstrip('/')}/b{'/' if in_path else '#'}{code}".upper()


@lru_cache(maxsize=4)
def qr_table(base_url: str, in_path: bool) -> QrTable:
    """The symbols of all codes under an address."""
    return QrTable(payload(base_url, "", in_path=in_path), length=CODE_LENGTH)


def in_both(name_zh: str, name_en: str) -> str:
    """A name in both languages, once where there is no other."""
    return " ".join(dict.fromkeys((name_zh, name_en)))


def sheet_data(session: Session, batch: Batch, order: SheetOrder) -> dict[str, Any]:
    """What the template says."""
    campaign, group = batch.campaign, batch.group
    targets = target_names(session, batch)
    home = "—" if batch.home_unit is None else batch.home_unit.name_zh
    counted = "1张海报" if batch.open_code else f"{len(order.codes)}张"
    layout = layout_of(order.layout)
    return {
        "title": f"{campaign.period.county_zh} {campaign.name_zh}",
        "office": campaign.period.county_zh,
        "sample": campaign.period.sample,
        "fonts": list(FONTS),
        "code_font": CODE_FONT,
        "group": {"name": group.name_zh, "colour": group_colour(group)},
        "facts": [
            ["考核周期 Period", in_both(campaign.period.name_zh, campaign.period.name_en)],
            ["测评活动 Campaign", in_both(campaign.name_zh, campaign.name_en)],
            ["测评主体 Group", in_both(group.name_zh, group.name_en)],
            ["发往单位 Sent to", home],
            ["评价对象 Rated", "、".join(zh for zh, _ in targets)],
            ["数量 Count", counted],
            ["有效时间 Valid", window_text(batch, order.timezone) or "测评期间 while voting runs"],
            ["批次 Batch", str(batch.id)],
        ],
        "steps": [{"zh": zh, "en": en} for zh, en in (POSTER_STEPS if batch.open_code else STEPS)],
        "slip_title": campaign.name_zh,
        "slip_title_en": campaign.name_en,
        "slip_about": about(targets, of_members=campaign.kind is CampaignKind.MEMBER),
        "window": window_text(batch, order.timezone),
        "address": f"{order.base_url.split('://')[-1].rstrip('/')}/b",
        "cover": order.cover,
        "poster": batch.open_code,
        "paper": order.paper,
        "codes": [code_data(order, code) for code in order.codes] if batch.open_code else [],
        "layout": asdict(layout),
        "full": layout.n_slips if len(order.codes) >= layout.n_slips else 0,
        "rest": len(order.codes) % layout.n_slips,
        "letters": f"{ALPHABET[0]} {ALPHABET[1:]}",
    }


def code_data(order: SheetOrder, code: str) -> dict[str, Any]:
    """One code as a picture and as text in two lines."""
    groups = printed(code).split("-")
    return {
        "svg": qr_svg(payload(order.base_url, code, in_path=order.in_path)),
        "lines": [" ".join(groups[:4]), " ".join(groups[4:])],
    }


def group_colour(group: RaterGroup) -> str:
    """The colour by which a group's slips are told apart, beside its name."""
    return COLOURS[group.position % len(COLOURS)]


def window_text(batch: Batch, timezone: str) -> str:
    """When a batch's codes are valid, if not as long as the campaign is open."""
    zone = ZoneInfo(timezone)
    opens, closes = (
        f"{at.astimezone(zone):%-m月%-d日%H:%M}" if at else ""
        for at in (batch.opens_at, batch.closes_at)
    )
    if opens and closes:
        day = opens.partition("日")[0] + "日"
        return f"{opens}至{closes.removeprefix(day)}有效"
    if opens:
        return f"{opens}起有效"
    return f"{closes}前有效" if closes else ""


def target_names(session: Session, batch: Batch) -> list[tuple[str, str]]:
    """Names of the units or members rated, in the order of the ballot."""
    targets = targets_by_id(session, batch.target_ids)
    rated = [targets[target_id] for target_id in batch.target_ids]
    return [(target_name(each, "zh"), target_name(each, "en")) for each in rated]


def about(targets: list[tuple[str, str]], *, of_members: bool = False) -> str:
    """One name, or the first and how many."""
    first = targets[0][0]
    counted = f"{len(targets)}人" if of_members else f"{len(targets)}个单位"
    return first if len(targets) == 1 else f"{first}等{counted}"
