"""Findings about the same ballots become one case."""

import numpy as np

from stats.ballots import Ballots
from stats.checks.cases import cases
from stats.checks.view import View, view_of
from stats.findings import Finding


def matrix() -> View:
    rows = np.arange(60)
    marks = np.full((60, 1), 4, dtype=np.uint8)
    return view_of(Ballots(rows // 6, rows % 6, rows * 0, marks, 5, 6))


def finding(check: str, units: tuple[int, ...], ballots: list[int], q: float) -> Finding:
    return Finding(
        check=check,
        level="look",
        units_lifted=units,
        units_sunk=(),
        homes=units,
        context={},
        ballots=np.array(ballots),
        statistic=5.0,
        pvalue=q,
        qvalue=q,
        effect=0.3,
    )


def test_a_pair_speaks_for_its_single_favours_however_clear() -> None:
    pair = finding("reciprocity", (0, 1), [0, 1, 2, 3], 0.008)
    favour = finding("home_shift", (1,), [0, 1], 0.0001)
    (case,) = cases(matrix(), [favour, pair], level=0.01)
    assert case.check == "reciprocity"
    assert case.facts["also"] == (("home_shift", 0.0001),)


def test_findings_about_other_ballots_stay_apart() -> None:
    first = finding("home_shift", (1,), [0, 1], 0.001)
    second = finding("home_shift", (1,), [5, 6], 0.001)
    assert len(cases(matrix(), [first, second], level=0.01)) == 2


def test_two_checks_of_one_family_are_not_strong_evidence() -> None:
    pair = finding("reciprocity", (0, 1), [0, 1], 0.001)
    favour = finding("home_shift", (1,), [0, 1], 0.001)
    (case,) = cases(matrix(), [pair, favour], level=0.01)
    assert case.level == "look"
