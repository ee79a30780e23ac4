"""Ballots keyed in from paper are counted by group, and never a handful of them."""

import pytest

from surveys.models import Batch
from surveys.monitoring.papers import all_papers, papers_by_group, shown_papers
from surveys.monitoring.turnout import BatchCount, Count


@pytest.mark.parametrize(
    ("n", "n_returned", "n_issued", "shown"),
    [
        (30, 80, 100, Count(None, 30)),
        (7, 80, 100, Count(None, 5, coarse=True)),
        # The others are few: what came by telephone must not follow either.
        (33, 40, 100, Count(None, 30, coarse=True)),
        (8, 9, 12, Count(None, 5, coarse=True)),
    ],
)
def test_neither_channel_tells_of_a_handful_while_voting_runs(
    n: int, n_returned: int, n_issued: int, shown: Count
) -> None:
    assert shown_papers(n, n_returned=n_returned, n_issued=n_issued, running=True) == shown


def test_after_the_close_papers_are_counted_exactly() -> None:
    assert shown_papers(7, n_returned=80, n_issued=100, running=False) == Count(None, 7)


def batch(number: int, *, group_id: int, n_issued: int, open_code: bool = False) -> Batch:
    return Batch(id=number, group_id=group_id, n_issued=n_issued, open_code=open_code)


def test_the_papers_of_a_group_are_those_of_its_batches() -> None:
    counted = [
        BatchCount(batch(1, group_id=1, n_issued=60), 50),
        BatchCount(batch(2, group_id=1, n_issued=60), 50),
        BatchCount(batch(3, group_id=2, n_issued=60), 50),
        BatchCount(batch(4, group_id=3, n_issued=1, open_code=True), 50),
    ]
    found = papers_by_group(counted, {1: 20, 2: 10, 3: 2}, running=True)
    assert found == {1: Count(None, 30)}


def test_the_sum_is_as_coarse_as_its_parts() -> None:
    parts = {1: Count(None, 30), 2: Count(None, 5, coarse=True)}
    assert (all_papers(parts), all_papers({})) == (Count(None, 35, coarse=True), None)
