"""A simulated campaign as files, in the format that `examine` reads."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

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
        _write_ballots(directory / "ballots.csv", simulated, form)
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


def _write_ballots(path: Path, simulated: Simulated, form: str) -> None:
    """Rows in chunks: ten million of them never stand in memory as text."""
    b = simulated.ballots
    items = tuple(f"q{k + 1}" for k in range(b.n_items))
    per_ballot = [
        np.zeros(b.n_ballots, dtype=np.int64) if column is None else column.astype(np.int64)
        for column in (b.bucket, b.seconds, b.network, b.device, b.batch)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join((*FORM_COLUMNS, *items, *LAST_COLUMNS)) + "\n")
        for start in range(0, b.n_rows, CHUNK):
            rows = slice(start, start + CHUNK)
            ballot = b.ballot[rows]
            columns = [
                (ballot + 1).astype(str),
                b.group[rows].astype(str),
                b.unit[rows].astype(str),
            ]
            marks = b.answers[rows].astype(str)
            marks[marks == "0"] = ""
            columns += [*marks.T, *(column[ballot].astype(str) for column in per_ballot)]
            lines = (
                f"1,{name},{form},{','.join(rest)}"
                for name, *rest in zip(*(c.tolist() for c in columns), strict=True)
            )
            file.write("\n".join(lines) + "\n")


def _columns(simulated: Simulated, form: str) -> dict[str, Any]:
    """The same cells as the CSV, column by column."""
    b = simulated.ballots
    nobody = np.zeros(b.n_ballots, dtype=np.int64)
    last = (b.bucket, b.seconds, b.network, b.device, b.batch)
    values = [nobody if column is None else column.astype(np.int64) for column in last]
    first = (np.ones(b.n_rows, dtype=np.int8), b.ballot + 1, [form] * b.n_rows, b.group, b.unit)
    return (
        dict(zip(FORM_COLUMNS, first, strict=True))
        | {f"q{k + 1}": np.ma.masked_equal(b.answers[:, k], 0) for k in range(b.n_items)}
        | {name: column[b.ballot] for name, column in zip(LAST_COLUMNS, values, strict=True)}
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
