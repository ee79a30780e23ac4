"""Who does the reckoning: this process, or others that are handed the same tasks.

A task is a function of module level and its arguments. What it draws comes from a stream keyed by
what it works on (a unit, a permutation), never by who works: so everybody finds the same, to the
bit, and however the work is cut.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import numpy as np

BLOCK = 50
"""Permutations of one task, where they take milliseconds."""


def nothing() -> None:
    """Say nothing."""


class Work(Protocol):
    """Keeps values where tasks can reach them, runs tasks on them, fetches what they returned.

    ``tick`` is called after each task; whatever it raises stops the work.
    """

    tick: Callable[[], None]

    def keep(self, values: Sequence[Any]) -> Sequence[Any]:
        """Place values, to be handed to tasks any number of times."""

    def apply(self, task: Callable[..., Any], *columns: Sequence[Any]) -> Sequence[Any]:
        """Run a task for every row of the columns; what it returns stays where it was made."""

    def fetch(self, kept: Sequence[Any]) -> list[Any]:
        """Bring what was kept or returned here, in order."""


class Here:
    """This process, one task after the other."""

    def __init__(self) -> None:
        self.tick: Callable[[], None] = nothing

    def keep(self, values: Sequence[Any]) -> Sequence[Any]:
        """Hand the values back."""
        return values

    def apply(self, task: Callable[..., Any], *columns: Sequence[Any]) -> Sequence[Any]:
        """Run the tasks at once."""
        done = []
        for row in zip(*columns, strict=True):
            done.append(task(*row))
            self.tick()
        return done

    def fetch(self, kept: Sequence[Any]) -> list[Any]:
        """Hand the values back as a list."""
        return list(kept)


def entropy_of(rng: np.random.Generator) -> int:
    """A number that stands for the state of a source of randomness."""
    return int(rng.integers(2**63))


def stream(entropy: int, *key: int) -> np.random.Generator:
    """The source of randomness of one unit or permutation: the same wherever it is asked for."""
    return np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=key))


def permuted(
    work: Work,
    draw: Callable[..., Any],
    state: tuple[Any, ...],
    times: int,
    rng: np.random.Generator,
    *,
    block: int = BLOCK,
) -> list[Any]:
    """What ``draw(*state, rng)`` returns under each of ``times`` permutations, in order.

    Parameters
    ----------
    work : who does it
    draw : function of module level; its last argument is the permutation's own source of
        randomness
    state : its other arguments, placed once
    times : number of permutations
    rng : what the streams are drawn from
    block : permutations of one task; what they draw does not depend on it
    """
    entropy = entropy_of(rng)
    blocks = [range(start, min(start + block, times)) for start in range(0, times, block)]
    (kept,) = work.keep([state])
    n = len(blocks)
    done = work.fetch(work.apply(_block, [draw] * n, [kept] * n, [entropy] * n, blocks))
    return [each for block in done for each in block]


def _block(
    draw: Callable[..., Any], state: tuple[Any, ...], entropy: int, numbers: range
) -> list[Any]:
    return [draw(*state, stream(entropy, number)) for number in numbers]
