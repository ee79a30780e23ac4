"""The leaves of an indicator component as printable parts, made only when somebody looks at them.

A big period has a million leaves; a line for each would fill the memory for nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import overload

from surveys.scoring.inputs import Indicator
from surveys.scoring.lines import PartLine

ZERO = Decimal(0)
ONE = Decimal(1)


class IndicatorParts(Sequence[PartLine]):
    """The parts of one unit's component, in the order of the indicators.

    Parameters
    ----------
    indicators, weights, points : one of each per leaf
    branches : weight of each branch of the tree; empty where there is no tree
    """

    __slots__ = ("_branches", "_indicators", "_points", "_weights")

    def __init__(
        self,
        indicators: Sequence[Indicator],
        weights: Sequence[Decimal],
        points: Sequence[Decimal | None],
        branches: Mapping[str, Decimal],
    ) -> None:
        self._indicators = indicators
        self._weights = weights
        self._points = points
        self._branches = branches

    def mean(self) -> Decimal | None:
        """Σ W·(Σ w·p / Σ w) / Σ W over branches and leaves with points; None without any."""
        sums = self._sums()
        whole = sum((self._branch_weight(branch) for branch in sums), ZERO)
        if not whole:
            return None
        if len(sums) == 1:
            ((weighted, used),) = sums.values()
            return weighted / used
        parts = (
            self._branch_weight(branch) * weighted / used
            for branch, (weighted, used) in sums.items()
        )
        return sum(parts, ZERO) / whole

    @property
    def n_present(self) -> int:
        """Leaves with points."""
        return sum(points is not None for points in self._points)

    def undefined(self) -> list[Indicator]:
        """Indicators whose figure could not be converted."""
        pairs = zip(self._indicators, self._points, strict=True)
        return [each for each, points in pairs if points is None and each.conversion is not None]

    def __len__(self) -> int:
        return len(self._indicators)

    def __iter__(self) -> Iterator[PartLine]:
        sums = self._sums()
        whole = sum((self._branch_weight(branch) for branch in sums), ZERO)
        for each, weight, points in zip(self._indicators, self._weights, self._points, strict=True):
            branch = each.branch if self._branches else ""
            share = None
            if points is not None and branch in sums and whole:
                share = self._branch_weight(branch) / whole * weight / sums[branch][1]
            yield PartLine(each.key, points, weight, share, branch=each.branch)

    @overload
    def __getitem__(self, index: int) -> PartLine: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[PartLine]: ...

    def __getitem__(self, index: int | slice) -> PartLine | Sequence[PartLine]:
        return tuple(self)[index]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def _branch_weight(self, branch: str) -> Decimal:
        return self._branches.get(branch, ZERO) if self._branches else ONE

    def _sums(self) -> dict[str, tuple[Decimal, Decimal]]:
        """(Σ w·p, Σ w) of each branch over its leaves with points."""
        sums: dict[str, tuple[Decimal, Decimal]] = {}
        tree = bool(self._branches)
        weighted, used = ZERO, ZERO
        for each, weight, points in zip(self._indicators, self._weights, self._points, strict=True):
            if points is None:
                continue
            if tree:
                weighted, used = sums.get(each.branch, (ZERO, ZERO))
            weighted += weight * points
            used += weight
            if tree:
                sums[each.branch] = (weighted, used)
        if not tree and used:
            return {"": (weighted, used)}
        return {branch: found for branch, found in sums.items() if found[1]}
