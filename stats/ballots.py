"""Ballots as arrays: what every check and every estimate takes in."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Marks = npt.NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Ballots:
    """A campaign's ballots in long format: one row per ballot and unit rated.

    Parameters
    ----------
    ballot : int array of shape (n_rows,)
        Ballot of each row, 0 … n_ballots - 1.
    unit : int array of shape (n_rows,)
        Unit rated in each row, 0 … n_units - 1.
    group : int array of shape (n_rows,)
        Rater group of each row, 0 or more.
    answers : uint8 array of shape (n_rows, n_items)
        0 = no valid answer, 1 … levels otherwise, where a larger mark is a better one.
    levels : number of marks on the scale, 2 … 254
    n_units : number of units, rated or not
    home : int array of shape (n_ballots,), optional
        The rater's own unit, -1 where there is none; n_units or more for homes nobody rates.
    batch, network, device : int arrays of shape (n_ballots,), optional
        Labels; any integer, -1 = not recorded. Equal labels mean the same batch, network, device.
    bucket : int array of shape (n_ballots,), optional
        Ten-minute bucket of casting, -1 = not recorded.
    seconds : float array of shape (n_ballots,), optional
        Time taken to answer, nan = not recorded.
    issued : int array of shape (n_batches,), optional
        Codes issued in the batch of each label, -1 = unknown.
    category : int array of shape (n_units,), optional
        Category of each unit; units compete within their category.

    Raises
    ------
    ValueError
        A wrong shape or range; the message names the argument.
    """

    ballot: Ints
    unit: Ints
    group: Ints
    answers: Marks
    levels: int
    n_units: int
    home: Ints | None = None
    batch: Ints | None = None
    bucket: Ints | None = None
    seconds: Floats | None = None
    network: Ints | None = None
    device: Ints | None = None
    issued: Ints | None = None
    category: Ints | None = None
    n_ballots: int = field(init=False)

    def __post_init__(self) -> None:
        rows = len(self.ballot)
        if self.answers.ndim != 2 or len(self.answers) != rows:
            raise ValueError("answers: expected shape (n_rows, n_items)")
        if not 2 <= self.levels <= 254:
            raise ValueError("levels: expected 2 … 254")
        if self.answers.size and int(self.answers.max()) > self.levels:
            raise ValueError("answers: a mark lies above levels")
        n_ballots = int(self.ballot.max()) + 1 if rows else 0
        for name, values, top in (
            ("ballot", self.ballot, n_ballots),
            ("unit", self.unit, self.n_units),
            ("group", self.group, np.iinfo(np.int64).max),
        ):
            _check_labels(name, values, rows, (0, top))
        seen = np.zeros(n_ballots, dtype=bool)
        seen[self.ballot] = True
        if not seen.all():
            raise ValueError("ballot: indices must be 0 … n_ballots - 1 without gaps")
        _check_optional(self, n_ballots)
        object.__setattr__(self, "n_ballots", n_ballots)

    @property
    def n_rows(self) -> int:
        """Rows: pairs of ballot and unit."""
        return len(self.ballot)

    @property
    def n_items(self) -> int:
        """Items of the questionnaire."""
        return int(self.answers.shape[1])


def _check_labels(name: str, values: Ints, size: int, bounds: tuple[int, int]) -> None:
    if values.shape != (size,):
        raise ValueError(f"{name}: expected shape ({size},)")
    if not np.issubdtype(values.dtype, np.integer):
        raise ValueError(f"{name}: expected integers")
    low, high = bounds
    if size and (int(values.min()) < low or int(values.max()) >= high):
        raise ValueError(f"{name}: out of range {low} … {high - 1}")


def _check_optional(ballots: Ballots, n_ballots: int) -> None:
    top = np.iinfo(np.int64).max
    for name, size, high in (
        ("home", n_ballots, top),
        ("batch", n_ballots, top),
        ("bucket", n_ballots, top),
        ("network", n_ballots, top),
        ("device", n_ballots, top),
        ("category", ballots.n_units, top),
    ):
        values = getattr(ballots, name)
        if values is not None:
            _check_labels(name, values, size, (-1, high))
    if ballots.seconds is not None and ballots.seconds.shape != (n_ballots,):
        raise ValueError(f"seconds: expected shape ({n_ballots},)")
