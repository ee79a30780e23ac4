"""Ballots from files, as `examine` takes them in and the platform exports them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from stats.ballots import Ballots, Bools, Floats, Ints
from stats.checks.tallies import Tallies
from stats.labels import first_places
from surveys.errors import Invalid
from surveys.examining.names import Columns, Labels, labels_of
from surveys.examining.parquet import ParquetTable
from surveys.examining.table import read_table

SHOWN = 50
"""Bad rows that an error lists; the others are counted."""

MAX_LEVELS = 254
COUNT = re.compile(r"n[1-9]\d?")
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
    titles_zh, titles_en : names of the units in words, from the table of units; their codes where
        it has none
    """

    ballots: Ballots
    ballot_names: Sequence[str]
    unit_names: tuple[str, ...]
    home_names: tuple[str, ...]
    group_names: tuple[str, ...]
    batch_names: tuple[str, ...]
    network_names: Sequence[str]
    device_names: Sequence[str]
    missing: tuple[str, ...]
    titles_zh: tuple[str, ...]
    titles_en: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class KnownUnits:
    """The table of units: codes, category of each, and names in words."""

    names: tuple[str, ...]
    category: Ints
    titles: dict[str, tuple[str, ...]]


class Problems:
    """Bad rows of one file, all of them counted, the first listed."""

    def __init__(self) -> None:
        self.rows: list[BadRow] = []
        self.total = 0

    def add(self, table: Columns, bad: Bools, column: str, problem: str) -> None:
        """Note every row where ``bad`` holds."""
        self.total += int(bad.sum())
        for row in np.flatnonzero(bad)[:SHOWN]:
            self.rows.append((int(table.lines[row]), column, problem))

    def raise_any(self) -> None:
        """Raise Invalid("bad_ballot_rows") if anything was noted."""
        if self.total:
            rows = sorted(self.rows)[:SHOWN]
            raise Invalid("bad_ballot_rows", rows=rows, total=self.total)


def read_ballots(
    path: Path,
    batches: Path | None = None,
    units: Path | None = None,
    *,
    levels: int | None = None,
) -> FileBallots:
    """Read a file of ballots in long format, one row per ballot and unit rated.

    Parameters
    ----------
    path : .csv, or .parquet where pyarrow is installed, with the columns ``ballot, unit,
        q1 … qK`` and any of ``campaign, form, group, tb, dur, net, dev, batch``
    batches : the same kinds of file with ``batch, home, issued``
    units : the same with ``unit, category``; fixes the units and their order
    levels : marks on the scale; None = the largest mark in the file

    Raises
    ------
    Invalid
        ``missing_columns``, ``bad_ballot_rows`` (facts: rows as (line, column, problem), total),
        ``ragged_rows``, ``several_campaigns``, ``no_ballots``, ``unreadable_file``,
        ``parquet_needs_pyarrow`` …
    """
    table = _read(Path(path))
    items = _items(table)
    if not len(table):
        raise Invalid("no_ballots", path=str(path))
    problems = Problems()
    answers = _answers(table, items, (levels or MAX_LEVELS, problems))
    ballot = labels_of(table, "ballot")
    problems.add(table, ballot.index < 0, "ballot", "empty")
    known_units = None if units is None else _unit_table(Path(units))
    unit = _units(table, known_units, problems)
    group = labels_of(table, "group") if "group" in table.columns else _nobody(len(table))
    _check_campaign(table)
    _check_twice(table, ballot.index, unit, problems)
    seconds = _seconds(table, problems)
    bucket = _buckets(table, problems)
    problems.raise_any()
    first = first_places(ballot.index, len(ballot.names))
    batch = labels_of(table, "batch") if "batch" in table.columns else None
    network, device = _hashes(table, "net"), _hashes(table, "dev")
    home, issued, home_names = _homes(batches, batch, tuple(unit.names), first)
    return FileBallots(
        ballots=Ballots(
            ballot=ballot.index,
            unit=unit.index,
            group=np.maximum(group.index, 0),
            answers=answers,
            levels=levels or max(int(answers.max(initial=0)), 2),
            n_units=len(unit.names),
            home=home,
            batch=None if batch is None else batch.index[first],
            bucket=None if bucket is None else bucket[first],
            seconds=None if seconds is None else seconds[first],
            network=None if network is None else network.index[first],
            device=None if device is None else device.index[first],
            issued=issued,
            category=None if known_units is None else known_units.category,
        ),
        ballot_names=ballot.names,
        unit_names=tuple(unit.names),
        home_names=home_names,
        group_names=tuple(group.names),
        batch_names=() if batch is None else tuple(batch.names),
        network_names=() if network is None else network.names,
        device_names=() if device is None else device.names,
        missing=tuple(name for name in OPTIONAL if name not in table.columns),
        titles_zh=_titles(known_units, "name_zh", tuple(unit.names)),
        titles_en=_titles(known_units, "name_en", tuple(unit.names)),
    )


