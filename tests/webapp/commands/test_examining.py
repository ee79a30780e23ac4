"""`gongping simulate` and `gongping examine`, as a user calls them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from webapp.commands.examining import examine
from webapp.commands.simulating import simulate


def simulated(folder: Path, *attacks: str) -> Path:
    asked = [f"--attack={attack}" for attack in attacks]
    result = CliRunner().invoke(
        simulate, ["--profile", "public2k", "--seed", "4", "--out", str(folder), *asked]
    )
    assert result.exit_code == 0, result.output
    return folder


def run_examine(folder: Path, *options: str) -> Result:
    files = [str(folder / "ballots.csv")]
    for name in ("batches", "units"):
        files += [f"--{name}", str(folder / f"{name}.csv")]
    return CliRunner().invoke(examine, [*files, *options])


def test_a_simulated_attack_is_examined_and_reported(tmp_path: Path) -> None:
    folder = simulated(tmp_path, "stuff:strong")
    result = run_examine(folder, "--out", str(tmp_path / "report"), "--json")
    assert result.exit_code == 0
    truth = json.loads((folder / "truth.json").read_text())
    assert str(truth["attacks"][0]["up"][0]) in json.loads(result.stdout)["named_units"]
    assert (tmp_path / "report" / "findings.json").exists()


def test_findings_are_told_in_words(tmp_path: Path) -> None:
    result = run_examine(simulated(tmp_path, "stuff:strong"))
    assert result.exit_code == 0
    assert "It may be innocent" in result.stdout


def test_bad_rows_end_with_status_2_and_their_lines(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("ballot,unit,q1\n1,1,5\n2,1,x\n")
    result = CliRunner().invoke(examine, [str(bad)])
    assert result.exit_code == 2
    assert "line 3, column q1: expected a whole number" in result.stderr


def test_a_file_that_does_not_exist_ends_with_status_2(tmp_path: Path) -> None:
    assert CliRunner().invoke(examine, [str(tmp_path / "none.csv")]).exit_code == 2


def test_a_parquet_file_gives_the_findings_of_the_csv(tmp_path: Path) -> None:
    told = []
    for kind in ("csv", "parquet"):
        folder = tmp_path / kind
        asked = ["--profile=public2k", "--attack=stuff:strong", "--seed=4", f"--out={folder}"]
        made = CliRunner().invoke(simulate, [*asked, *(["--parquet"] if kind != "csv" else [])])
        assert made.exit_code == 0, made.output
        file = str(folder / f"ballots.{kind}")
        out = folder / "report"
        done = CliRunner().invoke(examine, [file, "--out", str(out), "--json"])
        assert done.exit_code == 0, done.output
        told.append((done.stdout, (out / "findings.json").read_bytes()))
    assert told[0] == told[1]


@pytest.mark.slow
def test_a_cluster_on_this_machine_writes_the_same_report(tmp_path: Path) -> None:
    folder = simulated(tmp_path, "stuff:strong")
    for name, options in (("here", []), ("there", ["--cluster=local:2"])):
        result = run_examine(folder, "--out", str(tmp_path / name), *options)
        assert result.exit_code == 0, result.output
    for name in ("findings.json", "ballots.csv", "scores.csv", "report.html"):
        assert (tmp_path / "here" / name).read_bytes() == (tmp_path / "there" / name).read_bytes()


def test_a_cluster_that_does_not_answer_ends_with_status_2(tmp_path: Path) -> None:
    result = run_examine(simulated(tmp_path), "--cluster", "local:none")
    assert result.exit_code == 2
    assert "tcp://host:8786" in result.stderr


def test_ctrl_c_stops_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_args: object, **_options: object) -> None:
        raise KeyboardInterrupt

    folder = simulated(tmp_path)
    monkeypatch.setattr("webapp.commands.examining.run_checks", interrupted)
    result = run_examine(folder, "--out", str(tmp_path / "report"))
    assert result.exit_code == 130
    assert not (tmp_path / "report").exists()


def test_counts_typed_in_by_hand_are_looked_at_too(tmp_path: Path) -> None:
    rows = [f"400,{200 + 10 * (k % 15)},{40 + 5 * (k % 9)},{150 + 5 * (k % 7)}" for k in range(260)]
    tallies = tmp_path / "tallies.csv"
    tallies.write_text("\n".join(["issued,returned,n1,n2", *rows]) + "\n")
    result = run_examine(simulated(tmp_path), "--tallies", str(tallies))
    assert result.exit_code == 0, result.output
    assert "Counts that end in 0 or 5" in result.stdout


def test_an_unknown_attack_ends_with_status_2(tmp_path: Path) -> None:
    asked = ["--profile", "public2k", "--attack", "magic:weak", "--out", str(tmp_path)]
    assert CliRunner().invoke(simulate, asked).exit_code == 2
