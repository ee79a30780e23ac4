"""The benchmark measures what it says: receipts counted are envelopes stored."""

import json

import pytest
from click.testing import CliRunner

from webapp.commands import gongping

SHORT = ["--seconds=1", "--envelopes=0", "--arrivals=20", "--arrival-seconds=2", "--json"]


@pytest.mark.slow
def test_the_benchmark_reports_its_figures_as_json() -> None:
    done = CliRunner().invoke(gongping, ["bench", "cast", *SHORT, "--connections=8"])
    assert done.exit_code == 0, done.output
    figures = json.loads(done.stdout)
    assert {
        "stored_per_s",
        "pgbench_per_s",
        "ratio",
        "p50_ms",
        "p99_ms",
        "growth_ratio",
        "hello_per_s",
    } <= figures.keys()
    assert figures["refused"] == {}
    assert 0 < figures["ratio"] < 1
    assert figures["stages"]["render_paper"] < figures["stages"]["insert_cpu"]


@pytest.mark.slow
def test_the_turnout_is_watched_while_ballots_come_in() -> None:
    small = ["--envelopes=3000", "--units=6", "--viewers=3", "--ballots=20", "--seconds=12"]
    done = CliRunner().invoke(gongping, ["bench", "turnout", *small, "--workers=1", "--json"])
    # Whether the page is quick enough is for a quiet machine to say.
    assert done.exit_code in {0, 1}, done.output
    figures = json.loads(done.stdout)
    assert (figures["refused"], figures["n_batches"]) == ({}, 36)
    assert min(figures["n_pages"], figures["n_parts"], figures["stored_per_s"]) > 0


def test_score_prints_how_the_reckoning_grows() -> None:
    sizes = ["--units=20", "--units=100"]
    done = CliRunner().invoke(gongping, ["bench", "score", *sizes, "--ballots=0", "--json"])
    assert done.exit_code == 0, done.output
    periods = json.loads(done.stdout)["periods"]
    assert [each["units"] for each in periods] == [20, 100]
    assert all(each["ungraded"] == 0 and each["indicators"] == 200 for each in periods)


def test_examine_puts_others_beside_our_figures_on_the_same_file() -> None:
    """At the smallest size; ours must find what was planted with hardly a false alarm."""
    done = CliRunner().invoke(gongping, ["bench", "examine", "--profile=public2k", "--json"])
    assert done.exit_code == 0, done.output
    rows = {row["detector"]: row for row in json.loads(done.stdout)["detections"]}
    assert set(rows) == {
        "gongping",
        "isolation_forest",
        "lof",
        "insufficient_effort",
        "fraudar",
    }
    assert all(row["ballots"] == 2_000 and row["seconds"] > 0 for row in rows.values())
    assert rows["gongping"]["precision"] > max(
        row["precision"] for name, row in rows.items() if name != "gongping"
    )


def test_examine_says_which_package_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.peers.find_spec", lambda _name: None)
    done = CliRunner().invoke(gongping, ["bench", "examine"])
    assert done.exit_code == 2
    assert "scikit-learn, insufficient-effort" in done.stderr
    assert "uv sync --group dev" in done.stderr


def test_sheets_prints_its_figure_beside_the_limit() -> None:
    done = CliRunner().invoke(gongping, ["bench", "sheets", "--codes=500", "--json"])
    figures = json.loads(done.stdout)
    assert (figures["codes"], figures["limit_seconds"]) == (500, 6.0)
    assert figures["seconds"] > 0
