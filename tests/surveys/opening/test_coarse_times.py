"""No time in an opened ballot says more than that it is one of eight."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from surveys.opening.coarse_times import FEWEST, NOT_KEPT, kept_times, window_of

NINE = 12 * 1000  # the first bucket of some two hours


def kept(**counts: int) -> dict[str, int]:
    """Of one batch: so many in the n-th bucket of two hours; what is kept, counted from there."""
    found = {(1, NINE + int(name[1:])): n for name, n in counts.items()}
    return {
        f"b{bucket - NINE}": value - NINE if value else -1
        for (_, bucket), value in kept_times(found).items()
    }


def test_a_full_ten_minutes_are_kept() -> None:
    assert kept(b3=8) == {"b3": 3}


def test_ten_minutes_of_few_become_two_hours() -> None:
    assert kept(b3=4, b7=4) == {"b3": 0, "b7": 0}


def test_two_hours_of_few_are_not_kept() -> None:
    assert kept(b3=4, b7=3) == {"b3": -1, "b7": -1}


def test_who_has_no_time_is_not_alone_in_that() -> None:
    assert kept(b3=8, b15=20, b40=1) == {"b3": -1, "b15": 15, "b40": -1}


def test_batches_do_not_hide_each_other() -> None:
    found = {(1, NINE): 7, (2, NINE): 9}
    assert kept_times(found) == {(1, NINE): NOT_KEPT, (2, NINE): NINE}


def test_a_burst_keeps_its_time_among_single_ballots() -> None:
    sparse = {f"b{200 * n}": 1 for n in range(1, 20)}
    assert kept(b5=30, **sparse)["b5"] == 5


MOMENTS = st.dictionaries(
    st.tuples(st.integers(1, 3), st.just(0) | st.integers(NINE, NINE + 60)), st.integers(1, 15)
)


@given(MOMENTS)
def test_every_value_is_shared_by_eight_of_its_batch(found: dict[tuple[int, int], int]) -> None:
    values: Counter[tuple[int, int]] = Counter()
    for (batch, bucket), value in kept_times(found).items():
        values[batch, value] += found[batch, bucket]
    several = Counter(batch for batch, _ in values)
    assert all(n >= FEWEST for (batch, value), n in values.items() if value or several[batch] > 1)


@given(MOMENTS)
def test_a_time_that_is_kept_is_true(found: dict[tuple[int, int], int]) -> None:
    for (_, bucket), value in kept_times(found).items():
        assert value in {bucket, window_of(bucket), NOT_KEPT}
