"""Those who would know whose ballot it is: each pairs codes with ballots as well as it can."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

Key = Callable[["Trace"], Hashable]


@dataclass(frozen=True)
class Trace:
    """What the database's owner sees of a used code, or of an opened ballot.

    Parameters
    ----------
    name : hash of the code, or the ballot's identity
    batch : whose paper it is; known of both
    xmin : transaction that wrote the row
    ctid : page and place of the row
    length : bytes of the envelope, or of what was in it
    dumped : place in the output of ``pg_dump``
    time : of a ballot the bucket stored; of a code what its moment in the log would have become
    """

    name: bytes
    batch: int
    xmin: int
    ctid: tuple[int, int]
    length: int
    dumped: int
    time: int = 0


@dataclass(frozen=True)
class Loot:
    """Both ends, each in random order."""

    codes: Sequence[Trace]
    ballots: Sequence[Trace]


Links = dict[bytes, bytes]


def by_transaction(loot: Loot) -> Links:
    """Join on xmin: whoever wrote both rows in one transaction left its number on both."""
    written = defaultdict(list)
    for ballot in loot.ballots:
        written[ballot.xmin, ballot.batch].append(ballot.name)
    together = {code.name: written[code.xmin, code.batch] for code in loot.codes}
    return {code: ballots[0] for code, ballots in together.items() if len(ballots) == 1}


def by_transaction_rank(loot: Loot) -> Links:
    """Pair the first transaction with the first, the second with the second."""
    return in_step(loot, lambda trace: trace.xmin)


def by_place(loot: Loot) -> Links:
    """Pair rows in the order in which they lie in their files."""
    return in_step(loot, lambda trace: trace.ctid)


def by_length(loot: Loot) -> Links:
    """Pair the longest envelope with the longest ballot."""
    return in_step(loot, lambda trace: trace.length)


def by_dump(loot: Loot) -> Links:
    """Pair rows in the order of a dump."""
    return in_step(loot, lambda trace: trace.dumped)


def by_time(loot: Loot) -> Links:
    """Pair the codes used at a time with the ballots that bear this time."""
    return in_step(loot, lambda trace: trace.time)


LINKERS: tuple[Callable[[Loot], Links], ...] = (
    by_transaction,
    by_transaction_rank,
    by_place,
    by_length,
    by_dump,
)


def in_step(loot: Loot, key: Callable[[Trace], object]) -> Links:
    """Sort codes and ballots of each batch by the same key and pair them off."""
    ballots = dict(_ranked(loot.ballots, key))
    return {
        code.name: ballot.name
        for batch, codes in _ranked(loot.codes, key)
        for code, ballot in zip(codes, ballots.get(batch, ()), strict=False)
    }


def _ranked(
    traces: Iterable[Trace], key: Callable[[Trace], object]
) -> Iterable[tuple[int, list[Trace]]]:
    def rank(trace: Trace) -> tuple[int, object]:
        return trace.batch, key(trace)

    ordered = sorted(traces, key=rank)
    for batch, rows in groupby(ordered, key=lambda trace: trace.batch):
        yield batch, list(rows)
