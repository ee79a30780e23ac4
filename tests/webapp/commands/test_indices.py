"""`gongping indices`: files in, files out."""

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from numpy.testing import assert_allclose

from surveys.errors import Invalid
from surveys.examining.index_table import COLUMNS, questionnaire_of, read_answers
from tests.golden.sets import golden
from webapp.commands.file_problems import file_words
from webapp.commands.indices import indices

GOLDEN = Path(__file__).parents[2] / "golden"


def test_every_index_of_a_file_is_that_of_the_reference(tmp_path: Path) -> None:
    out = tmp_path / "indices.csv"
    options = "--id id --levels 1-5 --factors 6,6,6,6,6 --psychsyn-critical .45"
    result = _run(GOLDEN / "sim_scales" / "input.csv", out, options)
    assert result.exit_code == 0, result.output
    rows = _rows(out)
    assert list(rows[0]) == ["id", *COLUMNS, "flags"]
    expected = golden("sim_scales", "expected_indices.csv")
    for column in expected.header[1:]:
        if column in COLUMNS:
            found = np.array([float(row[column] or "nan") for row in rows])
            assert_allclose(found, expected.numbers(column), rtol=0, atol=1e-9, err_msg=column)


def test_missing_answers_may_be_empty_or_na(tmp_path: Path) -> None:
    source = _file(tmp_path, "id,a,b,c\nx,1,,3\ny,NA,2,3\nz,3,2,1\n")
    table = read_answers(source, id_column="id", items=None)
    assert table.ids == ["x", "y", "z"]
    assert np.isnan(table.answers).sum() == 2


def test_an_undefined_index_is_empty(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    result = _run(_file(tmp_path, "a,b,c\n4,4,4\n1,2,3\n,,\n"), out, "--levels 1-5")
    assert result.exit_code == 0, result.output
    rows = _rows(out)
    assert [row["row"] for row in rows] == ["1", "2", "3"]
    assert rows[0]["person_total"] == ""
    assert rows[0]["longstring"] == "3"
    assert {rows[2][column] for column in COLUMNS} == {""}


def test_items_are_a_range_of_columns(tmp_path: Path) -> None:
    source = _file(tmp_path, "name,a,b,c,note\nx,1,2,3,9\n")
    table = read_answers(source, id_column="name", items="a:c")
    assert table.items == ("a", "b", "c")


def test_reversed_items_are_named(tmp_path: Path) -> None:
    table = read_answers(_file(tmp_path, "a,b,c\n1,2,3\n"), id_column=None, items=None)
    found = questionnaire_of(table, levels="1-5", factors="1,2", reversed_items="b,c")
    assert found.reversed_items.tolist() == [1, 2]
    assert found.factors == [1, 2]


def test_levels_may_be_negative(tmp_path: Path) -> None:
    table = read_answers(_file(tmp_path, "a,b\n-1,0\n"), id_column=None, items=None)
    found = questionnaire_of(table, levels="-2-2", factors=None, reversed_items=None)
    assert (found.low, found.high) == (-2.0, 2.0)


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("--id nobody", "unknown_column"),
        ("--items a:z", "unknown_column"),
        ("--items b:a", "bad_item_range"),
        ("--levels 5-1", "bad_levels"),
        ("--levels 1-2", "answer_out_of_range"),
        ("--factors 1,1", "bad_factors"),
        ("--factors x", "bad_factors"),
        ("--reversed z", "unknown_column"),
    ],
)
def test_bad_input_is_refused_with_its_reason(tmp_path: Path, options: str, code: str) -> None:
    result = _run(_file(tmp_path, "a,b,c\n1,2,3\n3,2,1\n"), tmp_path / "out.csv", options)
    assert result.exit_code == 2
    assert re.split(r"%\(\w+\)s", file_words()[code])[-1] in result.stderr
    assert "%(" not in result.stderr


def test_a_word_among_the_answers_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as caught:
        read_answers(_file(tmp_path, "a,b\n1,2\n3,often\n"), id_column=None, items=None)
    assert caught.value.code == "not_a_number"
    assert (caught.value.facts["column"], caught.value.facts["line"]) == ("b", 3)


def test_the_robust_covariance_can_be_asked_for(tmp_path: Path) -> None:
    source = GOLDEN / "sim_scales" / "input.csv"
    plain, robust = tmp_path / "plain.csv", tmp_path / "robust.csv"
    _run(source, plain, "--levels 1-5")
    _run(source, robust, "--levels 1-5 --covariance mcd")
    assert _rows(plain)[0]["mahalanobis"] != _rows(robust)[0]["mahalanobis"] != ""


def _run(source: Path, out: Path, options: str) -> Result:
    return CliRunner().invoke(indices, [str(source), "--out", str(out), *options.split()])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _file(folder: Path, text: str) -> Path:
    path = folder / "answers.csv"
    path.write_text(text, encoding="utf-8")
    return path
