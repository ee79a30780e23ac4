"""A large CSV file as columns, without a Python object per cell."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from stats.ballots import Floats, Ints
from surveys.errors import Invalid

Octets = npt.NDArray[np.uint8]
Cuts = npt.NDArray[np.uint32] | npt.NDArray[np.uint64]
Texts = npt.NDArray[np.bytes_]

SEPARATOR = b"\x1f"
MAX_DIGITS = 18
INVALID = np.iinfo(np.int64).min


@dataclass(frozen=True, eq=False)
class Table:
    """Where each cell of a file lies in its bytes.

    Parameters
    ----------
    columns : names as the header gives them
    octets : the file's bytes
    cuts : unsigned array of shape (n_rows, n_columns + 1): where each cell starts, and one past the
        line's end; a cell ends one before the next starts
    lines : int array of shape (n_rows,), line of each row in the file, the header being 1
    """

    columns: tuple[str, ...]
    octets: Octets
    cuts: Cuts
    lines: Ints

    def __len__(self) -> int:
        return len(self.lines)

    def integers(self, column: str, *, empty: int) -> Ints:
        """Whole numbers of a column; ``empty`` where nothing stands, INVALID for anything else."""
        starts, ends = self._bounds(column)
        width = ends - starts
        first = self.octets[np.minimum(starts, len(self.octets) - 1)]
        negative = (first == ord("-")) & (width > 1)
        digits = width - negative
        value = np.zeros(len(self), dtype=np.int64)
        valid = (digits <= MAX_DIGITS) & (width > 0)
        power = 1
        for place in range(min(int(digits.max(initial=0)), MAX_DIGITS)):
            there = place < digits
            digit = self.octets[np.where(there, ends - 1 - place, 0)].astype(np.int64) - ord("0")
            valid &= ~there | ((digit >= 0) & (digit <= 9))
            value += np.where(there, digit, 0) * power
            power *= 10
        value = np.where(negative, -value, value)
        return np.where(valid, value, np.where(width == 0, empty, INVALID))

    def texts(self, column: str) -> Texts:
        """Cells of a column as bytes."""
        starts, ends = self._bounds(column)
        width = max(int((ends - starts).max(initial=0)), 1)
        places = starts[:, None] + np.arange(width)
        inside = places < ends[:, None]
        cells = np.where(inside, self.octets[np.where(inside, places, 0)], 0).astype(np.uint8)
        return np.ascontiguousarray(cells).view(f"S{width}").ravel()

    def numbers(self, column: str) -> Floats:
        """Numbers of a column, nan where nothing stands; INVALID cells are -inf."""
        whole = self.integers(column, empty=-1)
        result = whole.astype(np.float64)
        result[self._widths(column) == 0] = np.nan
        odd = np.flatnonzero(whole == INVALID)
        if len(odd):
            result[odd] = [_number(text) for text in self.texts(column)[odd]]
        return result

    def _widths(self, column: str) -> Ints:
        starts, ends = self._bounds(column)
        return ends - starts

    def _bounds(self, column: str) -> tuple[Ints, Ints]:
        k = self.columns.index(column)
        starts = self.cuts[:, k].astype(np.int64)
        return starts, self.cuts[:, k + 1].astype(np.int64) - 1

    def padded(self, column: str) -> bool:
        """Whether a leading zero would be lost in a number."""
        starts, ends = self._bounds(column)
        first = self.octets[np.minimum(starts, len(self.octets) - 1)]
        return bool(np.any((ends - starts > 1) & (first == ord("0"))))


def _number(text: bytes) -> float:
    try:
        value = float(text)
    except ValueError:
        return -np.inf
    return value if np.isfinite(value) else -np.inf


def read_table(path: Path) -> Table:
    """Read a comma-separated file with a header line.

    Raises
    ------
    Invalid
        ``unreadable_file``, ``empty_file``, ``ragged_rows`` (facts: rows as (line, cells found)).
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Invalid("unreadable_file", path=str(path), problem=error.strerror) from error
    return parse_table(content, path)


def parse_table(content: bytes, path: Path) -> Table:
    """Read comma-separated bytes; ``path`` only names them in errors."""
    content = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    separator = b","
    if b'"' in content:
        content, separator = _unquoted(content, path), SEPARATOR
    head, _, body = content.partition(b"\n")
    if not head.strip():
        raise Invalid("empty_file", path=str(path))
    try:
        columns = tuple(name.strip() for name in head.decode().split(separator.decode()))
    except UnicodeDecodeError as error:
        raise Invalid("not_utf8", path=str(path)) from error
    return _located(columns, body, separator)


def _unquoted(content: bytes, path: Path) -> bytes:
    try:
        rows: Iterable[list[str]] = csv.reader(io.StringIO(content.decode()), strict=True)
        lines = [SEPARATOR.decode().join(" ".join(c.split("\n")) for c in row) for row in rows]
    except (UnicodeDecodeError, csv.Error) as error:
        raise Invalid("unreadable_file", path=str(path), problem=str(error)) from error
    return "\n".join(lines).encode()


def _located(columns: tuple[str, ...], body: bytes, separator: bytes) -> Table:
    if not body.endswith(b"\n"):
        body += b"\n"
    octets = np.frombuffer(body, dtype=np.uint8)
    line_end = np.flatnonzero(octets == ord("\n"))
    line_start = np.r_[0, line_end[:-1] + 1]
    filled = line_end > line_start
    lines = np.flatnonzero(filled) + 2
    line_start, line_end = line_start[filled], line_end[filled]
    commas = np.flatnonzero(octets == ord(separator))
    per_line = np.searchsorted(commas, line_end) - np.searchsorted(commas, line_start)
    ragged = np.flatnonzero(per_line != len(columns) - 1)
    if len(ragged):
        rows = [(int(lines[k]), int(per_line[k]) + 1) for k in ragged[:50]]
        raise Invalid("ragged_rows", rows=rows, total=len(ragged), expected=len(columns))
    # Ten million rows of eighteen cells: half the memory where offsets fit into 32 bits.
    kind = np.uint32 if len(body) < np.iinfo(np.uint32).max else np.uint64
    cuts = np.empty((len(line_end), len(columns) + 1), dtype=kind)
    cuts[:, 0] = line_start
    cuts[:, 1:-1] = commas.reshape(len(line_end), len(columns) - 1)
    cuts[:, 1:-1] += 1
    cuts[:, -1] = line_end + 1
    return Table(columns, octets, cuts, lines)
