"""Reading ballots from files: what arrives, and what is said about bad rows."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from surveys.errors import Invalid
from surveys.examining.files import read_ballots
from surveys.examining.parquet import write_parquet

HEADER = "campaign,ballot,form,group,unit,q1,q2,tb,dur,net,dev,batch"
ROWS = [
    "1,1,insider,0,3,5,4,12,80,901,77,1",
    "1,1,insider,0,4,4,,12,80,901,77,1",
    "1,2,insider,1,3,1,2,13,,0,78,2",
]


def written(path: Path, *lines: str, name: str = "ballots.csv") -> Path:
    file = path / name
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_rows_become_arrays(tmp_path: Path) -> None:
    read = read_ballots(written(tmp_path, HEADER, *ROWS))
    ballots = read.ballots
    assert ballots.ballot.tolist() == [0, 0, 1]
    assert ballots.unit.tolist() == [0, 1, 0]
    assert read.unit_names == ("3", "4")
    assert ballots.answers.tolist() == [[5, 4], [4, 0], [1, 2]]
    assert ballots.bucket is not None
    assert ballots.bucket.tolist() == [12, 13]


def test_an_empty_duration_and_a_zero_hash_are_not_recorded(tmp_path: Path) -> None:
    ballots = read_ballots(written(tmp_path, HEADER, *ROWS)).ballots
    assert ballots.seconds is not None
    assert ballots.network is not None
    assert np.isnan(ballots.seconds[1])
    assert ballots.network.tolist() == [0, -1]


def test_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    turned = [",".join(reversed(line.split(","))) for line in (HEADER, *ROWS)]
    assert read_ballots(written(tmp_path, *turned)).ballots.answers.tolist()[0] == [5, 4]


def test_missing_optional_columns_are_named(tmp_path: Path) -> None:
    read = read_ballots(written(tmp_path, "ballot,unit,q1", "a,x,3", "b,x,4"))
    assert read.missing == ("net", "dev", "batch", "tb", "dur")
    assert read.ballots.network is None
    assert read.ballot_names == ("a", "b")


def test_homes_come_from_the_batches(tmp_path: Path) -> None:
    batches = written(tmp_path, "batch,home,issued", "1,4,20", "2,-1,30", name="b.csv")
    read = read_ballots(written(tmp_path, HEADER, *ROWS), batches)
    assert read.ballots.home is not None
    assert read.ballots.home.tolist() == [1, -1]
    assert read.ballots.issued is not None
    assert read.ballots.issued.tolist() == [20, 30]


def test_a_home_that_nobody_rates_comes_after_the_units(tmp_path: Path) -> None:
    batches = written(tmp_path, "batch,home,issued", "1,99,20", "2,3,30", name="b.csv")
    read = read_ballots(written(tmp_path, HEADER, *ROWS), batches)
    assert read.home_names == ("3", "4", "99")
    assert read.ballots.home is not None
    assert read.ballots.home.tolist() == [2, 0]


def test_units_fix_order_and_category(tmp_path: Path) -> None:
    units = written(tmp_path, "unit,category,quality", "4,1,0.5", "7,1,0.1", "3,0,2", name="u.csv")
    read = read_ballots(written(tmp_path, HEADER, *ROWS), units=units)
    assert read.unit_names == ("4", "7", "3")
    assert read.ballots.unit.tolist() == [2, 0, 2]
    assert read.ballots.category is not None
    assert read.ballots.category.tolist() == [1, 1, 0]


def test_all_bad_rows_are_told_with_line_column_and_problem(tmp_path: Path) -> None:
    bad = ["1,3,insider,0,3,x,4,12,80,901,77,1", "1,1,insider,0,3,5,4,12,-8,901,77,1"]
    with pytest.raises(Invalid) as caught:
        read_ballots(written(tmp_path, HEADER, *ROWS, *bad))
    assert caught.value.code == "bad_ballot_rows"
    assert caught.value.facts["rows"] == [
        (5, "q1", "not_a_mark"),
        (6, "dur", "not_a_duration"),
        (6, "unit", "rated_twice"),
    ]


def test_only_fifty_bad_rows_are_listed_but_all_are_counted(tmp_path: Path) -> None:
    bad = [f"{k},1,9999" for k in range(80)]
    with pytest.raises(Invalid) as caught:
        read_ballots(written(tmp_path, "ballot,unit,q1", *bad))
    rows = caught.value.facts["rows"]
    assert isinstance(rows, list)
    assert len(rows) == 50
    assert caught.value.facts["total"] == 80


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (["ballot,q1", "1,5"], "missing_columns"),
        (["ballot,unit", "1,5"], "missing_columns"),
        (["ballot,unit,q1", "1,5"], "ragged_rows"),
        (["ballot,unit,q1"], "no_ballots"),
        ([""], "empty_file"),
        (["campaign,ballot,unit,q1", "1,1,1,5", "2,2,1,5"], "several_campaigns"),
    ],
)
def test_a_file_of_the_wrong_shape_is_refused(tmp_path: Path, lines: list[str], code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_ballots(written(tmp_path, *lines))
    assert caught.value.code == code


def test_quoted_names_windows_line_ends_and_a_mark_of_byte_order_are_read(tmp_path: Path) -> None:
    file = tmp_path / "ballots.csv"
    content = '\ufeffballot,unit,q1\r\n1,"民政局,一科",5\r\n2,"民政局,一科",4\r\n'
    file.write_text(content, encoding="utf-8", newline="")
    read = read_ballots(file)
    assert read.unit_names == ("民政局,一科",)
    assert read.ballots.answers.ravel().tolist() == [5, 4]


def test_leading_zeros_are_kept_in_names(tmp_path: Path) -> None:
    read = read_ballots(written(tmp_path, "ballot,unit,q1", "1,007,5", "2,7,5"))
    assert read.unit_names == ("007", "7")


def parquet(path: Path, **columns: Any) -> Path:
    file = path / "ballots.parquet"
    write_parquet(file, columns)
    return file


def test_a_parquet_file_is_read_like_a_csv(tmp_path: Path) -> None:
    read = read_ballots(
        parquet(
            tmp_path,
            ballot=[1, 1, 2],
            unit=["民政局", "财政局", "民政局"],
            q1=[5, None, 4],
            q2=[4.0, 3.0, None],
            dur=[80, None, 20],
            net=np.array([2**63 + 5, 0, 7], dtype=np.uint64),
        )
    )
    ballots = read.ballots
    assert read.unit_names == ("民政局", "财政局")
    assert ballots.answers.tolist() == [[5, 4], [0, 3], [4, 0]]
    assert ballots.seconds is not None
    assert ballots.seconds.tolist() == [80, 20]
    assert ballots.network is not None
    assert ballots.network.tolist() == [1, 0]


def test_bad_cells_of_a_parquet_file_are_told_by_row(tmp_path: Path) -> None:
    file = parquet(tmp_path, ballot=["a", "b"], unit=["x", "x"], q1=["5", "good"])
    with pytest.raises(Invalid) as caught:
        read_ballots(file)
    assert caught.value.facts["rows"] == [(2, "q1", "not_a_mark")]


def test_leading_zeros_of_a_parquet_file_are_kept(tmp_path: Path) -> None:
    read = read_ballots(parquet(tmp_path, ballot=["1", "2"], unit=["007", "7"], q1=[5, 4]))
    assert read.unit_names == ("007", "7")


def test_a_parquet_file_that_is_none_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "ballots.parquet"
    file.write_bytes(b"PAR1")
    with pytest.raises(Invalid, match="unreadable_file"):
        read_ballots(file)


def test_without_pyarrow_a_parquet_file_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("surveys.examining.parquet.find_spec", lambda _name: None)
    with pytest.raises(Invalid) as caught:
        read_ballots(tmp_path / "ballots.parquet")
    assert caught.value.code == "parquet_needs_pyarrow"
    assert "gongping[parquet]" in str(caught.value.facts["install"])
