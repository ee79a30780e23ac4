"""Issue codes and lay them down for the office, sealed, until somebody fetches them: once.

Codes are kept nowhere but in this file. After it was fetched nobody can print them again.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.errors import Conflict, NotFound
from surveys.issuing.issue_batch import BatchOrder, IssuedBatch, make_batch, record_issue
from surveys.issuing.printing import Form, Printer, Printing, Progress, sheet_name
from surveys.issuing.reprint import Reprint, carry_out_reprint, new_codes_of
from surveys.issuing.wanted import Wanted, wanted_orders
from surveys.jobs.sealed_files import SALT_BYTES, SealedFiles
from surveys.models import Batch, Campaign, Handout

FOLDER: Final = "handouts"
PART: Final = 1 << 16


@dataclass
class Issue:
    """One issue under way: what it makes, and how it is noted when all is on paper.

    Parameters
    ----------
    orders : batches to make
    reprint : codes for a batch that is there
    """

    session: Session
    printing: Printing
    now: datetime
    by: int
    orders: list[BatchOrder]
    reprint: Reprint | None
    batches: list[Batch] = field(default_factory=list)

    @property
    def single(self) -> bool:
        """Whether it is about one batch."""
        return len(self.orders) + (self.reprint is not None) == 1

    @property
    def n_codes(self) -> int:
        """How many codes it is about; a few less where open codes make one poster of many."""
        return sum(order.n for order in self.orders) + len(
            self.reprint.codes if self.reprint else ()
        )

    def issued(self) -> Iterator[IssuedBatch]:
        """Make batch after batch."""
        if self.reprint is not None:
            self.batches.append(self.reprint.batch)
            yield self.reprint.issued
        for order in self.orders:
            made = make_batch(
                self.session,
                order=order,
                random_bytes=self.printing.random_bytes,
                now=self.now,
                by=self.by,
            )
            self.batches.append(made.batch)
            yield made

    def finish(self) -> None:
        """Note it. Only now: the log's chain has one end, for which others would have to wait."""
        if self.reprint is not None:
            carry_out_reprint(self.session, reprint=self.reprint, now=self.now, by=self.by)
            return
        for batch in self.batches:
            record_issue(self.session, batch)


def hand_out(
    session: Session,
    *,
    wanted: Wanted,
    printing: Printing,
    job_id: int,
    now: datetime,
    by: int,
    progress: Progress = lambda _step, _share: None,
) -> Handout:
    """Issue what is wanted and lay the file down; it needs the memory of one batch's codes.

    The file is whole before the transaction ends. If that does not end well, nobody knows the
    file's key, and none of its codes admits a ballot.

    Raises
    ------
    Conflict, Invalid : as `wanted_orders`, `issue_batch` and `new_codes_of`
    """
    issue = begun(session, wanted=wanted, printing=printing, now=now, by=by)
    salt = secrets.token_bytes(SALT_BYTES)
    printer = Printer(session, printing, progress, total=issue.n_codes, moment=now)
    with printing.files.writing(file_name(salt), salt=salt) as target:
        printer.write(target, issue.issued(), single=issue.single)
    issue.finish()
    handout = Handout(
        campaign_id=wanted.campaign_id,
        job_id=job_id,
        name=spoken_name(session, wanted, issue),
        media_type=media_type(printing.form, single=issue.single),
        n_codes=printer.n_codes,
        n_bytes=target.size,
        salt=salt,
        made_by=by,
        made_at=now,
    )
    session.add(handout)
    session.flush()
    return handout


def begun(session: Session, *, wanted: Wanted, printing: Printing, now: datetime, by: int) -> Issue:
    """What is to be made."""
    orders = wanted_orders(session, wanted)
    reprint = None
    if wanted.reprint is not None:
        reprint = new_codes_of(
            session,
            campaign_id=wanted.campaign_id,
            batch_id=wanted.reprint,
            random_bytes=printing.random_bytes,
        )
    return Issue(session, printing, now, by, orders, reprint)


