"""Names that stand in a file and the indices that stand for them in arrays."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, overload

import numpy as np

from stats.ballots import Floats, Ints
from stats.labels import distinct
from surveys.examining.table import Texts


class Columns(Protocol):
    """What the readers need of a file, whatever its format."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Names as the header gives them."""

    @property
    def lines(self) -> Ints:
        """Line of each row in the file, for messages."""

    def __len__(self) -> int: ...

    def integers(self, column: str, *, empty: int) -> Ints:
        """Whole numbers; ``empty`` where nothing stands, INVALID for anything else."""

    def numbers(self, column: str) -> Floats:
        """Numbers, nan where nothing stands; -inf for anything else."""

    def texts(self, column: str) -> Texts:
        """Cells as bytes."""

    def padded(self, column: str) -> bool:
        """Whether a leading zero would be lost in a number."""


class NumberNames(Sequence[str]):
    """Whole numbers as names, spelled out when asked: ten million of them take 80 MB."""

    def __init__(self, numbers: Ints) -> None:
        self.numbers = numbers

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> "NumberNames": ...
    def __getitem__(self, place: int | slice) -> "str | NumberNames":
        if isinstance(place, slice):
            return NumberNames(self.numbers[place])
        return str(int(self.numbers[place]))


@dataclass(frozen=True, eq=False)
class Labels:
    """A column of names as indices: ``names[index]`` is the cell, -1 an empty one."""

    index: Ints
    names: Sequence[str]

    def without(self, name: str) -> "Labels":
        """The same with one name taken for nothing."""
        if isinstance(self.names, NumberNames):
            place = int(np.searchsorted(self.names.numbers, int(name)))
            there = place < len(self.names) and self.names[place] == name
        else:
            there = name in self.names
            place = self.names.index(name) if there else -1
        if not there:
            return self
        index = np.where(self.index == place, -1, self.index - (self.index > place))
        if isinstance(self.names, NumberNames):
            return Labels(index, NumberNames(np.delete(self.names.numbers, place)))
        return Labels(index, tuple(self.names[:place]) + tuple(self.names[place + 1 :]))


def labels_of(table: Columns, column: str) -> Labels:
    """A column as labels: in the order of the numbers, or of the bytes where it holds texts."""
    numbers = table.integers(column, empty=-1)
    if int(numbers.min(initial=0)) >= -1 and not table.padded(column):
        values, index = distinct(numbers)
        if len(values) and values[0] == -1:
            return Labels(index - 1, NumberNames(values[1:]))
        return Labels(index, NumberNames(values))
    texts, inverse = np.unique(table.texts(column), return_inverse=True)
    names = tuple(text.decode(errors="replace") for text in texts.tolist())
    index = inverse.astype(np.int64)
    return Labels(index - 1, names[1:]) if names and not names[0] else Labels(index, names)
