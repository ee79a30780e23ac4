"""Group by group, as far as nobody is given away."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, localcontext
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from surveys.models import RaterGroup, ScoreRun
from surveys.publishing.small_groups import (
    SMALLEST,
    Breakdown,
    breakdown,
    breakdowns,
    counted_groups,
    inferred,
)
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.rounding import EXACT, component_points
from surveys.scoring.score_period import score_both_ways
from tests.surveys.publishing.published_figures import (
    audited,
    exposed_groups,
    published_figures,
    unmerged_figures,
)
from tests.surveys.scoring.example_county import TWIN, ExampleCounty

OPTIONS = [Decimal(points) for points in (50, 70, 85, 100)]

Group = tuple[str, str, int]
"""Points, weight, valid ballots."""


def component(groups: Sequence[Group], *, min_valid: int = 1) -> dict[str, Any]:
    """A component as a line keeps it: groups a, b, c …; those below the minimum do not count."""
    used = [group for group in groups if group[2] >= min_valid]
    with localcontext(EXACT):
        whole = sum((Decimal(weight) for _, weight, _ in used), Decimal(0))
        points = sum((Decimal(p) * Decimal(w) for p, w, _ in used), Decimal(0)) / whole
        return {
            "key": "democratic",
            "points": str(component_points(points)),
            "notes": [],
            "parts": [
                {
                    "key": "abcdefgh"[place],
                    "points": each[0],
                    "n_valid": each[2],
                    "effective_weight": str(Decimal(each[1]) / whole) if each in used else None,
                }
                for place, each in enumerate(groups)
            ],
        }


def keys(found: Breakdown) -> list[str]:
    return ["".join(part.keys) for part in found.parts]


def test_groups_with_enough_ballots_stand_apart() -> None:
    found = breakdown(component([("91", "3", 8), ("88", "2", 5)]), options=OPTIONS)
    assert (keys(found), found.merged) == (["a", "b"], False)


def test_a_small_group_stands_together_with_the_smallest_other() -> None:
    groups = [("91", ".5", 20), ("88", ".3", 7), ("60", ".2", 3)]
    found = breakdown(component(groups), options=OPTIONS)
    assert keys(found) == ["a", "bc"]
    # (.3 × 88 + .2 × 60) / .5: the component's own weights, not the ballots'.
    assert (found.parts[1].points, found.parts[1].n_valid) == (Decimal("76.8000"), 10)


def test_a_group_that_does_not_count_is_shown_nowhere() -> None:
    groups = [("91", ".5", 20), ("88", ".3", 7), ("60", ".2", 3)]
    found = breakdown(component(groups, min_valid=5), options=OPTIONS)
    assert (keys(found), found.uncounted) == (["a", "b"], ("c",))


def test_groups_that_may_be_of_one_mind_stand_together_with_another() -> None:
    groups = [("91", ".5", 20), ("100", ".3", 8), ("88", ".2", 9)]
    assert keys(breakdown(component(groups), options=OPTIONS)) == ["a", "bc"]


def test_a_small_group_with_nearly_all_the_weight_stays_hidden() -> None:
    groups = [("91", ".01", 6), ("92", ".98", 3), ("60", ".01", 30)]
    assert breakdown(component(groups), options=OPTIONS).parts == ()


def test_a_single_part_is_the_component_and_not_shown_again() -> None:
    found = breakdown(component([("91", "3", 3), ("88", "2", 4)]), options=OPTIONS)
    assert found.parts == ()


def test_what_a_committee_decided_has_no_breakdown(county: ExampleCounty, run: ScoreRun) -> None:
    line = county.line(run, TWIN)
    scheme = scheme_of(county.period)
    before = [each.component for each in breakdowns(line, scheme)]
    kept = next(each for each in line.components["lines"] if each["key"] == before[0])
    kept["notes"] = [{"code": "component_decided"}]
    assert [each.component for each in breakdowns(line, scheme)] == before[1:]


@st.composite
def components(draw: st.DrawFn) -> dict[str, Any]:
    tenths = st.integers(50, 100).map(str)
    group = st.tuples(tenths, st.sampled_from(["1", "2", "3"]), st.integers(1, 12))
    return component(draw(st.lists(group, min_size=2, max_size=6)))


@settings(max_examples=60)
@given(components())
def test_every_part_has_enough_ballots_and_all_re_add_to_the_component(
    kept: dict[str, Any],
) -> None:
    found = breakdown(kept, options=OPTIONS)
    assert all(part.n_valid >= SMALLEST for part in found.parts)
    total = sum((part.share * part.points for part in found.parts), Decimal(0))
    assert not found.parts or abs(total - Decimal(kept["points"])) < Decimal("0.0002")


@settings(max_examples=60)
@given(components())
def test_no_small_group_can_be_reckoned_from_the_parts(kept: dict[str, Any]) -> None:
    found = breakdown(kept, options=OPTIONS)
    if found.parts:
        assert not audited(kept, published_figures(kept, found)).exposed.any()
        assert not inferred(counted_groups(kept), found.parts, options=OPTIONS).exposed.any()


def test_unmerged_groups_are_exposed() -> None:
    kept = component([("91", ".5", 20), ("88", ".3", 7), ("60", ".2", 3)])
    assert audited(kept, unmerged_figures(kept)).exposed.tolist() == [True]


def test_a_pooled_mean_with_a_group_that_does_not_count_exposes_it() -> None:
    kept = component([("91", ".5", 20), ("88", ".5", 7), ("60", ".2", 3)], min_valid=5)
    first = {"a": Decimal(1)}, Decimal(91)
    pooled = {"b": Decimal(7), "c": Decimal(3)}, Decimal("79.6")
    nothing = Breakdown("democratic", (), ())
    figures = [*published_figures(kept, nothing), first, pooled]
    assert audited(kept, figures).exposed.tolist() == [True]


@pytest.mark.parametrize("min_valid", [5, 1])
def test_nothing_published_of_the_example_exposes_a_small_group(
    session: Session, county: ExampleCounty, now: datetime, min_valid: int
) -> None:
    session.execute(update(RaterGroup).values(min_valid=min_valid))
    session.expire_all()
    _, run = score_both_ways(session, period_id=county.period.id, now=now, by=county.first.id)
    n_small, n_published, n_control = exposed_groups(run.lines, scheme_of(county.period))
    assert n_small > 0
    assert (n_published, n_control) == (0, n_small)
