"""Issue many batches at once: one archive with the sheets of each, and all of them or none."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from surveys.errors import Conflict
from surveys.issuing.issue_batch import BatchOrder, IssuedBatch, make_batch, record_issue
from surveys.issuing.plan import suggested_batches
from surveys.issuing.sheets import SheetOrder, sheet_pdf
from surveys.models import Batch

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

# Whoever stops reading the download must not keep the issue waiting: it is taken back.
LONGEST_PAUSE: Final = text("SET LOCAL idle_in_transaction_session_timeout = '60s'")
ONE_AT_A_TIME: Final = text("SELECT pg_try_advisory_xact_lock(10, :campaign_id)")
NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys('/\\:*?"<>|\t\n ', "-"))


@dataclass(frozen=True)
class Printing:
    """How codes go on paper: under which address, and with what chance they are drawn.

    `in_path` as `surveys.issuing.sheets.SheetOrder`.
    """

    base_url: str
    random_bytes: Callable[[int], bytes]
    in_path: bool = False


@dataclass(frozen=True)
class IssuedSheets:
    """The sheets of a batch: the only place where its codes are."""

    name: str
    pdf: bytes


class Outlet(io.RawIOBase):
    """Where the archive is written to; what was written is taken away at once."""

    def __init__(self) -> None:
        self.written = bytearray()

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, data: "ReadableBuffer") -> int:
        """Keep what comes until it is taken."""
        self.written += data
        return memoryview(data).nbytes

    def take(self) -> bytes:
        """Give what was written since the last time."""
        taken = bytes(self.written)
        self.written.clear()
        return taken


def issue_planned(
    session: Session, *, campaign_id: int, printing: Printing, now: datetime, by: int
) -> Iterator[bytes]:
    """Issue every batch that is planned and not issued, and yield the ZIP of their sheets.

    The last part is the archive's table of contents: whoever hands it out only after the commit
    has given out no archive whose codes the box does not know.

    Raises
    ------
    Conflict : ``issuing_under_way``, ``nothing_planned``, and what `issue_batch` raises; all of
        it before the first part
    """
    session.execute(LONGEST_PAUSE)
    lock_issuing(session, campaign_id=campaign_id)
    orders = suggested_batches(session, campaign_id=campaign_id)
    if not orders:
        raise Conflict("nothing_planned")
    batches: list[Batch] = []
    outlet = Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        for order in orders:
            issued = make_batch(
                session, order=order, random_bytes=printing.random_bytes, now=now, by=by
            )
            sheets = printed_sheets(session, issued, printing=printing)
            archive.writestr(zipfile.ZipInfo(sheets.name, now.timetuple()[:6]), sheets.pdf)
            batches.append(issued.batch)
            yield outlet.take()
    # Only now: the log's chain has one end, for which others would have to wait.
    for batch in batches:
        record_issue(session, batch)
    yield outlet.take()


def issue_with_sheets(
    session: Session, *, order: BatchOrder, printing: Printing, now: datetime, by: int
) -> IssuedSheets:
    """Issue one batch and print it; errors of `issue_batch`."""
    issued = make_batch(session, order=order, random_bytes=printing.random_bytes, now=now, by=by)
    sheets = printed_sheets(session, issued, printing=printing)
    record_issue(session, issued.batch)
    return sheets


def lock_issuing(session: Session, *, campaign_id: int) -> None:
    """Let one person at a time issue what is planned, so that nothing is issued twice."""
    if not session.scalar(ONE_AT_A_TIME, {"campaign_id": campaign_id}):
        raise Conflict("issuing_under_way")


def require_planned(session: Session, *, order: BatchOrder) -> BatchOrder:
    """The planned batch for this group, home and ballot.

    Raises
    ------
    Conflict : ``not_planned``, because somebody issued it meanwhile; ``issuing_under_way``
    """
    lock_issuing(session, campaign_id=order.campaign_id)
    wanted = (order.group_id, order.home_unit_id, order.target_ids)
    for planned in suggested_batches(session, campaign_id=order.campaign_id):
        if (planned.group_id, planned.home_unit_id, planned.target_ids) == wanted:
            return planned
    raise Conflict("not_planned")


def printed_sheets(session: Session, issued: IssuedBatch, *, printing: Printing) -> IssuedSheets:
    """Print a batch."""
    order = SheetOrder(printing.base_url, issued.codes, printing.in_path)
    pdf = sheet_pdf(session, batch=issued.batch, order=order)
    return IssuedSheets(sheet_name(issued.batch), pdf)


def sheet_name(batch: Batch) -> str:
    """The file's name: 测评码_12_市级领导_样例单位.pdf."""
    unit = batch.home_unit.name_zh if batch.home_unit else rated(batch)
    kind = "海报" if batch.open_code else "测评码"
    return f"{kind}_{batch.id}_{batch.group.name_zh}_{unit}.pdf".translate(NOT_IN_NAMES)


def rated(batch: Batch) -> str:
    """The one unit rated, the category all of whose units are rated, or how many."""
    units = [unit for unit in batch.campaign.period.units if unit.id in set(batch.target_ids)]
    if len(units) == 1:
        return units[0].name_zh
    categories = {unit.category for unit in units}
    if len(categories) == 1:
        return categories.pop().name_zh
    return f"{len(units)}个单位"
