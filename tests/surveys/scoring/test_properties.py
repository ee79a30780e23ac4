"""What must hold for any votes, weights and units."""

from decimal import Decimal, localcontext
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.scoring import conversions
from surveys.scoring.conversions import share_change
from surveys.scoring.converting import convert_field
from surveys.scoring.inputs import Adjustment, GroupVotes, Indicator, PeriodInputs, Reading, Veto
from surveys.scoring.quotas import proportional_seats
from surveys.scoring.ranking import competition_places
from surveys.scoring.rounding import EXACT, component_points
from surveys.scoring.scheme_parts import Survey, Trim
from surveys.scoring.score import score
from surveys.scoring.survey_scores import group_points, survey_component
from tests.surveys.scoring.worked_example import liuyang, period, plain_unit

POINTS = st.decimals(0, 100, places=4)
AMOUNTS = st.decimals("0.01", 1_000_000, places=2)
COUNTS = st.integers(0, 60)
TOTALS = st.lists(POINTS, min_size=1, max_size=8)
NEARLY = Decimal("1e-24")

settings.register_profile("scoring", max_examples=60, deadline=None)
scoring = settings.get_profile("scoring")


def units_with(totals: list[Decimal]) -> PeriodInputs:
    return period(*(plain_unit(f"镇{i}", total) for i, total in enumerate(totals)))


@scoring
@given(totals=TOTALS, seed=st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(totals: list[Decimal], seed: Random) -> None:
    inputs = units_with(totals)
    shuffled = list(inputs.units)
    seed.shuffle(shuffled)
    again = PeriodInputs(tuple(shuffled), inputs.indicators)
    assert score(liuyang(), again) == score(liuyang(), inputs)


@scoring
@given(totals=TOTALS, more=st.decimals("0.0001", 5, places=4))
def test_more_points_never_lower_the_place(totals: list[Decimal], more: Decimal) -> None:
    before = score(liuyang(), units_with(totals)).line("镇0").place
    lifted = plain_unit("镇0", totals[0], adjustments=(Adjustment("bonus", more),))
    others = units_with(totals).units[1:]
    after = score(liuyang(), period(lifted, *others)).line("镇0").place
    assert before is not None
    assert after is not None
    assert after <= before


@scoring
@given(totals=TOTALS)
def test_nobody_below_has_a_better_grade_and_seats_are_kept(totals: list[Decimal]) -> None:
    scheme = liuyang()
    scores = score(scheme, units_with(totals))
    ranks = [scheme.grade_rank(line.grade or "") for line in scores.lines]
    assert ranks == sorted(ranks)
    assert ranks.count(0) <= scores.category("T2").seats["excellent"]


@scoring
@given(totals=TOTALS)
def test_a_veto_changes_no_arithmetic_and_no_places_behind_it(totals: list[Decimal]) -> None:
    plain = score(liuyang(), units_with(totals))
    vetoed_unit = plain_unit("镇0", totals[0], vetoes=(Veto("安全生产"),))
    vetoed = score(liuyang(), period(vetoed_unit, *units_with(totals).units[1:]))
    assert vetoed.line("镇0").total == plain.line("镇0").total
    without = {line.unit: line.place for line in vetoed.lines}
    for line in plain.lines:
        place = without[line.unit]
        if line.unit != "镇0":
            assert place is not None
            assert line.place is not None
            assert line.place - 1 <= place <= line.place


@scoring
@given(
    valid=st.lists(COUNTS, min_size=5, max_size=5), points=st.lists(POINTS, min_size=5, max_size=5)
)
def test_redistributed_weights_sum_to_one_and_keep_the_score_within_its_groups(
    valid: list[int], points: list[Decimal]
) -> None:
    survey = liuyang().component("democratic").survey
    assert survey is not None
    votes = [
        GroupVotes(group, n_valid=n, score=p)
        for group, n, p in zip("ABCDE", valid, points, strict=True)
    ]
    with localcontext(EXACT):
        line = survey_component(key="m", weight=Decimal("0.15"), survey=survey, votes=votes)
        used = [part for part in line.parts if part.effective_weight is not None]
        total = sum((part.effective_weight or Decimal(0) for part in used), Decimal(0))
    assert {part.key for part in used} == {v.group for v in votes if v.n_valid >= 5}
    if line.points is not None:
        assert abs(total - 1) < NEARLY
        used_points = [part.points or Decimal(0) for part in used]
        assert min(used_points) <= line.points <= max(used_points)


@scoring
@given(votes=st.lists(st.tuples(POINTS, st.integers(1, 30)), min_size=1, max_size=8))
def test_a_trimmed_mean_is_the_mean_of_the_sorted_middle(votes: list[tuple[Decimal, int]]) -> None:
    trim = Trim(share=Decimal("0.10"), n_from=1)
    everyone = sorted(points for points, count in votes for _ in range(count))
    k = len(everyone) // 10
    middle = everyone[k : len(everyone) - k]
    with localcontext(EXACT):
        found = group_points(votes, trim)
        assert found.points == sum(middle, Decimal(0)) / len(middle)
    assert found.n_valid == len(everyone)


@scoring
@given(points=st.lists(POINTS, min_size=1, max_size=12))
def test_a_place_is_one_more_than_the_units_above(points: list[Decimal]) -> None:
    places = competition_places({str(i): (p,) for i, p in enumerate(points)})
    for i, own in enumerate(points):
        assert places[str(i)] == 1 + sum(other > own for other in points)


@scoring
@given(cuts=st.lists(st.integers(0, 100), min_size=1, max_size=4), n=st.integers(0, 500))
def test_proportional_seats_sum_to_n_and_stay_within_one_of_their_share(
    cuts: list[int], n: int
) -> None:
    edges = [0, *sorted(cuts), 100]
    shares = [Decimal(b - a) / 100 for a, b in pairwise(edges)]
    seats = proportional_seats(shares, n)
    assert sum(seats) == n
    assert all(abs(s - share * n) < 1 for s, share in zip(seats, shares, strict=True))


@scoring
@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=8))
def test_average_growth_over_one_year_against_the_weighted_mean_is_share_change(
    figures: list[tuple[Decimal, Decimal]],
) -> None:
    now = sum((after for after, _ in figures), Decimal(0))
    before = sum((base for _, base in figures), Decimal(0))
    with localcontext(EXACT):
        for after, base in figures:
            growth = conversions.avg_growth(after / base - 1, now / before - 1)
            share = share_change(after, now, base, before)
            assert growth is not None
            assert share is not None
            assert abs(growth - share) <= NEARLY * max(share, Decimal(1))