def read_tallies(path: Path) -> Tallies:
    """Read counts of paper ballots typed in by hand, one row per place where they were counted.

    Parameters
    ----------
    path : .csv or .parquet with ``n1 … nK``, the votes by mark, the best last, and where they are
        known ``issued`` and ``returned``

    Raises
    ------
    Invalid
        ``missing_columns``, ``bad_ballot_rows`` (facts: rows as (line, column, problem), total) …
    """
    table = _read(path)
    names = sorted((n for n in table.columns if COUNT.fullmatch(n)), key=lambda n: int(n[1:]))
    if len(names) < 2:
        raise Invalid("missing_columns", columns=["n1", "n2"])
    problems = Problems()
    counts = {
        name: table.integers(name, empty=-1)
        if name in table.columns
        else np.full(len(table), -1, dtype=np.int64)
        for name in (*names, "issued", "returned")
    }
    for name in names:
        problems.add(table, counts[name] < 0, name, "not_a_count")
    for name in ("issued", "returned"):
        problems.add(table, counts[name] < -1, name, "not_a_count")
    problems.raise_any()
    marks = np.column_stack([counts[name] for name in names])
    return Tallies(counts["issued"], counts["returned"], marks)


def _read(path: Path) -> Columns:
    return ParquetTable(path) if path.suffix == ".parquet" else read_table(path)


def _items(table: Columns) -> list[str]:
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
    table: Columns, items: list[str], limits: tuple[int, Problems]
) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    most, problems = limits
    answers = np.zeros((len(table), len(items)), dtype=np.uint8)
    for k, name in enumerate(items):
        marks = table.integers(name, empty=0)
        odd = (marks < 0) | (marks > most)
        problems.add(table, odd, name, "not_a_mark")
        answers[:, k] = np.where(odd, 0, marks)
    return answers


def _nobody(n: int) -> Labels:
    return Labels(np.zeros(n, dtype=np.int64), ("",))


def _units(table: Columns, known: KnownUnits | None, problems: Problems) -> Labels:
    found = labels_of(table, "unit")
    problems.add(table, found.index < 0, "unit", "empty")
    if known is None:
        return found
    place = {name: k for k, name in enumerate(known.names)}
    lookup = np.array([place.get(name, -1) for name in found.names], dtype=np.int64)
    index = lookup[found.index] if len(lookup) else found.index
    problems.add(table, (index < 0) & (found.index >= 0), "unit", "unknown_unit")
    return Labels(np.maximum(index, 0), known.names)


def _unit_table(path: Path) -> KnownUnits:
    table = _read(path)
    if "unit" not in table.columns:
        raise Invalid("missing_columns", columns=["unit"], path=str(path))
    names = _texts(table, "unit")
    if len(set(names)) < len(names):
        raise Invalid("doubled_units", path=str(path))
    category = np.zeros(len(names), dtype=np.int64)
    if "category" in table.columns:
        category = labels_of(table, "category").index
    titles: dict[str, tuple[str, ...]] = {
        column: _texts(table, column)
        for column in ("name_zh", "name_en")
        if column in table.columns
    }
    return KnownUnits(names, category, titles)


def _texts(table: Columns, column: str) -> tuple[str, ...]:
    return tuple(text.decode(errors="replace") for text in table.texts(column).tolist())


def _titles(known: KnownUnits | None, column: str, names: tuple[str, ...]) -> tuple[str, ...]:
    titles = () if known is None else known.titles.get(column, ())
    return tuple(title or name for title, name in zip(titles or names, names, strict=True))


def _check_campaign(table: Columns) -> None:
    if "campaign" in table.columns:
        names = labels_of(table, "campaign").names
        if len(names) > 1:
            raise Invalid("several_campaigns", campaigns=list(names[:SHOWN]))


def _check_twice(table: Columns, ballot: Ints, unit: Labels, problems: Problems) -> None:
    if int(ballot.max(initial=-1)) + 1 == len(ballot):
        return  # As many ballots as rows: none can hold a unit twice.
    pair = ballot * max(len(unit.names), 1) + unit.index
    order = np.argsort(pair, kind="stable")
    again = np.zeros(len(pair), dtype=bool)
    again[order[1:]] = pair[order[1:]] == pair[order[:-1]]
    problems.add(table, again & (ballot >= 0) & (unit.index >= 0), "unit", "rated_twice")


def _seconds(table: Columns, problems: Problems) -> Floats | None:
    if "dur" not in table.columns:
        return None
    seconds = table.numbers("dur")
    problems.add(table, seconds < 0, "dur", "not_a_duration")
    return seconds


def _buckets(table: Columns, problems: Problems) -> Ints | None:
    if "tb" not in table.columns:
        return None
    bucket = table.integers("tb", empty=-1)
    problems.add(table, bucket < -1, "tb", "not_a_bucket")
    return bucket


def _hashes(table: Columns, column: str) -> Labels | None:
    """Keyed hashes; 0 and nothing both mean not recorded."""
    return labels_of(table, column).without("0") if column in table.columns else None


def _homes(
    path: Path | None, batch: Labels | None, units: tuple[str, ...], first: Ints
) -> tuple[Ints | None, Ints | None, tuple[str, ...]]:
    """Home of each ballot and codes issued per batch, from the table of batches."""
    if path is None or batch is None:
        return None, None, units
    table = _read(Path(path))
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


def _home_units(table: Columns, units: tuple[str, ...]) -> tuple[Ints, tuple[str, ...]]:
    """Homes as unit indices; homes that are not rated come after the units."""
    homes = [text.decode(errors="replace") for text in table.texts("home")]
    further = sorted(set(homes) - set(units) - NOWHERE)
    names = units + tuple(further)
    place = {name: k for k, name in enumerate(names)}
    return np.array([place.get(home, -1) for home in homes], dtype=np.int64), names
