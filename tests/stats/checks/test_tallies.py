"""Counts typed in by hand: made-up ones are found, counted ones are not."""

import numpy as np
import pytest
from scipy import stats

from stats.ballots import Ints
from stats.checks.tallies import Tallies, typed_tallies, whole_chance


def counted(rng: np.random.Generator, places: int = 600) -> Tallies:
    issued = rng.integers(300, 2_000, places)
    returned = rng.binomial(issued, rng.beta(20, 8, places))
    share = rng.beta(20, 10, places)
    best = rng.binomial(returned, share)
    return Tallies(issued, returned, np.column_stack([returned - best, best]))


def spoken(tallies: Tallies) -> set[object]:
    return {f.facts["what"] for f in typed_tallies(tallies, level=0.01)[0]}


def test_counted_places_raise_no_alarm() -> None:
    rng = np.random.default_rng(4)
    assert sum(bool(spoken(counted(rng))) for _ in range(40)) <= 2


def test_turnout_reckoned_back_from_whole_percentages_is_found() -> None:
    honest = counted(np.random.default_rng(5))
    made_up = np.arange(600) < 90
    percent = np.round(100 * honest.returned / honest.issued)
    returned = np.where(made_up, np.round(honest.issued * percent / 100), honest.returned)
    found = Tallies(honest.issued, returned.astype(np.int64), honest.marks)
    assert "turnout" in spoken(found)


def test_round_counts_are_found() -> None:
    honest = counted(np.random.default_rng(6))
    marks: Ints = np.where(np.arange(600)[:, None] < 200, honest.marks // 5 * 5, honest.marks)
    assert "digits" in spoken(Tallies(honest.issued, honest.returned, marks))


def test_few_places_say_nothing() -> None:
    found, missing = typed_tallies(counted(np.random.default_rng(7), 50), level=0.01)
    assert (found, missing[0].reason) == ([], "too_few_tallies")


@pytest.mark.parametrize(("n", "p"), [(37, 0.4), (150, 0.55), (997, 0.3)])
def test_the_chance_of_a_whole_percentage_equals_its_enumeration(n: int, p: float) -> None:
    k = np.arange(n + 1)
    near = np.abs(100 * k / n - np.round(100 * k / n)) <= 0.05 + 1e-7
    assert whole_chance(n, p) == pytest.approx(stats.binom.pmf(k[near], n, p).sum(), abs=1e-9)


def test_p_values_of_counted_places_are_not_too_small() -> None:
    rng = np.random.default_rng(8)
    p = [
        f.pvalue
        for _ in range(60)
        for f in typed_tallies(counted(rng), level=1.0)[0]
        if f.facts["what"] != "digits"
    ]
    assert np.mean(np.array(p) <= 0.05) <= 0.12
    assert 0.35 <= np.mean(p) <= 0.65


def test_a_count_below_0_is_refused() -> None:
    few = np.arange(3)
    with pytest.raises(ValueError, match=r"^marks:"):
        Tallies(few, few, np.full((3, 2), -1))
