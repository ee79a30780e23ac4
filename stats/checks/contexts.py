"""Cells of unit × context: which ballots for a unit came through the same door."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stats.ballots import Ballots, Ints

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
    """

    name: str
    labels: Ints
    keys: tuple[str, ...]
    parts: Ints

    def describe(self, label: int) -> dict[str, int]:
        """What a label stands for."""
        return dict(zip(self.keys, map(int, self.parts[label]), strict=True))


def contexts(ballots: Ballots) -> Iterator[Context]:
    """Every context the columns allow."""
    single = (
        ("network", ballots.network),
        ("device", ballots.device),
        ("batch", ballots.batch),
    )
    for name, values in single:
        if values is not None:
            yield _context(name, (name,), [values])
    if ballots.bucket is not None:
        bucket = ballots.bucket
        window = np.where(bucket >= 0, bucket // BUCKETS_2H * BUCKETS_2H, -1)
        yield _context("window", ("bucket",), [window])
        if ballots.network is not None:
            six = np.where(bucket >= 0, bucket // BUCKETS_6H * BUCKETS_6H, -1)
            yield _context("network_window", ("network", "bucket"), [ballots.network, six])


def crowds(ballots: Ballots, rows_unit: Ints) -> Context | None:
    """Ballots for one unit through networks that hardly serve others, close in time.

    Parameters
    ----------
    ballots : single-unit ballots
    rows_unit : int array of shape (n_ballots,), unit of each ballot

    Returns
    -------
    None where networks were not recorded. A crowd joins several networks: those with at least
    CROWD_NETWORK ballots for the unit, three times as many as their share, whose ballots for it
    lie within a day; it ends where nothing comes for CROWD_GAP buckets. Marks play no part.
    """
    network = ballots.network
    if network is None:
        return None
    bucket = np.zeros(len(network), dtype=np.int64) if ballots.bucket is None else ballots.bucket
    inside = np.flatnonzero((network >= 0) & (bucket >= 0) & (rows_unit >= 0))
    cell = _distinct(np.column_stack([rows_unit[inside], network[inside]]))[1]
    size = np.bincount(cell)[cell]
    share = np.bincount(rows_unit[inside], minlength=ballots.n_units)[rows_unit[inside]]
    dense = np.unique(network[inside], return_inverse=True)[1]
    expected = np.bincount(dense)[dense] * share / max(len(inside), 1)
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
    return Context("crowd", labels, ("crowd",), bucket[first][:, None])


def _span(cell: Ints, bucket: Ints) -> Ints:
    n = int(cell.max(initial=-1)) + 1
    first, last = np.full(n, np.iinfo(np.int64).max), np.zeros(n, dtype=np.int64)
    np.minimum.at(first, cell, bucket)
    np.maximum.at(last, cell, bucket)
    return np.asarray((last - first)[cell], dtype=np.int64)


def _context(name: str, keys: tuple[str, ...], values: list[Ints]) -> Context:
    known = np.logical_and.reduce([v >= 0 for v in values])
    stacked = np.column_stack([v[known] for v in values])
    parts, dense = _distinct(stacked)
    labels = np.full(len(known), -1, dtype=np.int64)
    labels[known] = dense
    return Context(name=name, labels=labels, keys=keys, parts=parts)


def _distinct(rows: Ints) -> tuple[Ints, Ints]:
    code = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        dense = np.unique(column, return_inverse=True)[1]
        code = code * (int(dense.max(initial=0)) + 1) + dense
        code = np.unique(code, return_inverse=True)[1].astype(np.int64)
    first = np.unique(code, return_index=True)[1]
    return rows[first].astype(np.int64), code
