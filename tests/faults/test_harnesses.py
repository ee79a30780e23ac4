"""`make faults` leaves nothing out, and says so where something did not run."""

import ast
from dataclasses import replace
from pathlib import Path

from tests.faults.harnesses import HARNESSES, Harness
from tests.faults.jobs import Done, Job, Test, jobs_of
from tests.faults.summary import rows_of, table

FOLDER = Path(__file__).parent
NOT_OF_FAULTS = {"test_harnesses"}
SPLIT = Harness("Split", "test_split", ("test_holds",), "2", "0", ("test_noticed",), parts=2)


def written_in(path: Path) -> set[tuple[str, str]]:
    """The module and name of each test in a file."""
    found = ast.parse(path.read_text(encoding="utf-8")).body
    names = {one.name for one in found if isinstance(one, ast.FunctionDef)}
    return {(path.stem, name) for name in names if name.startswith("test_")}


def test_every_fault_test_belongs_to_a_harness() -> None:
    files = [path for path in FOLDER.glob("test_*.py") if path.stem not in NOT_OF_FAULTS]
    written = set().union(*map(written_in, files))
    listed = {(one.file, test) for one in HARNESSES for test in one.holds + one.noticed}
    assert listed == written


def done(*outcomes: str, status: int = 0) -> list[Done]:
    """The runs of `SPLIT`, of which each test ended so."""
    names = ("test_holds[full1]", "test_holds[full2]", "test_noticed")
    return [
        Done(job, status, 1.0, (Test(name, outcome, 1.0, ({"n": 20, "auc": 0.5},)),), FOLDER)
        for job, name, outcome in zip(jobs_of([SPLIT]), names, outcomes, strict=False)
    ]


def test_figures_of_parts_are_added_up() -> None:
    (row,) = rows_of([SPLIT], done("passed", "passed", "passed"))
    assert (row.figure, row.control) == ("n 40, auc 0.5", "n 20, auc 0.5")
    assert row.troubles == ()
    assert row.figure in table([row])


def test_whatever_failed_was_skipped_or_did_not_run_is_red() -> None:
    assert rows_of([SPLIT], done("passed", "failed", "passed"))[0].troubles == (
        "FAILED test_holds[full2]",
    )
    assert rows_of([SPLIT], done("passed", "passed", "skipped"))[0].troubles == (
        "DID NOT RUN test_noticed: ",
    )
    assert rows_of([SPLIT], done("passed"))[0].troubles == (
        "DID NOT RUN test_holds: 1 of 2",
        "DID NOT RUN test_noticed: 0 of 1",
    )
    assert len(rows_of([SPLIT], done("passed", "passed", "passed", status=2))[0].troubles) == 3


def test_a_control_that_notices_nothing_is_not_called_red() -> None:
    runs = done("passed", "passed", "failed")
    silent = [replace(one, tests=tuple(replace(t, figures=()) for t in one.tests)) for one in runs]
    assert rows_of([SPLIT], silent)[0].control == "NOTICED NOTHING"


def test_a_run_that_takes_too_long_is_red() -> None:
    job = Job(SPLIT, "control", ("test_noticed",))
    (row,) = rows_of([SPLIT], [*done("passed", "passed", "passed"), Done(job, -1, 9, (), FOLDER)])
    assert row.troubles == ("TOOK TOO LONG control",)
