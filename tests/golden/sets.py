"""Reads the reference sets."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_HERE = Path(__file__).parent
_MISSING = {"", "NA", "NaN"}


@dataclass(frozen=True)
class Table:
    """A CSV file: its header and its rows as text."""

    header: list[str]
    rows: list[list[str]]

    def texts(self, column: str) -> list[str]:
        place = self.header.index(column)
        return [row[place] for row in self.rows]

    def numbers(self, column: str) -> Floats:
        return np.array([_number(text) for text in self.texts(column)])

    def matrix(self, first: int = 0, stop: int | None = None) -> Floats:
        return np.array([[_number(text) for text in row[first:stop]] for row in self.rows])


def golden(name: str, file: str) -> Table:
    """Read a set that is kept here."""
    return _read(_HERE / name / file)


def reading(name: str, file: str) -> Table:
    """Read a set that is not kept here, or skip the test, saying so."""
    folder = os.environ.get("GONGPING_READING_DATA")
    if not folder:
        pytest.skip(f"NOT RUN: {name} is not kept here; set GONGPING_READING_DATA to its folder")
    return _read(Path(folder) / name / file)


def _read(path: Path) -> Table:
    with path.open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    return Table(header, rows)


def _number(text: str) -> float:
    return float("nan") if text in _MISSING else float(text)
