"""`gongping score` from the outside: files in, figures and exit status out."""

import json
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.surveys.scoring.example_workbook import as_workbook, example_sheets
from tests.surveys.scoring.worked_example import expected
from webapp.commands.scoring import score


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "figures.xlsx"
    path.write_bytes(as_workbook(example_sheets()))
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(score, [str(argument) for argument in arguments])


def test_json_holds_the_published_totals(workbook: Path) -> None:
    result = run("liuyang", workbook, "--json")
    assert result.exit_code == 0
    totals = {unit["unit"]: unit["total"] for unit in json.loads(result.stdout)["units"]}
    published = {unit: line["total"] for unit, line in expected()["units"].items()}
    assert published.items() <= totals.items()


def test_the_table_on_the_terminal_shows_whole_totals(workbook: Path) -> None:
    result = run("liuyang", workbook)
    assert result.exit_code == 0
    for line in expected()["units"].values():
        assert line["total"] in result.stdout


def test_a_scheme_can_be_a_file(workbook: Path, tmp_path: Path) -> None:
    preset = resources.files("surveys.scoring") / "presets" / "liuyang.toml"
    own = tmp_path / "own.toml"
    own.write_text(preset.read_text("utf-8").replace('cap = "5"', 'cap = "1"'), encoding="utf-8")
    result = run(own, workbook, "--json")
    totals = {unit["unit"]: unit["total"] for unit in json.loads(result.stdout)["units"]}
    assert totals["甲镇"] == "93.3713"


def test_out_writes_a_workbook(workbook: Path, tmp_path: Path) -> None:
    result = run("liuyang", workbook, "--out", tmp_path / "result.xlsx")
    assert result.exit_code == 0
    assert (tmp_path / "result.xlsx").read_bytes().startswith(b"PK")


def test_row_numbered_problems_go_to_standard_error_with_status_2(tmp_path: Path) -> None:
    sheets = example_sheets()
    sheets["季度得分"][1][1] = "九十"
    sheets["专项"][2][1] = 1000
    path = tmp_path / "figures.xlsx"
    path.write_bytes(as_workbook(sheets))
    result = run("liuyang", path)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "季度得分, row 2, 第一季度: “九十” is not a number" in result.stderr
    assert "专项, row 3, 重点项目: “1000” is out of range" in result.stderr
    assert "2 problems; nothing was reckoned" in result.stderr


@pytest.mark.parametrize("scheme", ["atlantis", "nowhere.toml"])
def test_an_unknown_scheme_is_bad_input(scheme: str, workbook: Path) -> None:
    result = run(scheme, workbook)
    assert result.exit_code == 2
    assert scheme.removesuffix(".toml") in result.stderr


def test_a_missing_workbook_is_bad_input(tmp_path: Path) -> None:
    result = run("liuyang", tmp_path / "none.xlsx")
    assert result.exit_code == 2
    assert "none.xlsx" in result.stderr


def test_a_file_that_is_no_workbook_is_bad_input(tmp_path: Path) -> None:
    path = tmp_path / "figures.xlsx"
    path.write_text("not a workbook " * 10)
    result = run("liuyang", path)
    assert result.exit_code == 2
    assert "could not be read as an .xlsx workbook" in result.stderr


def test_weights_that_do_not_sum_to_one_are_bad_input_naming_the_sum(
    workbook: Path, tmp_path: Path
) -> None:
    preset = resources.files("surveys.scoring") / "presets" / "liuyang.toml"
    own = tmp_path / "own.toml"
    text = preset.read_text("utf-8").replace('weight = "0.45"', 'weight = "0.40"')
    own.write_text(text, encoding="utf-8")
    result = run(own, workbook)
    assert result.exit_code == 2
    assert "0.95" in result.stderr


def test_template_writes_an_empty_workbook(tmp_path: Path) -> None:
    result = run("ankang", "--template", tmp_path / "empty.xlsx")
    assert result.exit_code == 0
    assert (tmp_path / "empty.xlsx").read_bytes().startswith(b"PK")


def test_without_workbook_and_template_it_says_what_to_give() -> None:
    result = run("ankang")
    assert result.exit_code == 2
    assert "--template" in result.stderr


def test_a_fault_in_a_scheme_is_named_by_row_and_key(workbook: Path, tmp_path: Path) -> None:
    text = (resources.files("surveys.scoring") / "presets" / "liuyang.toml").read_text("utf-8")
    own = tmp_path / "own.toml"
    own.write_text(text.replace('rate = "0.05"', "rate = 0.05"), encoding="utf-8")
    row = 1 + text.splitlines().index('rate = "0.05"')
    result = run(own, workbook)
    assert result.exit_code == 2
    assert f"row {row}, reverse.rate:" in result.stderr
