"""The report of an examination: the files' formats and words."""

import csv
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stats.examination import Examination, examine
from surveys.examining.campaign_files import write_campaign
from surveys.examining.files import FileBallots, read_ballots
from surveys.examining.report import summary, write_report
from surveys.examining.words import LEVELS, TITLES, evidence, reason
from tests.stats.checks.campaigns import campaign

Report = tuple[FileBallots, Examination, Path]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("stuffed")
    write_campaign(folder, campaign("public2k", ("stuff", "strong"), ("bloc", "strong")))
    read = read_ballots(folder / "ballots.csv", folder / "batches.csv", folder / "units.csv")
    found = examine(read.ballots, rng=np.random.default_rng(3))
    write_report(folder / "report", ballots=read, examination=found, seed=3)
    return read, found, folder / "report"


def findings(report: Report) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((report[2] / "findings.json").read_text())
    return loaded


def test_findings_hold_what_the_contract_names(report: Report) -> None:
    keys = {"check", "level", "subject", "ballots", "statistic", "pvalue", "qvalue", "effect"}
    for finding in findings(report):
        assert keys | {"harm", "evidence"} == set(finding)
        assert finding["level"] in LEVELS
        assert finding["check"] in TITLES


def test_subjects_name_the_attacked_units(report: Report) -> None:
    named = {u for f in findings(report) for u in f["subject"]["units"]}
    truth = campaign("public2k", ("stuff", "strong"), ("bloc", "strong")).attacks
    assert {str(u) for a in truth for u in a.up + a.down} <= named


def test_every_ballot_has_its_line(report: Report) -> None:
    with (report[2] / "ballots.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["ballot"] for row in rows] == list(report[0].ballot_names)
    assert all(0 <= float(row["suspicion"]) <= 1 for row in rows)
    flagged = {row["ballot"] for row in rows if row["flagged"] == "1"}
    alarmed = {b for f in findings(report) if f["level"] != "information" for b in f["ballots"]}
    assert flagged == alarmed


def test_scores_lie_inside_their_intervals_and_ranks(report: Report) -> None:
    with (report[2] / "scores.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["group"] == "*"]
    assert len(rows) == report[0].ballots.n_units
    for row in rows:
        assert float(row["low"]) <= float(row["mean"]) <= float(row["high"])
        assert int(row["rank_low"]) <= int(row["rank"]) <= int(row["rank_high"])
        assert int(row["n_used"]) <= int(row["n"])


def test_the_same_input_and_seed_give_the_same_bytes(report: Report, tmp_path: Path) -> None:
    read, _, folder = report
    again = examine(read.ballots, rng=np.random.default_rng(3))
    write_report(tmp_path, ballots=read, examination=again, seed=3)
    for name in ("findings.json", "ballots.csv", "scores.csv", "report.html"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_words_in_both_languages_name_the_unit_and_an_innocent_explanation(report: Report) -> None:
    read, found, _ = report
    names = {"unit": [f"样例单位{u}" for u in read.unit_names]}
    for finding in (f for f in found.findings if f.units_lifted or f.units_sunk):
        words = evidence(finding, names)
        unit = names["unit"][(finding.units_lifted + finding.units_sunk)[0]]
        assert unit in words.zh
        assert unit in words.en
        assert "也可能" in words.zh
        assert re.search(r"[Ii]nnocent|chance", words.en)


def test_the_summary_is_json_and_counts_the_findings(report: Report) -> None:
    read, found, _ = report
    told = json.loads(json.dumps(summary(found, ballots=read, seed=3)))
    assert sum(told["findings"].values()) == len(found.findings)
    assert told["flagged"] == int(found.flagged.sum())


def test_every_reason_for_not_running_has_words(report: Report) -> None:
    for missing in report[1].not_run:
        assert missing.check in TITLES
        assert reason(missing).zh != missing.reason
