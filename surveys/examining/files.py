"""Ballots from files, as `examine` takes them in and the platform exports them."""

import re
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from stats.ballots import Ballots, Bools, Floats, Ints
from surveys.errors import Invalid
from surveys.examining.table import Table, parse_table, read_table

SHOWN = 50
"""Bad rows that an error lists; the others are counted."""

MAX_LEVELS = 254
OPTIONAL = ("net", "dev", "batch", "tb", "dur")
NOWHERE = {"", "-1"}
BadRow = tuple[int, str, str]


@dataclass(frozen=True, eq=False)
class FileBallots:
    """Ballots of a file with the names that the arrays do not know.

    Parameters
    ----------
    ballots : the arrays
    ballot_names, unit_names, group_names, batch_names : by index
    home_names : the units, then homes that nobody rates
    network_names, device_names : by label
    missing : optional columns the file does not have
    """

    ballots: Ballots
    ballot_names: tuple[str, ...]
    unit_names: tuple[str, ...]
    home_names: tuple[str, ...]
    group_names: tuple[str, ...]
    batch_names: tuple[str, ...]
    network_names: tuple[str, ...]
    device_names: tuple[str, ...]
    missing: tuple[str, ...]


class Problems:
    """Bad rows of one file, all of them counted, the first listed."""

    def __init__(self) -> None:
        self.rows: list[BadRow] = []
        self.total = 0

    def add(self, table: Table, bad: Bools, column: str, problem: str) -> None:
        """Note every row where ``bad`` holds."""
        self.total += int(bad.sum())
        for row in np.flatnonzero(bad)[:SHOWN]:
            self.rows.append((int(table.lines[row]), column, problem))

    def raise_any(self) -> None:
        """Raise Invalid("bad_ballot_rows") if anything was noted."""
        if self.total:
            rows = sorted(self.rows)[:SHOWN]
            raise Invalid("bad_ballot_rows", rows=rows, total=self.total)


@dataclass(frozen=True, eq=False)
class Labels:
    """A column of names as indices: ``names[index]`` is the cell, -1 an empty one."""

    index: Ints
    names: tuple[str, ...]


def read_ballots(path: Path, batches: Path | None = None, units: Path | None = None) -> FileBallots:
    """Read a file of ballots in long format, one row per ballot and unit rated.

    Parameters
    ----------
    path : .csv (or .parquet where pyarrow is installed) with the columns ``ballot, unit,
        q1 … qK`` and any of ``campaign, form, group, tb, dur, net, dev, batch``
    batches : .csv with ``batch, home, issued``
    units : .csv with ``unit, category``; fixes the units and their order

    Raises
    ------
    Invalid
        ``missing_columns``, ``bad_ballot_rows`` (facts: rows as (line, column, problem), total),
        ``ragged_rows``, ``several_campaigns``, ``no_ballots``, ``unreadable_file`` …
    """
    table = _read(Path(path))
    items = _items(table)
    if not len(table):
        raise Invalid("no_ballots", path=str(path))
    problems = Problems()
    answers = _answers(table, items, problems)
    ballot = _labels(table, "ballot")
    problems.add(table, ballot.index < 0, "ballot", "empty")
    known_units = None if units is None else _unit_table(Path(units))
    unit = _units(table, known_units, problems)
    group = _labels(table, "group") if "group" in table.columns else _nobody(len(table))
    _check_campaign(table)
    _check_twice(table, ballot.index, unit, problems)
    seconds = _seconds(table, problems)
    bucket = _buckets(table, problems)
    problems.raise_any()
    first = _first_rows(ballot.index)
    batch = _labels(table, "batch") if "batch" in table.columns else None
    network, device = _hashes(table, "net"), _hashes(table, "dev")
    home, issued, home_names = _homes(batches, batch, unit.names, first)
    return FileBallots(
        ballots=Ballots(
            ballot=ballot.index,
            unit=unit.index,
            group=np.maximum(group.index, 0),
            answers=answers,
            levels=max(int(answers.max(initial=0)), 2),
            n_units=len(unit.names),
            home=home,
            batch=None if batch is None else batch.index[first],
            bucket=None if bucket is None else bucket[first],
            seconds=None if seconds is None else seconds[first],
            network=None if network is None else network.index[first],
            device=None if device is None else device.index[first],
            issued=issued,
            category=None if known_units is None else known_units[1],
        ),
        ballot_names=ballot.names,
        unit_names=unit.names,
        home_names=home_names,
        group_names=group.names,
        batch_names=() if batch is None else batch.names,
        network_names=() if network is None else network.names,
        device_names=() if device is None else device.names,
        missing=tuple(name for name in OPTIONAL if name not in table.columns),
    )


