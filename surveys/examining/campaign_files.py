"""A simulated campaign as files, in the format that `examine` reads."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from stats.ballots import Ballots, Ints
from stats.simulator.assumptions import changed
from stats.simulator.campaign import Simulated
from surveys.examining.parquet import write_parquet

CHUNK = 100_000
FORM_COLUMNS = ("campaign", "ballot", "form", "group", "unit")
LAST_COLUMNS = ("tb", "dur", "net", "dev", "batch")


def write_campaign(
    directory: Path,
    simulated: Simulated,
    *,
    form: str = "",
    seed: int = 0,
    parquet: bool = False,
) -> None:
    """Write ``ballots.csv, batches.csv, units.csv, labels.csv, truth.json``.

    Parameters
    ----------
    directory : created where missing
    simulated : what the simulator made
    form : ``insider``, ``reverse`` or ``public``; empty = by whether ballots rate many units
    seed : written down in ``truth.json``
    parquet : write ``ballots.parquet`` in place of ``ballots.csv``

    Raises
    ------
    Invalid : ``parquet_needs_pyarrow``
    """
    directory.mkdir(parents=True, exist_ok=True)
    ballots = simulated.ballots
    matrix = ballots.n_rows > ballots.n_ballots
    form = form or ("insider" if matrix else "public")
    if parquet:
        write_parquet(directory / "ballots.parquet", _columns(simulated, form))
    else:
        with (directory / "ballots.csv").open("w", encoding="utf-8", newline="") as file:
            file.writelines(ballot_lines(ballots, form))
    _write(directory / "batches.csv", _batches(simulated))
    _write(directory / "units.csv", _units(simulated))
    _write(directory / "labels.csv", _labels(simulated))
    truth = {
        "form": form,
        "seed": seed,
        "ballots": ballots.n_ballots,
        "units": ballots.n_units,
        "items": ballots.n_items,
        "levels": ballots.levels,
        "assumed": changed(simulated.assumed),
        "attacks": [
            {
                "attack": number,
                "kind": attack.kind,
                "strength": attack.strength,
                "up": list(attack.up),
                "down": list(attack.down),
                "parameters": dict(attack.parameters),
            }
            for number, attack in enumerate(simulated.attacks, 1)
        ],
    }
    text = json.dumps(truth, ensure_ascii=False, indent=1)
    (directory / "truth.json").write_text(text + "\n", encoding="utf-8")


def ballot_lines(b: Ballots, form: str, units: Sequence[str] | None = None) -> Iterator[str]:
    """The lines of ``ballots.csv``, in chunks: ten million rows never stand in memory as text.

    Parameters
    ----------
    b : the ballots; they are named 1, 2 … in their order
    form : ``insider``, ``reverse`` or ``public``
    units : names of the units; None = their numbers
    """
    items = tuple(f"q{k + 1}" for k in range(b.n_items))
    per_ballot = [_recorded(column, b.n_ballots) for column in _by_ballot(b)]
    named = None if units is None else np.array([_cell(name) for name in units])
    yield ",".join((*FORM_COLUMNS, *items, *LAST_COLUMNS)) + "\n"
    for start in range(0, b.n_rows, CHUNK):
        rows = slice(start, start + CHUNK)
        ballot = b.ballot[rows]
        unit = b.unit[rows].astype(str) if named is None else named[b.unit[rows]]
        columns = [(ballot + 1).astype(str), b.group[rows].astype(str), unit]
        marks = b.answers[rows].astype(str)
        marks[marks == "0"] = ""
        columns += [*marks.T, *(column[ballot] for column in per_ballot)]
        lines = (
            f"1,{name},{form},{','.join(rest)}"
            for name, *rest in zip(*(c.tolist() for c in columns), strict=True)
        )
        yield "\n".join(lines) + "\n"


def _by_ballot(b: Ballots) -> tuple[Ints | None, ...]:
    """The last columns; labels of networks and devices from 1 on, 0 = not recorded."""
    seconds = None if b.seconds is None else np.nan_to_num(b.seconds, nan=-1.0).astype(np.int64)
    return (b.bucket, seconds, b.network, b.device, b.batch)


def _recorded(column: Ints | None, n: int) -> npt.NDArray[np.str_]:
    """A column as text, empty where nothing was recorded."""
    if column is None:
        return np.full(n, "", dtype="U1")
    text = column.astype(str)
    text[column < 0] = ""
    return text


def _cell(name: str) -> str:
    return f'"{name.replace(chr(34), chr(34) * 2)}"' if set(name) & set(',"\n') else name


def _columns(simulated: Simulated, form: str) -> dict[str, Any]:
    """The same cells as the CSV, column by column."""
    b = simulated.ballots
    nowhere = np.full(b.n_ballots, -1, dtype=np.int64)
    values = [nowhere if column is None else column for column in _by_ballot(b)]
    first = (np.ones(b.n_rows, dtype=np.int8), b.ballot + 1, [form] * b.n_rows, b.group, b.unit)
    return (
        dict(zip(FORM_COLUMNS, first, strict=True))
        | {f"q{k + 1}": np.ma.masked_equal(b.answers[:, k], 0) for k in range(b.n_items)}
        | {
            name: np.ma.masked_less(column[b.ballot], 0)
            for name, column in zip(LAST_COLUMNS, values, strict=True)
        }
    )


def _batches(simulated: Simulated) -> Iterator[Sequence[object]]:
    yield "batch", "home", "issued"
    b = simulated.ballots
    if b.issued is None or b.batch is None:
        return
    home = np.full(len(b.issued), -1, dtype=np.int64)
    if b.home is not None:
        home[b.batch] = b.home
    for batch, issued in enumerate(b.issued.tolist()):
        yield batch, int(home[batch]), issued


def _units(simulated: Simulated) -> Iterator[Sequence[object]]:
    yield "unit", "category", "quality", "expected"
    category = simulated.ballots.category
    for unit, quality in enumerate(simulated.quality.tolist()):
        kind = 0 if category is None else int(category[unit])
        expected = simulated.expected[unit]
        yield unit, kind, f"{quality:.6f}", f"{expected:.6f}" if np.isfinite(expected) else ""


def _labels(simulated: Simulated) -> Iterator[Sequence[object]]:
    yield "ballot", "label", "kind", "attack", "up", "down"
    kinds = ("none", *(attack.kind for attack in simulated.attacks))
    columns = (simulated.attack.tolist(), simulated.up.tolist(), simulated.down.tolist())
    for ballot, (attack, up, down) in enumerate(zip(*columns, strict=True), 1):
        yield ballot, int(attack > 0), kinds[attack], attack, up, down


def _write(path: Path, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
