"""Small cells: merging, and what the audit finds."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stats.disclosure import (
    Merging,
    audit,
    audit_breakdown,
    exposed_groups,
    may_show_distribution,
    merge_small_groups,
    unanimous,
)

LEVELS = [1.0, 2.0, 3.0, 4.0, 5.0]


def test_the_smallest_groups_are_merged_first() -> None:
    found = merge_small_groups([12, 3, 0, 4, 9])
    assert found.part.tolist() == [2, 0, -1, 0, 1]
    assert found.size.tolist() == [7, 9, 12]


def test_large_groups_stay_apart() -> None:
    assert merge_small_groups([5, 6, 7]).size.tolist() == [5, 6, 7]


def test_too_few_raters_in_all_show_nothing() -> None:
    found = merge_small_groups([2, 2])
    assert not found.shown
    assert found.part.tolist() == [-1, -1]


def test_no_raters_show_nothing() -> None:
    assert not merge_small_groups([]).shown


@given(st.lists(st.integers(0, 30), max_size=8))
def test_every_part_has_enough_raters_and_none_is_lost(sizes: list[int]) -> None:
    found = merge_small_groups(sizes)
    assert (found.size >= 5).all()
    assert found.size.sum() == (sum(sizes) if found.shown else 0)


@given(st.lists(st.lists(st.integers(0, 6), min_size=5, max_size=5), min_size=1, max_size=4))
def test_no_merged_breakdown_lets_a_small_group_be_reckoned(counts: list[list[int]]) -> None:
    table = np.array(counts)
    merging = merge_small_groups(table.sum(axis=1))
    found = audit_breakdown(table, merging, levels=LEVELS)
    # A part at one end of the scale is unanimous: that is found by its own rule.
    for code in np.unique(merging.part[merging.part >= 0]):
        if unanimous(table[merging.part == code].sum(axis=0)):
            return
    tight = found.high - found.low < 1 - 1e-9
    assert (tight == found.exposed).all()


def test_a_group_left_by_subtraction_is_exposed() -> None:
    # 12 raters shown, the total shown: the three of group 2 can be reckoned.
    counts = [[0, 1, 3, 6, 2], [0, 0, 1, 1, 1]]
    apart = Merging(np.array([0, 1]), np.array([12, 3]), shown=True)
    found = audit_breakdown(counts, apart, levels=LEVELS)
    assert found.exposed.tolist() == [True]
    assert (found.low[0], found.high[0]) == (12.0, 12.0)


def test_a_merged_small_group_is_not_exposed() -> None:
    counts = [[0, 1, 3, 6, 2], [0, 0, 1, 1, 1], [0, 0, 0, 2, 2]]
    merging = merge_small_groups(np.sum(counts, axis=1))
    assert not audit_breakdown(counts, merging, levels=LEVELS).exposed.any()


def test_a_unanimous_part_gives_all_its_groups_away() -> None:
    counts = [[0, 0, 0, 0, 8], [0, 0, 0, 0, 3], [2, 3, 4, 5, 6]]
    merging = merge_small_groups(np.sum(counts, axis=1))
    assert exposed_groups(counts, merging, LEVELS).tolist() == [0, 1]


def test_a_rounded_figure_protects_what_an_exact_one_shows() -> None:
    published, wanted = [[1.0, 1.0], [1.0, 0.0]], [[0.0, 1.0]]
    assert audit(published, [5, 2], wanted).exposed.tolist() == [True]
    rounded = audit(published, [5, 2], wanted, tolerance=0.5)
    assert not rounded.exposed[0]
    assert (rounded.low[0], rounded.high[0]) == (2.0, 4.0)


def test_figures_that_no_table_gives_are_inconsistent() -> None:
    found = audit([[1.0, 1.0], [1.0, 1.0]], [5, 4], [[0.0, 1.0]])
    assert not found.consistent
    assert not found.exposed[0]


def test_a_distribution_needs_ten_raters_of_more_than_one_mind() -> None:
    shown = may_show_distribution([[0, 0, 0, 4, 5], [0, 0, 0, 4, 6], [0, 0, 0, 0, 10]])
    assert shown.tolist() == [False, True, False]