def _read(path: Path) -> Table:
    if path.suffix == ".parquet":
        if find_spec("pyarrow") is None:
            raise Invalid("parquet_needs_pyarrow", path=str(path))
        return _from_parquet(path)
    return read_table(path)


def _from_parquet(path: Path) -> Table:
    """Parquet by way of CSV in memory: one set of rules for both."""
    arrow, parquet, csv = map(import_module, ("pyarrow", "pyarrow.parquet", "pyarrow.csv"))
    sink = arrow.BufferOutputStream()
    try:
        csv.write_csv(parquet.read_table(path), sink)
    except (OSError, arrow.ArrowException) as error:
        raise Invalid("unreadable_file", path=str(path), problem=str(error)) from error
    return parse_table(sink.getvalue().to_pybytes(), path)


def _items(table: Table) -> list[str]:
    found = sorted(
        (name for name in table.columns if re.fullmatch(r"q[1-9]\d*", name)),
        key=lambda name: int(name[1:]),
    )
    missing = [name for name in ("ballot", "unit") if name not in table.columns]
    if missing or not found:
        raise Invalid("missing_columns", columns=missing + ([] if found else ["q1"]))
    if len(set(table.columns)) < len(table.columns):
        raise Invalid("doubled_columns", columns=list(table.columns))
    return found


def _answers(
    table: Table, items: list[str], problems: Problems
) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    answers = np.zeros((len(table), len(items)), dtype=np.uint8)
    for k, name in enumerate(items):
        marks = table.integers(name, empty=0)
        odd = (marks < 0) | (marks > MAX_LEVELS)
        problems.add(table, odd, name, "not_a_mark")
        answers[:, k] = np.where(odd, 0, marks)
    return answers


def _labels(table: Table, column: str) -> Labels:
    numbers = table.integers(column, empty=-1)
    if (numbers >= -1).all() and not table.padded(column):
        values, index = np.unique(numbers, return_inverse=True)
        names = tuple(str(v) for v in values)
        empty = bool(len(values)) and values[0] == -1
    else:
        texts, index = np.unique(table.texts(column), return_inverse=True)
        names = tuple(text.decode(errors="replace") for text in texts)
        empty = bool(names) and not names[0]
    if empty:
        return Labels(index.astype(np.int64) - 1, names[1:])
    return Labels(index.astype(np.int64), names)


def _nobody(n: int) -> Labels:
    return Labels(np.zeros(n, dtype=np.int64), ("",))


def _units(table: Table, known: tuple[tuple[str, ...], Ints] | None, problems: Problems) -> Labels:
    found = _labels(table, "unit")
    problems.add(table, found.index < 0, "unit", "empty")
    if known is None:
        return found
    place = {name: k for k, name in enumerate(known[0])}
    lookup = np.array([place.get(name, -1) for name in found.names], dtype=np.int64)
    index = lookup[found.index] if len(lookup) else found.index
    problems.add(table, (index < 0) & (found.index >= 0), "unit", "unknown_unit")
    return Labels(np.maximum(index, 0), known[0])