def fetched_parts(
    session: Session,
    *,
    campaign_id: int,
    handout_id: int,
    files: SealedFiles,
    now: datetime,
    by: int,
) -> Iterator[bytes]:
    """The file, part by part; when the last part is taken it was fetched, and its key forgotten.

    A download that breaks off can be begun again, which the log shows.

    Raises
    ------
    NotFound : ``no_handout``, ``file_gone``
    Conflict : ``handout_fetched``; ``handout_being_fetched``, by somebody else at this moment
    """
    handout = waiting_handout(session, campaign_id=campaign_id, handout_id=handout_id)
    salt = handout.salt or b""
    with files.reading(file_name(salt), salt=salt) as source:
        while part := source.read(PART):
            yield part
    handout.salt, handout.fetched_by, handout.fetched_at = None, by, now
    record(
        session,
        "codes_fetched",
        at=now,
        by=by,
        campaign=campaign_id,
        handout=handout_id,
        n_codes=handout.n_codes,
    )
    session.flush()
    files.remove(file_name(salt))


def note_begun(
    session: Session, *, campaign_id: int, handout_id: int, now: datetime, by: int
) -> Handout:
    """Note in the log that somebody begins to fetch; errors of `fetched_parts`."""
    handout = waiting_handout(session, campaign_id=campaign_id, handout_id=handout_id)
    record(
        session,
        "codes_fetching",
        at=now,
        by=by,
        campaign=campaign_id,
        handout=handout_id,
        n_codes=handout.n_codes,
    )
    return handout


def discard_handout(
    session: Session,
    *,
    campaign_id: int,
    handout_id: int,
    files: SealedFiles,
    now: datetime,
    by: int,
) -> None:
    """Forget a file that nobody will fetch; its codes stay issued until they are made void."""
    handout = waiting_handout(session, campaign_id=campaign_id, handout_id=handout_id)
    files.remove(file_name(handout.salt or b""))
    handout.salt = None
    record(
        session,
        "codes_discarded",
        at=now,
        by=by,
        campaign=campaign_id,
        handout=handout_id,
        n_codes=handout.n_codes,
    )


def waiting_handout(session: Session, *, campaign_id: int, handout_id: int) -> Handout:
    """A file that can be fetched, held against others."""
    held = select(Handout).where(Handout.id == handout_id, Handout.campaign_id == campaign_id)
    try:
        handout = session.scalar(held.with_for_update(nowait=True))
    except OperationalError:
        raise Conflict("handout_being_fetched") from None
    if handout is None:
        raise NotFound("no_handout")
    if handout.salt is None:
        raise Conflict("handout_fetched")
    return handout


def handouts(session: Session, *, campaign_id: int) -> list[Handout]:
    """The files of a campaign, the latest first; those that wait before all others."""
    mine = select(Handout).where(Handout.campaign_id == campaign_id)
    return list(session.scalars(mine.order_by(Handout.salt.is_(None), Handout.id.desc())))


def known_files(session: Session) -> set[str]:
    """Names on the disk of all files that wait."""
    salts = session.scalars(select(Handout.salt).where(Handout.salt.is_not(None)))
    return {file_name(salt) for salt in salts if salt is not None}


def file_name(salt: bytes) -> str:
    """A file's name on the disk; it does not lead back to the key."""
    return hashlib.sha256(b"gongping|name|" + salt).hexdigest()[:32]


def media_type(form: Form, *, single: bool) -> str:
    """What kind of file it is."""
    if form is Form.LINKS:
        return "text/csv"
    return "application/pdf" if single else "application/zip"


def spoken_name(session: Session, wanted: Wanted, issue: Issue) -> str:
    """The file's name as the office sees it."""
    campaign = session.get_one(Campaign, wanted.campaign_id)
    first = issue.batches[0]
    if issue.printing.form is Form.LINKS:
        stem = sheet_name(first).removesuffix(".pdf") if issue.single else campaign.name_zh
        return f"测评链接_{stem}.csv"
    kind = "纸质测评表" if issue.printing.form.on_paper else "测评码"
    if issue.single:
        return sheet_name(first, issue.printing.form)
    return f"{kind}_{campaign.name_zh}.zip"
