"""An opened campaign as arrays: one part for the raters of each category, one for single units.

On ballots of several units a rater is held against the raters of the same units, so each category
is a matrix of its own; on single-unit ballots one source of ballots is held against the others.
Where members are rated, those of each leading group are a matrix of their own.
"""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from stats.ballots import Ballots, Ints, Marks
from surveys.errors import Conflict
from surveys.issuing.targets import targets_of
from surveys.models import Batch, Campaign, CampaignState, Target
from surveys.setup.questionnaires import Item, QuestionnaireContent

BUCKET_SECONDS = 600

# One buffer for each batch; the order by identity is random and the same at every run.
LOAD = text(
    """
    SELECT batch_id, array_agg(id ORDER BY id) AS ids,
           string_agg(answers, '' ORDER BY id) AS answers,
           array_agg(coalesce(bucket, -1) ORDER BY id) AS buckets,
           array_agg(coalesce(seconds, 0) ORDER BY id) AS seconds,
           string_agg(coalesce(network, '\\x0000000000000000'), '' ORDER BY id) AS networks,
           string_agg(coalesce(device, '\\x0000000000000000'), '' ORDER BY id) AS devices
    FROM tally.ballot WHERE campaign_id = :campaign_id GROUP BY batch_id ORDER BY batch_id
    """
)


@dataclass(frozen=True, eq=False)
class Part:
    """Ballots of one kind as arrays.

    Parameters
    ----------
    ballot_ids : identity of each ballot, by index
    units : unit or member of each index: those rated in this part
    """

    ballots: Ballots
    ballot_ids: tuple[UUID, ...]
    units: tuple[Target, ...]


@dataclass(frozen=True, eq=False)
class CampaignArrays:
    """A campaign's ballots, part by part.

    Parameters
    ----------
    parts : the matrix of each category, and ballots on one unit; empty ones are left out
    input_hash : SHA-256 over identities and answers: the same ballots give the same hash
    """

    parts: tuple[Part, ...]
    input_hash: bytes

    @property
    def n_ballots(self) -> int:
        """Ballots of all parts."""
        return sum(part.ballots.n_ballots for part in self.parts)


def campaign_arrays(session: Session, *, campaign_id: int) -> CampaignArrays:
    """Load an opened campaign.

    Raises
    ------
    Conflict : ``box_not_opened`` (state), ``no_ballots``
    """
    campaign = session.get_one(Campaign, campaign_id)
    if campaign.state not in {CampaignState.OPENED, CampaignState.CERTIFIED}:
        raise Conflict("box_not_opened", state=campaign.state.value)
    content = QuestionnaireContent.model_validate((campaign.manifest or {})["questionnaire"])
    units = tuple(targets_of(campaign).values())
    loaded = session.execute(LOAD, {"campaign_id": campaign_id}).all()
    if not loaded:
        raise Conflict("no_ballots")
    batches = {batch.id: batch for batch in campaign.batches}
    with_batch = [(row, batches[row.batch_id]) for row in loaded]
    within = {unit.id: unit.compared_within for unit in units}
    kinds: dict[int | None, list[tuple[Row[Any], Batch]]] = defaultdict(list)
    for row, batch in with_batch:
        kinds[matrix_of(batch, within)].append((row, batch))
    parts = tuple(
        part_of(rows, units, content)
        for _, rows in sorted(kinds.items(), key=lambda item: item[0] or 0)
    )
    return CampaignArrays(parts, hash_of(loaded))


def part_of(
    rows: list[tuple[Row[Any], Batch]], units: tuple[Target, ...], content: QuestionnaireContent
) -> Part:
    """The arrays of one part, over the units that are rated in it."""
    rated = {unit_id for _, batch in rows for unit_id in batch.target_ids}
    own_units = tuple(unit for unit in units if unit.id in rated)
    ballot_ids = tuple(identity for row, _ in rows for identity in row.ids)
    return Part(ballots_of(rows, own_units, content), ballot_ids, own_units)


def matrix_of(batch: Batch, within: dict[int, int]) -> int | None:
    """The category whose units a batch compares, or the unit whose members it compares.

    0 for several of them, None for one target alone.
    """
    if len(batch.target_ids) == 1:
        return None
    found = {within[target_id] for target_id in batch.target_ids}
    return found.pop() if len(found) == 1 else 0


