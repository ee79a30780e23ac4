"""Cells of unit × context: which ballots for a unit came through the same door."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stats.ballots import Ballots, Bools, Ints
from stats.labels import distinct, first_places

BUCKETS_2H = 12
BUCKETS_6H = 36
CROWD_NETWORK = 3
CROWD_SPAN = 144
CROWD_GAP = 12


@dataclass(frozen=True, eq=False)
class Context:
    """One way to put ballots together.

    Parameters
    ----------
    name : ``network``, ``device``, ``batch``, ``window`` or ``network_window``
    labels : int array of shape (n_ballots,), dense labels, -1 = in none
    keys : names of the parts, as ``Finding.context`` spells them
    parts : int array of shape (n_labels, len(keys)), what each label stands for
    held : int array of shape (n_labels,), rated rows of each label in the whole campaign
    n_labelled, n_rated : rated rows of the whole campaign, those with a label and all
    """

    name: str
    labels: Ints
    keys: tuple[str, ...]
    parts: Ints
    held: Ints
    n_labelled: int
    n_rated: int

    def describe(self, label: int) -> dict[str, int]:
        """What a label stands for."""
        return dict(zip(self.keys, map(int, self.parts[label]), strict=True))


def contexts(ballots: Ballots, rated: Bools | None = None) -> Iterator[Context]:
    """Every context the columns allow.

    Parameters
    ----------
    ballots : the campaign
    rated : bool array of shape (n_rows,), rows with a mark; None = reckon it
    """
    use = (ballots.answers > 0).any(axis=1) if rated is None else rated
    rows = ballots.ballot[use]
    single = (
        ("network", ballots.network),
        ("device", ballots.device),
        ("batch", ballots.batch),
    )
    for name, values in single:
        if values is not None:
            yield _context(name, (name,), [values], rows)
    if ballots.bucket is not None:
        bucket = ballots.bucket
        window = np.where(bucket >= 0, bucket // BUCKETS_2H * BUCKETS_2H, -1)
        yield _context("window", ("bucket",), [window], rows)
        if ballots.network is not None:
            six = np.where(bucket >= 0, bucket // BUCKETS_6H * BUCKETS_6H, -1)
            both = [ballots.network, six]
            yield _context("network_window", ("network", "bucket"), both, rows)


def crowds(ballots: Ballots, rows_unit: Ints, door: Context | None = None) -> Context | None:
    """Ballots for one unit through networks that hardly serve others, close in time.

    Parameters
    ----------
    ballots : single-unit ballots
    rows_unit : int array of shape (n_ballots,), unit of each ballot
    door : the context of networks, where these ballots are but a piece of a campaign

    Returns
    -------
    None where networks were not recorded. A crowd joins several networks: those with at least
    CROWD_NETWORK ballots for the unit, three times as many as their share, whose ballots for it
    lie within a day; it ends where nothing comes for CROWD_GAP buckets. Marks play no part.
    """
    network = ballots.network
    if network is None:
        return None
    door = door or _context("network", ("network",), [network], ballots.ballot[rows_unit >= 0])
    bucket = np.zeros(len(network), dtype=np.int64) if ballots.bucket is None else ballots.bucket
    inside = np.flatnonzero((network >= 0) & (bucket >= 0) & (rows_unit >= 0))
    cell = distinct(rows_unit[inside] * len(door.parts) + door.labels[inside])[1]
    size = np.bincount(cell)[cell]
    share = np.bincount(rows_unit[inside], minlength=ballots.n_units)[rows_unit[inside]]
    expected = door.held[door.labels[inside]] * share / max(door.n_labelled, 1)
    short = _span(cell, bucket[inside]) <= CROWD_SPAN
    crowded = inside[(size >= CROWD_NETWORK) & (size >= 3 * expected) & short]
    if not len(crowded):
        return None
    order = crowded[np.lexsort((bucket[crowded], rows_unit[crowded]))]
    apart = (np.diff(rows_unit[order]) != 0) | (np.diff(bucket[order]) > CROWD_GAP)
    label = np.cumsum(np.r_[0, apart]).astype(np.int64)
    labels = np.full(len(network), -1, dtype=np.int64)
    labels[order] = label
    first = order[np.r_[True, apart]]
    return Context(
        name="crowd",
        labels=labels,
        keys=("crowd",),
        parts=bucket[first][:, None],
        # A crowd lies within one unit: what a piece holds of it is all of it.
        held=np.bincount(label).astype(np.int64),
        n_labelled=len(label),
        n_rated=door.n_rated,
    )


def _span(cell: Ints, bucket: Ints) -> Ints:
    n = int(cell.max(initial=-1)) + 1
    first, last = np.full(n, np.iinfo(np.int64).max), np.zeros(n, dtype=np.int64)
    np.minimum.at(first, cell, bucket)
    np.maximum.at(last, cell, bucket)
    return np.asarray((last - first)[cell], dtype=np.int64)


def _context(name: str, keys: tuple[str, ...], values: list[Ints], rows: Ints) -> Context:
    known = np.logical_and.reduce([v >= 0 for v in values])
    code = np.zeros(int(known.sum()), dtype=np.int64)
    for column in values:
        found, dense = distinct(column[known])
        code = code * max(len(found), 1) + dense
    found, dense = distinct(code)
    first = first_places(dense, len(found))
    labels = np.full(len(known), -1, dtype=np.int64)
    labels[known] = dense
    of_row = labels[rows]
    held = np.bincount(of_row[of_row >= 0], minlength=len(found)).astype(np.int64)
    parts = np.column_stack([v[known][first] for v in values]).astype(np.int64)
    return Context(name, labels, keys, parts, held, int(held.sum()), len(rows))