@scoring
@given(figures=st.lists(AMOUNTS, min_size=2, max_size=8))
@pytest.mark.parametrize("conversion", ["range", "zscore", "rank_points", "best_ratio", "step"])
@pytest.mark.parametrize("lower", [False, True])
def test_a_better_figure_never_earns_fewer_points(
    *, conversion: str, lower: bool, figures: list[Decimal]
) -> None:
    field = {str(i): Reading(value=figure) for i, figure in enumerate(figures)}
    points = convert_field(Indicator("x", Decimal(1), conversion, lower_is_better=lower), field)
    in_order = [
        points[str(i)] or Decimal(0)
        for i in sorted(range(len(figures)), key=figures.__getitem__, reverse=lower)
    ]
    assert in_order == sorted(in_order)
    assert all(0 <= p <= 100 for p in in_order)


@scoring
@given(n=st.integers(0, 10**9), d=st.sampled_from([1, 3, 7, 9, 11, 13, 30, 97]))
def test_rounding_is_half_up_of_the_exact_quotient(n: int, d: int) -> None:
    with localcontext(EXACT):
        found = component_points(Decimal(n) / d)
    half_up = (2 * n * 10**4 + d) // (2 * d)
    assert found == Decimal(half_up).scaleb(-4)


@scoring
@given(counts=st.dictionaries(st.sampled_from(["好", "较好", "一般", "较差"]), COUNTS))
def test_dont_know_votes_change_nothing(counts: dict[str, int]) -> None:
    survey: Survey | None = liuyang().component("democratic").survey
    assert survey is not None

    def line(more: dict[str, int]) -> object:
        votes = [GroupVotes(group, counts=counts | more) for group in "ABCDE"]
        return survey_component(key="m", weight=Decimal(1), survey=survey, votes=votes)

    assert line({"不了解": 40}) == line({})
