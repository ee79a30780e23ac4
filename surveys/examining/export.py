"""An opened campaign's ballots as files that `gongping examine` reads: anybody may run it again.

Ballots are numbered 1, 2 … in the random order of their identities, networks and devices by labels
that mean nothing outside the file.
"""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import IO

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from stats.ballots import Ballots
from surveys.auditing import record
from surveys.examining.campaign_arrays import Part, campaign_arrays
from surveys.examining.campaign_files import ballot_lines
from surveys.examining.examine_campaign import LEVEL, part_seed
from surveys.models import Campaign, CampaignKind, Examination

FORMS = {
    CampaignKind.DEMOCRATIC: "insider",
    CampaignKind.RECOGNITION: "public",
    CampaignKind.REVERSE: "reverse",
    CampaignKind.MEMBER: "insider",
}
README = """\
{name_zh}：供复核检测结果的选票文件。每一部分用下面的命令检测，所得与系统中的疑点一致。
{name_en}: ballots to examine again. These commands find what the platform found.

{commands}
一行是一张票对一个单位的评价；票号是随机顺序的编号，网络和设备只是本文件内的代号。
One line is one ballot's marks for one unit. Ballots are numbered in random order; networks and
devices are labels of this file alone.
"""


def write_export(
    session: Session, target: IO[bytes], *, campaign_id: int, now: datetime, by: int | None
) -> None:
    """Write a ZIP with ``ballots.csv, batches.csv, units.csv`` of each part and how to examine it.

    Parameters
    ----------
    target : where the archive goes; the same ballots give the same bytes
    by : the account, for the audit log

    Raises
    ------
    Conflict : ``box_not_opened`` (state), ``no_ballots``
    """
    campaign = session.get_one(Campaign, campaign_id)
    parts = campaign_arrays(session, campaign_id=campaign_id).parts
    examination = session.scalar(select(Examination).where(Examination.campaign_id == campaign_id))
    seed = 1 if examination is None else examination.seed
    form = FORMS[campaign.kind]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, part in enumerate(parts):
            for name, lines in part_files(part, form):
                with archive.open(
                    _entry(f"part-{number + 1}/{name}"), "w", force_zip64=True
                ) as out:
                    out.writelines(line.encode() for line in lines)
        commands = "".join(_command(k, part, len(parts), seed) for k, part in enumerate(parts))
        words = README.format(name_zh=campaign.name_zh, name_en=campaign.name_en, commands=commands)
        archive.writestr(_entry("README.txt"), words)
    record(session, "ballots_exported", at=now, by=by, campaign=campaign_id, parts=len(parts))


def part_files(part: Part, form: str) -> Iterator[tuple[str, Iterator[str]]]:
    """Names and lines of one part's files."""
    ballots = part.ballots
    codes = [unit.code for unit in part.units]
    yield "ballots.csv", ballot_lines(from_one(ballots), form, codes)
    yield "batches.csv", _rows(batch_rows(ballots, codes))
    yield "units.csv", _rows(unit_rows(part))


def from_one(ballots: Ballots) -> Ballots:
    """Labels of networks and devices from 1 on: in files 0 means not recorded."""
    moved = {
        name: None if labels is None else np.where(labels >= 0, labels + 1, -1)
        for name, labels in (("network", ballots.network), ("device", ballots.device))
    }
    return replace(ballots, network=moved["network"], device=moved["device"])


def batch_rows(ballots: Ballots, codes: Sequence[str]) -> Iterator[Sequence[object]]:
    """Home and codes issued of every batch that ballots came in."""
    yield "batch", "home", "issued"
    if ballots.batch is None:
        return
    found, first = np.unique(ballots.batch, return_index=True)
    for batch, ballot in zip(found.tolist(), first.tolist(), strict=True):
        home = -1 if ballots.home is None else int(ballots.home[ballot])
        issued = -1 if ballots.issued is None else int(ballots.issued[batch])
        yield batch, codes[home] if home >= 0 else -1, issued if issued >= 0 else ""


def unit_rows(part: Part) -> Iterator[Sequence[object]]:
    """Category and names of every unit, in the order of the arrays."""
    yield "unit", "category", "name_zh", "name_en"
    category = part.ballots.category
    for place, unit in enumerate(part.units):
        kind = 0 if category is None else int(category[place])
        yield unit.code, kind, unit.name_zh, unit.name_en


def _rows(rows: Iterator[Sequence[object]]) -> Iterator[str]:
    for row in rows:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(row)
        yield line.getvalue()


def _command(k: int, part: Part, parts: int, seed: int) -> str:
    folder = f"part-{k + 1}"
    return (
        f"gongping examine {folder}/ballots.csv --batches {folder}/batches.csv"
        f" --units {folder}/units.csv --levels {part.ballots.levels}"
        f" --level {LEVEL / parts:g} --seed {part_seed(seed, k)} --out {folder}/report\n"
    )


def _entry(name: str) -> zipfile.ZipInfo:
    """An archive's entry without the moment it was made: the same ballots, the same bytes."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
