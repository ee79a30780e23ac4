"""A Parquet file as columns, read one at a time; needs the optional pyarrow."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from stats.ballots import Floats, Ints
from surveys.errors import Invalid
from surveys.examining.table import INVALID, Texts

WHOLE = r"^-?[0-9]{1,18}$"
PADDED = r"^0[0-9]"
INSTALL = "pip install 'gongping[parquet]'"


def pyarrow(part: str = "pyarrow") -> ModuleType:
    """Import pyarrow or a part of it.

    Raises
    ------
    Invalid : ``parquet_needs_pyarrow`` (install)
    """
    if find_spec("pyarrow") is None:
        raise Invalid("parquet_needs_pyarrow", install=INSTALL)
    return import_module(part)


class ParquetTable:
    """The cells of a Parquet file, with the rules of `surveys.examining.table.Table`.

    Parameters
    ----------
    path : the file

    Raises
    ------
    Invalid : ``parquet_needs_pyarrow``, ``unreadable_file`` (path, problem)
    """

    def __init__(self, path: Path) -> None:
        arrow, parquet = pyarrow(), pyarrow("pyarrow.parquet")
        self._compute = pyarrow("pyarrow.compute")
        self._arrow = arrow
        try:
            self._file = parquet.ParquetFile(path)
        except (OSError, arrow.ArrowException) as error:
            raise Invalid("unreadable_file", path=str(path), problem=str(error)) from error
        self.columns: tuple[str, ...] = tuple(self._file.schema_arrow.names)
        self.lines: Ints = np.arange(1, self._file.metadata.num_rows + 1)

    def __len__(self) -> int:
        return len(self.lines)

    def integers(self, column: str, *, empty: int) -> Ints:
        """Whole numbers of a column; ``empty`` where nothing stands, INVALID for anything else."""
        cells = self._cells(column)
        kind = cells.type
        if self._arrow.types.is_integer(kind):
            return self._whole(cells, empty)
        if self._arrow.types.is_floating(kind):
            values = self._floats(cells)
            whole = np.isfinite(values) & (values == np.round(values)) & (np.abs(values) < 2**53)
            rounded = np.where(whole, values, 0).astype(np.int64)
            return np.where(whole, rounded, np.where(np.isnan(values), empty, INVALID))
        texts = self._compute.cast(cells, self._arrow.string())
        texts = self._compute.fill_null(texts, "")
        good = self._compute.match_substring_regex(texts, WHOLE)
        digits = self._compute.if_else(good, texts, "0")
        values = self._compute.cast(digits, self._arrow.int64()).to_numpy()
        bare = self._compute.equal(texts, "").to_numpy()
        return np.where(good.to_numpy(), values, np.where(bare, empty, INVALID)).astype(np.int64)

    def numbers(self, column: str) -> Floats:
        """Numbers of a column, nan where nothing stands; what is no number is -inf."""
        cells = self._cells(column)
        types = self._arrow.types
        if types.is_integer(cells.type) or types.is_floating(cells.type):
            values = self._floats(cells)
            return np.where(np.isinf(values), -np.inf, values)
        return np.array([_number(text) for text in self.texts(column).tolist()], dtype=np.float64)

    def texts(self, column: str) -> Texts:
        """Cells of a column as bytes."""
        cells = self._compute.cast(self._cells(column), self._arrow.string())
        cells = self._compute.fill_null(cells, "").combine_chunks()
        coded = cells.dictionary_encode()
        if isinstance(coded, self._arrow.ChunkedArray):
            coded = coded.combine_chunks()
        names = np.array([text.encode() for text in coded.dictionary.to_pylist()] or [b""])
        return np.asarray(names[coded.indices.to_numpy()])

    def padded(self, column: str) -> bool:
        """Whether a leading zero would be lost in a number."""
        cells = self._cells(column)
        if not (self._arrow.types.is_string(cells.type) or self._is_text(cells.type)):
            return False
        texts = self._compute.cast(cells, self._arrow.string())
        found = self._compute.any(self._compute.match_substring_regex(texts, PADDED))
        return bool(found.as_py())

    def _cells(self, column: str) -> Any:
        return self._file.read(columns=[column]).column(0)

    def _is_text(self, kind: Any) -> bool:
        types = self._arrow.types
        return bool(types.is_large_string(kind) or types.is_dictionary(kind))

    def _whole(self, cells: Any, empty: int) -> Ints:
        if cells.type == self._arrow.uint64():
            # A hash above the largest signed number is a name, not a number.
            largest = self._arrow.scalar(2**63 - 1, self._arrow.uint64())
            fits = self._compute.less_equal(cells, largest)
            small = self._compute.if_else(fits, cells, None)
            values = self._whole(self._compute.cast(small, self._arrow.int64()), INVALID)
            missing = self._compute.is_null(cells).to_numpy()
            return np.where(missing, empty, values)
        filled = self._compute.fill_null(self._compute.cast(cells, self._arrow.int64()), empty)
        return np.asarray(filled.to_numpy(), dtype=np.int64)

    def _floats(self, cells: Any) -> Floats:
        wide = self._compute.cast(cells, self._arrow.float64())
        return np.asarray(self._compute.fill_null(wide, np.nan).to_numpy(), dtype=np.float64)


def _number(text: bytes) -> float:
    if not text:
        return np.nan
    try:
        value = float(text)
    except ValueError:
        return -np.inf
    return value if np.isfinite(value) else -np.inf


def write_parquet(path: Path, columns: dict[str, Any]) -> None:
    """Write columns of numbers or texts as one Parquet file.

    Raises
    ------
    Invalid : ``parquet_needs_pyarrow``
    """
    arrow, parquet = pyarrow(), pyarrow("pyarrow.parquet")
    parquet.write_table(arrow.table(columns), path)
