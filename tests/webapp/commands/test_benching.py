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
