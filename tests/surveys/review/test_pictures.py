"""Pictures of findings: they explain, and no single ballot can be read from them."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from stats.ballots import Ballots
from stats.checks.view import view_of
from surveys.models import Finding, Unit
from surveys.review.pictures import (
    SMALLEST,
    Bars,
    Cell,
    Likeness,
    Strip,
    pictures_of,
    protected,
)
from surveys.review.subject import Subject, subject_of
from tests.surveys.review.conftest import Examined

N_UNITS = 12
PER_HOME = 6


def subject_named(**named: object) -> dict[str, Any]:
    return {"units_lifted": [], "units_sunk": [], "homes": [], "facts": {}, **named}


def matrix(check: str, chosen: list[int], marks: np.ndarray, **named: object) -> Subject:
    """Every rater marks every unit; six raters come from each unit."""
    n = len(marks)
    ballots = Ballots(
        ballot=np.repeat(np.arange(n), N_UNITS),
        unit=np.tile(np.arange(N_UNITS), n),
        group=np.zeros(n * N_UNITS, dtype=np.int64),
        answers=marks.reshape(-1, 1).repeat(3, axis=1).astype(np.uint8),
        levels=5,
        n_units=N_UNITS,
        home=np.arange(n) // PER_HOME,
        seconds=np.where(np.isin(np.arange(n), chosen), 15.0, 150.0),
    )
    units = tuple(
        Unit(id=place + 100, position=place, name_zh=str(place), name_en=str(place))
        for place in range(N_UNITS)
    )
    finding = Finding(check=check, subject=subject_named(**named))
    return Subject(finding, view_of(ballots), units, np.isin(np.arange(n), chosen))


@pytest.fixture
def marks() -> np.ndarray:
    rng = np.random.default_rng(3)
    return rng.integers(2, 5, (N_UNITS * PER_HOME, N_UNITS))


@pytest.fixture
def stuffed(session: Session, examined: Examined) -> Subject:
    found = subject_of(session, finding=examined.finding)
    assert found is not None
    return found


def bars_of_kind(subject: Subject, kind: str) -> Bars:
    return next(
        each for each in pictures_of(subject) if isinstance(each, Bars) and each.kind == kind
    )


def test_stuffed_ballots_share_their_answers(stuffed: Subject) -> None:
    first = bars_of_kind(stuffed, "patterns").bars[0]

    assert (first.pattern, first.here.n) == ((4,) * 6, 40)


def test_other_ballots_of_the_unit_stand_beside_them(stuffed: Subject) -> None:
    bars = bars_of_kind(stuffed, "marks")

    assert (bars.n_here, bars.n_rest) == (40, 70)


def test_the_means_are_told(stuffed: Subject) -> None:
    bars = bars_of_kind(stuffed, "marks")

    assert bars.mean_here == 4.0
    assert bars.mean_rest < 3.0


def test_a_bloc_stands_at_both_ends_of_the_strip(marks: np.ndarray) -> None:
    bloc = list(range(8))
    marks[:8, 3], marks[:8, 7] = 5, 1
    subject = matrix("bloc", bloc, marks, units_lifted=[103], units_sunk=[107])

    (strip,) = pictures_of(subject)

    assert isinstance(strip, Strip)
    ends = strip.dots[0], strip.dots[-1]
    assert [(dot.unit.id, dot.role) for dot in ends] == [(107, "down"), (103, "up")]


def test_a_bloc_of_four_is_not_drawn(marks: np.ndarray) -> None:
    subject = matrix("bloc", [0, 1, 2, 3], marks, units_lifted=[103], units_sunk=[107])

    assert pictures_of(subject) == ()


def test_a_home_stands_out_among_the_homes(marks: np.ndarray) -> None:
    marks[:PER_HOME, 5] = 5
    subject = matrix("home_shift", list(range(6)), marks, units_lifted=[105], homes=[100])

    (strip,) = pictures_of(subject)

    assert isinstance(strip, Strip)
    assert (strip.dots[-1].unit.id, strip.dots[-1].role) == (100, "up")


def test_a_home_of_fewer_than_five_is_not_drawn(marks: np.ndarray) -> None:
    subject = matrix("home_shift", [0], marks[: 5 * PER_HOME + 3], units_lifted=[101], homes=[105])

    assert pictures_of(subject) == ()


def test_a_ring_has_a_strip_for_each_of_its_homes(marks: np.ndarray) -> None:
    homes = [100, 101, 102]
    subject = matrix("reciprocity", list(range(18)), marks, units_lifted=homes, homes=homes)

    rated = [
        strip.unit.id for strip in pictures_of(subject) if isinstance(strip, Strip) and strip.unit
    ]

    assert rated == [101, 102, 100]


def test_copied_ballots_are_held_against_what_is_usual(marks: np.ndarray) -> None:
    subject = matrix("copied", [0, 1], marks, facts={"likeness": 0.9, "usual": 0.6})

    assert pictures_of(subject) == (Likeness(0.9, 0.6),)


def test_hasty_ballots_show_their_times(marks: np.ndarray) -> None:
    (bars,) = pictures_of(matrix("low_effort", list(range(9)), marks))

    assert isinstance(bars, Bars)
    assert [(bar.low, bar.here.n, bar.rest.n) for bar in bars.bars if bar.here.n] == [(10.0, 9, 0)]


def test_a_home_check_that_joined_a_case_without_homes_is_not_drawn(marks: np.ndarray) -> None:
    facts = {"also": [["home_shift", 0.001]]}
    subject = matrix("crowd", list(range(6)), marks, units_lifted=[105], facts=facts)
    assert all(picture.kind != "homes" for picture in pictures_of(subject))


def test_a_check_without_a_picture_has_none(marks: np.ndarray) -> None:
    assert pictures_of(matrix("random_marking", [0], marks)) == ()


def test_large_counts_are_shown_as_they_are() -> None:
    assert [cell.n for cell in protected([7, 0, 12])] == [7, 0, 12]


def test_a_small_count_is_hidden_and_the_largest_becomes_a_bound() -> None:
    assert protected([2, 38]) == (
        Cell(None, at_least=False, share=2.5 / 40),
        Cell(36, at_least=True, share=38 / 40),
    )


def test_a_side_of_fewer_than_five_is_not_shown() -> None:
    assert protected([2, 1, 1]) == ()


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_hidden_counts_cannot_be_derived(counts: list[int]) -> None:
    """All ways to fill the hidden cells with one to four ballots fit what is shown."""
    cells = protected(counts)
    hidden = sum(cell.n is None for cell in cells)
    if not hidden:
        return

    known = sum(cell.n for cell in cells if cell.n is not None and not cell.at_least)
    (bound,) = [cell.n for cell in cells if cell.at_least and cell.n is not None]
    fewest, most = known + hidden, known + (SMALLEST - 1) * hidden
    assert sum(counts) - most == bound
    assert sum(counts) - fewest >= bound
