"""The list of edge cases names only tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
LIST = ROOT / "docs" / "scoring-edge-cases.md"


def test_every_edge_case_of_the_list_has_its_tests() -> None:
    named = set(re.findall(r"`(test_\w+)`", LIST.read_text("utf-8")))
    sources = (ROOT / "tests" / "surveys" / "scoring").glob("test_*.py")
    written = {
        name
        for path in sources
        for name in re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert len(named) > 70
    assert named - written == set()


def test_every_row_of_the_list_names_a_test() -> None:
    rows = [line for line in LIST.read_text("utf-8").splitlines() if line.startswith("| ")]
    cases = [row for row in rows if not row.startswith("| case")]
    assert [row for row in cases if "`test_" not in row] == []