def _unit_table(path: Path) -> tuple[tuple[str, ...], Ints]:
    table = read_table(path)
    if "unit" not in table.columns:
        raise Invalid("missing_columns", columns=["unit"], path=str(path))
    names = tuple(text.decode(errors="replace") for text in table.texts("unit"))
    if len(set(names)) < len(names):
        raise Invalid("doubled_units", path=str(path))
    if "category" not in table.columns:
        return names, np.zeros(len(names), dtype=np.int64)
    return names, _labels(table, "category").index


def _check_campaign(table: Table) -> None:
    if "campaign" in table.columns:
        names = _labels(table, "campaign").names
        if len(names) > 1:
            raise Invalid("several_campaigns", campaigns=list(names[:SHOWN]))


def _check_twice(table: Table, ballot: Ints, unit: Labels, problems: Problems) -> None:
    pair = ballot * max(len(unit.names), 1) + unit.index
    order = np.argsort(pair, kind="stable")
    again = np.zeros(len(pair), dtype=bool)
    again[order[1:]] = pair[order[1:]] == pair[order[:-1]]
    problems.add(table, again & (ballot >= 0) & (unit.index >= 0), "unit", "rated_twice")


def _seconds(table: Table, problems: Problems) -> Floats | None:
    if "dur" not in table.columns:
        return None
    seconds = table.numbers("dur")
    problems.add(table, seconds < 0, "dur", "not_a_duration")
    return seconds


def _buckets(table: Table, problems: Problems) -> Ints | None:
    if "tb" not in table.columns:
        return None
    bucket = table.integers("tb", empty=-1)
    problems.add(table, bucket < -1, "tb", "not_a_bucket")
    return bucket


def _hashes(table: Table, column: str) -> Labels | None:
    """Keyed hashes; 0 and nothing both mean not recorded."""
    if column not in table.columns:
        return None
    found = _labels(table, column)
    if "0" not in found.names:
        return found
    zero = found.names.index("0")
    index = np.where(found.index == zero, -1, found.index - (found.index > zero))
    return Labels(index, found.names[:zero] + found.names[zero + 1 :])


def _first_rows(ballot: Ints) -> Ints:
    return np.unique(ballot, return_index=True)[1].astype(np.int64)


def _homes(
    path: Path | None, batch: Labels | None, units: tuple[str, ...], first: Ints
) -> tuple[Ints | None, Ints | None, tuple[str, ...]]:
    """Home of each ballot and codes issued per batch, from the table of batches."""
    if path is None or batch is None:
        return None, None, units
    table = read_table(Path(path))
    missing = [name for name in ("batch", "home") if name not in table.columns]
    if missing:
        raise Invalid("missing_columns", columns=missing, path=str(path))
    place = {name: k for k, name in enumerate(batch.names)}
    rows = np.array(
        [place.get(t.decode(errors="replace"), -1) for t in table.texts("batch")], dtype=np.int64
    )
    listed = rows >= 0
    home_of_batch = np.full(len(batch.names) + 1, -1, dtype=np.int64)
    homes, names = _home_units(table, units)
    home_of_batch[rows[listed]] = homes[listed]
    issued = np.full(len(batch.names), -1, dtype=np.int64)
    if "issued" in table.columns:
        codes = table.integers("issued", empty=-1)
        issued[rows[listed]] = np.maximum(codes, -1)[listed]
    home = home_of_batch[batch.index[first]]
    return (home if (home >= 0).any() else None), issued, names


def _home_units(table: Table, units: tuple[str, ...]) -> tuple[Ints, tuple[str, ...]]:
    """Homes as unit indices; homes that are not rated come after the units."""
    homes = [text.decode(errors="replace") for text in table.texts("home")]
    further = sorted(set(homes) - set(units) - NOWHERE)
    names = units + tuple(further)
    place = {name: k for k, name in enumerate(names)}
    return np.array([place.get(home, -1) for home in homes], dtype=np.int64), names
