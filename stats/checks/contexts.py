"""Cells of unit × context: which ballots for a unit came through the same door."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stats.ballots import Ballots, Ints

BUCKETS_2H = 12
BUCKETS_6H = 36


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
