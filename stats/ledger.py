"""The p-values that a battery reckons, for whoever checks the battery itself.

Findings show only what passed. Whether honest campaigns get p-values as small as chance lets them
is told by all of them: open a ledger around an examination and read it afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import numpy as np

from stats.ballots import Floats


@dataclass(frozen=True, eq=False)
class Ledger:
    """What the checks of one examination reckoned, by the name of the test.

    Parameters
    ----------
    tests : p-values of every single test, unadjusted, where a check has such
    least : the whole check's p-value: its smallest one, adjusted for all of its tests
    """

    tests: dict[str, Floats] = field(default_factory=dict)
    least: dict[str, float] = field(default_factory=dict)


_open: ContextVar[Ledger | None] = ContextVar("ledger", default=None)


@contextmanager
def ledger() -> Iterator[Ledger]:
    """Keep what is entered inside."""
    kept = Ledger()
    token = _open.set(kept)
    try:
        yield kept
    finally:
        _open.reset(token)


def enter(test: str, adjusted: Floats | float, pvalues: Floats | None = None) -> None:
    """Note a test's p-values where a ledger is open.

    Parameters
    ----------
    test : name of the check, with the part of it where it has several
    adjusted : q-values, or p-values adjusted by the maximum; the least of them is kept
    pvalues : array (n_tests,), unadjusted; nan where a test could not be made
    """
    kept = _open.get()
    if kept is None:
        return
    kept.least[test] = float(np.min(np.nan_to_num(adjusted, nan=1.0), initial=1.0))
    if pvalues is not None:
        kept.tests[test] = pvalues[np.isfinite(pvalues)]
