"""What must hold for whole periods under any scheme: order, names, growth, quotas, ties."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.scoring.grading import Candidate, grade_units
from surveys.scoring.inputs import GroupVotes, Indicator, PeriodInputs, Reading, UnitInputs
from surveys.scoring.lines import Scores
from surveys.scoring.ranking import competition_places
from surveys.scoring.schemes import Scheme, preset, preset_keys
from surveys.scoring.score import score

HIGHER_IS_BETTER = (
    "ratio",
    "best_ratio",
    "range",
    "five_tier",
    "five_tier_linear",
    "rank_points",
    "step",
    "zscore",
    "share_change",
    "avg_growth",
    "share_change+avg_growth",
)
AMOUNTS = st.decimals("0.01", 10_000, places=2)
WEIGHTS = st.decimals("0.01", 9, places=2)
COUNTS = st.integers(0, 40)
TOTALS = st.lists(st.decimals(40, 100, places=1), min_size=1, max_size=24)

settings.register_profile("periods", max_examples=25, deadline=None)
periods = settings.get_profile("periods")
Figures = list[tuple[Decimal, Decimal]]
FIELDS = st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=2, max_size=6)


def period(
    figures: Figures,
    *,
    methods: Sequence[str] = HIGHER_IS_BETTER,
    votes: Sequence[int] = (20, 9, 3),
) -> PeriodInputs:
    """Units of one category; all have the same votes and every method on their own figures."""
    indicators = tuple(
        Indicator(method, Decimal(1 + at), method, then=None if "change" not in method else "range")
        for at, method in enumerate(methods)
    )
    units = tuple(
        UnitInputs(
            key=f"镇{number}",
            category="T2",
            values={"quarterly": {"1": Decimal(90)}, "special": {"1": Decimal(90)}},
            readings={"annual": {method: reading(*pair) for method in methods}},
            surveys=surveys(votes),
        )
        for number, pair in enumerate(figures)
    )
    return PeriodInputs(units, {"annual": indicators})


def reading(value: Decimal, previous: Decimal) -> Reading:
    rate = value / Decimal(20_000)
    return Reading(value=value, target=Decimal(500), previous=previous, rates=(rate,) * 3)


def surveys(votes: Sequence[int]) -> dict[str, tuple[GroupVotes, ...]]:
    best, second, last = votes
    counts = {"好": best, "较好": second, "较差": last}
    citizens = {"满意": best + 30, "一般": second, "不满意": last}
    return {
        "democratic": tuple(GroupVotes(group, counts=counts) for group in "ABCDE"),
        "recognition": tuple(GroupVotes(group, counts=citizens) for group in ("invited", "open")),
    }


def by_unit(scores: Scores) -> dict[str, tuple[Decimal | None, int | None, str | None, str]]:
    return {line.unit: (line.total, line.place, line.grade, line.colour) for line in scores.lines}


def shuffled(scheme: Scheme, rng: Random) -> Scheme:
    """The same rules with components and groups in another order."""
    components = []
    for component in scheme.components:
        if component.survey is None:
            components.append(component)
            continue
        groups = list(component.survey.groups)
        rng.shuffle(groups)
        survey = component.survey.model_copy(update={"groups": tuple(groups)})
        components.append(component.model_copy(update={"survey": survey}))
    rng.shuffle(components)
    return scheme.model_copy(update={"components": tuple(components)})


@periods
@given(figures=FIELDS, rng=st.randoms(use_true_random=False))
def test_the_order_of_weights_changes_nothing(figures: Figures, rng: Random) -> None:
    scheme, inputs = preset("liuyang"), period(figures)
    indicators = list(inputs.indicators["annual"])
    rng.shuffle(indicators)
    again = replace(inputs, indicators={"annual": tuple(indicators)})
    assert by_unit(score(shuffled(scheme, rng), again)) == by_unit(score(scheme, inputs))


@periods
@given(figures=FIELDS, rng=st.randoms(use_true_random=False))
def test_the_names_and_the_order_of_units_change_nothing(figures: Figures, rng: Random) -> None:
    inputs = period(figures)
    names = [f"新名{number}" for number in range(len(figures))]
    rng.shuffle(names)
    renamed = [replace(unit, key=name) for unit, name in zip(inputs.units, names, strict=True)]
    rng.shuffle(renamed)
    before = by_unit(score(preset("liuyang"), inputs))
    after = by_unit(score(preset("liuyang"), replace(inputs, units=tuple(renamed))))
    old_names = (unit.key for unit in inputs.units)
    assert after == {name: before[old] for name, old in zip(names, old_names, strict=True)}


@periods
@given(figures=FIELDS, more=AMOUNTS)
@pytest.mark.parametrize("method", HIGHER_IS_BETTER)
def test_a_higher_figure_never_lowers_its_units_total(
    method: str, figures: Figures, more: Decimal
) -> None:
    before = score(preset("liuyang"), period(figures, methods=[method])).line("镇0").total
    (value, previous), *others = figures
    lifted = [(value + more, previous), *others]
    after = score(preset("liuyang"), period(lifted, methods=[method])).line("镇0").total
    assert before is not None
    assert after is not None
    assert after >= before


@periods
@given(votes=st.tuples(COUNTS, COUNTS, COUNTS))
def test_a_better_vote_never_lowers_the_total(votes: tuple[int, int, int]) -> None:
    best, second, last = votes
    figures = [(Decimal(400), Decimal(400))]
    if last == 0 or sum(votes) < 5:
        return
    before = score(preset("liuyang"), period(figures, votes=votes)).line("镇0").total
    better = (best + 1, second, last - 1)
    after = score(preset("liuyang"), period(figures, votes=better)).line("镇0").total
    assert before is not None
    assert after is not None
    assert after >= before


def graded(scheme: Scheme, totals: list[Decimal]) -> dict[str, str]:
    units = {f"U{number:02}": total for number, total in enumerate(totals)}
    places = competition_places({unit: (total,) for unit, total in units.items()})
    candidates = [Candidate(unit, total, places[unit]) for unit, total in units.items()]
    return grade_units(scheme, candidates, n=len(totals)).grades


@periods
@given(totals=TOTALS)
@pytest.mark.parametrize("key", preset_keys())
def test_ties_never_split_and_nobody_below_has_a_better_grade(
    key: str, totals: list[Decimal]
) -> None:
    scheme = preset(key)
    grades = graded(scheme, totals)
    ranked = sorted(((t, scheme.grade_rank(grades[f"U{i:02}"])) for i, t in enumerate(totals)))
    of_total: dict[Decimal, set[int]] = {}
    for total, rank in ranked:
        of_total.setdefault(total, set()).add(rank)
    assert all(len(ranks) == 1 for ranks in of_total.values())
    best_first = [min(of_total[total]) for total in sorted(of_total, reverse=True)]
    assert best_first == sorted(best_first)


@periods
@given(totals=st.lists(st.decimals(40, 100, places=4), min_size=1, max_size=40, unique=True))
def test_proportions_grade_everybody_and_sum_to_n(totals: list[Decimal]) -> None:
    scheme = preset("changsha")
    units = [Candidate(f"U{i}", total, 1 + sum(other > total for other in totals))
             for i, total in enumerate(totals)]  # fmt: skip
    found = grade_units(scheme, units, n=len(totals))
    counts = {grade.key: list(found.grades.values()).count(grade.key) for grade in scheme.grades}
    assert sum(found.seats.values()) == len(totals) == len(found.grades)
    assert counts == found.seats
