"""The file in which codes go out: one PDF, a ZIP of them, or a list of links."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import IO, Final

from sqlalchemy.orm import Session

from surveys.formulas import harmless
from surveys.issuing.codes import printed
from surveys.issuing.issue_batch import IssuedBatch
from surveys.issuing.layouts import DEFAULT_LAYOUT
from surveys.issuing.paper_form import write_papers
from surveys.issuing.sheets import SheetOrder, payload, write_sheets
from surveys.jobs.sealed_files import SealedFiles, SealedWriter
from surveys.models import Batch, CampaignKind, target_name

NOT_IN_NAMES: Final = str.maketrans(dict.fromkeys('/\\:*?"<>|\t\n ', "-"))
# What a spreadsheet would take for a formula.
LINK_COLUMNS: Final = ("链接", "测评码", "测评主体", "发往单位", "评价对象", "批次")
# Told of so many links at a time.
LINKS_AT_ONCE: Final = 1000

Progress = Callable[[str, float], None]


class Form(StrEnum):
    """In which form codes go out."""

    SHEETS = "sheets"  # slips and posters as PDF; of several batches a ZIP
    LINKS = "links"  # a CSV for whoever sends messages
    PAPERS = "papers"  # whole ballots to be ticked by hand, each with its code
    PAPERS_EN = "papers_en"  # the same in English

    @property
    def on_paper(self) -> bool:
        """Whether the ballot itself is printed."""
        return self in {Form.PAPERS, Form.PAPERS_EN}


@dataclass(frozen=True)
class Printing:
    """How codes go out.

    Parameters
    ----------
    random_bytes : a cryptographic source
    files : where the file lies until it is fetched
    in_path, layout, paper, timezone : as `surveys.issuing.sheets.SheetOrder`
    """

    base_url: str
    random_bytes: Callable[[int], bytes]
    files: SealedFiles
    in_path: bool = False
    form: Form = Form.SHEETS
    layout: str = DEFAULT_LAYOUT
    paper: str = "a4"
    timezone: str = "Asia/Shanghai"

    def sheet_order(self, codes: Sequence[str]) -> SheetOrder:
        """How these codes are printed."""
        return SheetOrder(
            self.base_url,
            codes,
            self.in_path,
            layout=self.layout,
            paper=self.paper,
            timezone=self.timezone,
        )


@dataclass
class Printer:
    """Writes batch after batch as they are issued, and tells how far it is.

    Parameters
    ----------
    total : codes that will come
    moment : of the archive's entries
    """

    session: Session
    printing: Printing
    progress: Progress
    total: int
    moment: datetime
    n_codes: int = 0

    def write(self, target: SealedWriter, issued: Iterable[IssuedBatch], *, single: bool) -> None:
        """Write the file.

        Parameters
        ----------
        single : whether there is one batch, so that no archive is needed
        """
        if self.printing.form is Form.LINKS:
            self._links(target, issued)
        elif single:
            for each in issued:
                self._sheets(target, each)
        else:
            with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
                for each in issued:
                    name = sheet_name(each.batch, self.printing.form)
                    entry = zipfile.ZipInfo(name, self.moment.timetuple()[:6])
                    with archive.open(entry, "w", force_zip64=True) as member:
                        self._sheets(member, each)

    def told(self, n: int) -> None:
        """So many codes more are in the file."""
        self.n_codes += n
        self.progress("printing", min(self.n_codes / max(self.total, 1), 1.0))

    def _sheets(self, target: SealedWriter | IO[bytes], issued: IssuedBatch) -> None:
        batch, form = issued.batch, self.printing.form
        order = self.printing.sheet_order(issued.codes)
        # Who votes with an open code does so by telephone, whatever the others do.
        if form.on_paper and not batch.open_code:
            language = "en" if form is Form.PAPERS_EN else "zh"
            write_papers(
                target,
                session=self.session,
                batch=batch,
                order=order,
                language=language,
                told=self.told,
            )
        else:
            write_sheets(target, session=self.session, batch=batch, order=order, told=self.told)

    def _links(self, target: SealedWriter, issued: Iterable[IssuedBatch]) -> None:
        # With its mark, by which spreadsheets know UTF-8.
        target.write(b"\xef\xbb\xbf")
        target.write(csv_lines([LINK_COLUMNS]))
        for each in issued:
            about = [harmless(words) for words in batch_words(each.batch)]
            for start in range(0, len(each.codes), LINKS_AT_ONCE):
                codes = each.codes[start : start + LINKS_AT_ONCE]
                rows = [[self._link(code), printed(code), *about] for code in codes]
                target.write(csv_lines(rows))
                self.told(len(codes))

    def _link(self, code: str) -> str:
        return payload(self.printing.base_url, code, in_path=self.printing.in_path)


def csv_lines(rows: Iterable[Sequence[str]]) -> bytes:
    """Rows as lines of a CSV file."""
    lines = io.StringIO()
    csv.writer(lines).writerows(rows)
    return lines.getvalue().encode()


def batch_words(batch: Batch) -> tuple[str, str, str, str]:
    """Group, home unit, who is rated, and the batch's number."""
    home = batch.home_unit.name_zh if batch.home_unit else ""
    return batch.group.name_zh, home, rated(batch), str(batch.id)


def sheet_name(batch: Batch, form: Form = Form.SHEETS) -> str:
    """The file's name: 测评码_12_市级领导_样例单位.pdf."""
    unit = batch.home_unit.name_zh if batch.home_unit else rated(batch)
    printed_kind = "纸质测评表" if form.on_paper else "测评码"
    kind = "海报" if batch.open_code else printed_kind
    return f"{kind}_{batch.id}_{batch.group.name_zh}_{unit}.pdf".translate(NOT_IN_NAMES)


def rated(batch: Batch) -> str:
    """The one target rated, the category or unit they are all of, or how many they are."""
    if batch.campaign.kind is CampaignKind.MEMBER:
        return members_rated(batch)
    units = [unit for unit in batch.campaign.period.units if unit.id in set(batch.target_ids)]
    if len(units) == 1:
        return units[0].name_zh
    categories = {unit.category for unit in units}
    if len(categories) == 1:
        return categories.pop().name_zh
    return f"{len(units)}个单位"


def members_rated(batch: Batch) -> str:
    """The one member rated, the unit whose members are rated, or how many."""
    wanted = set(batch.target_ids)
    members = [each for each in batch.campaign.period.members if each.id in wanted]
    if len(members) == 1:
        return target_name(members[0], "zh")
    units = {each.unit_id: each.unit.name_zh for each in members}
    return f"{next(iter(units.values()))}班子成员" if len(units) == 1 else f"{len(members)}人"