def ballots_of(
    rows: list[tuple[Row[Any], Batch]],
    units: tuple[Target, ...],
    content: QuestionnaireContent,
) -> Ballots:
    """Put the batches' buffers together in long format."""
    place = {unit.id: index for index, unit in enumerate(units)}
    categories = {
        within: index
        for index, within in enumerate(sorted({unit.compared_within for unit in units}))
    }
    sizes = np.array([len(row.ids) for row, _ in rows])
    widths = np.array([len(batch.target_ids) for _, batch in rows])
    per_ballot_width = np.repeat(widths, sizes)
    units_rated = [
        np.tile([place[unit_id] for unit_id in batch.target_ids], len(row.ids))
        for row, batch in rows
    ]
    per_ballot = {
        "home": [place.get(b.home_unit_id or 0, -1) for _, b in rows],
        "batch": [batch.id for _, batch in rows],
        "group": [batch.group_id for _, batch in rows],
    }
    spread = {name: np.repeat(np.array(values), sizes) for name, values in per_ballot.items()}
    buckets = np.concatenate([np.array(row.buckets, dtype=np.int64) for row, _ in rows])
    seconds = np.concatenate([np.array(row.seconds, dtype=np.float64) for row, _ in rows])
    return Ballots(
        ballot=np.repeat(np.arange(sizes.sum()), per_ballot_width),
        unit=np.concatenate(units_rated),
        group=np.repeat(spread["group"], per_ballot_width),
        answers=marks_of(b"".join(bytes(row.answers) for row, _ in rows), content),
        levels=content.n_levels,
        n_units=len(units),
        home=spread["home"],
        batch=spread["batch"],
        bucket=buckets,
        seconds=np.where(seconds > 0, seconds, np.nan),
        network=labels_of(b"".join(bytes(row.networks) for row, _ in rows)),
        device=labels_of(b"".join(bytes(row.devices) for row, _ in rows)),
        issued=issued_of([batch for _, batch in rows]),
        category=np.array([categories[unit.compared_within] for unit in units]),
    )


def issued_of(batches: Sequence[Batch]) -> Ints:
    """Codes issued by batch identity; -1 where a poster's code lets in as many as come."""
    issued = np.full(max(batch.id for batch in batches) + 1, -1, dtype=np.int64)
    for batch in batches:
        if not batch.open_code:
            issued[batch.id] = batch.n_issued
    return issued


def marks_of(answers: bytes, content: QuestionnaireContent) -> Marks:
    """Marks where larger is better, shape (n_rows, n_rated), by the points of the answers.

    A scale shorter than the longest one is stretched over it: its best is the best, its worst the
    worst, and the order stays.
    """
    cells = np.frombuffer(answers, dtype=np.uint8).reshape(-1, content.row_bytes)
    columns = [
        marks_by_byte(content, item)[cells[:, content.offsets[item.code]]]
        for item in content.rated_items
    ]
    return np.stack(columns, axis=1) if columns else np.zeros((len(cells), 0), dtype=np.uint8)


def marks_by_byte(content: QuestionnaireContent, item: Item) -> Marks:
    """The mark of an item for each byte, shape (256,); 0 where the byte carries no points."""
    levels = content.levels_of(item)
    stretch = (content.n_levels - 1) / max(len(levels) - 1, 1)
    marks = np.zeros(256, dtype=np.uint8)
    for byte, level in levels.items():
        marks[byte] = round(1 + (level - 1) * stretch)
    return marks


def labels_of(tags: bytes) -> Ints:
    """Small integers for 8-byte tags; -1 where nothing was recorded."""
    values = np.frombuffer(tags, dtype=np.uint64)
    _, labels = np.unique(values, return_inverse=True)
    return np.where(values == 0, -1, labels).astype(np.int64)


def hash_of(rows: Sequence[Row[Any]]) -> bytes:
    """Bind the ballots that went in."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(b"".join(identity.bytes for identity in row.ids))
        digest.update(row.answers)
    return digest.digest()
