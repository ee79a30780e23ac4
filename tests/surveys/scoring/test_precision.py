"""What a campaign can promise before anybody has voted."""

from datetime import datetime
from decimal import Decimal

import numpy as np
import pytest
from sqlalchemy.orm import Session

from stats.planning.precision import half_width
from surveys.models import Campaign, CampaignKind, RaterGroup, Target, Unit
from surveys.scoring.precision import (
    Asked,
    Assumptions,
    asked_of,
    clique_shift,
    precision,
)
from surveys.scoring.scheme_parts import Trim
from tests.small_county import build_small_county


def group(number: int, weight: str, *, kind: CampaignKind = CampaignKind.DEMOCRATIC) -> RaterGroup:
    campaign = Campaign(kind=kind)
    return RaterGroup(
        id=number, code=str(number), weight=Decimal(weight), open_code=False, campaign=campaign
    )


def asked(*sizes: tuple[int, ...], trim: Trim | None = None) -> Asked:
    groups = tuple(group(k + 1, weight) for k, weight in enumerate(("0.6", "0.4")))
    units: dict[Target, tuple[int, ...]] = {
        Unit(code=f"u{k}"): of_unit for k, of_unit in enumerate(sizes)
    }
    return Asked(groups, units, trim, (0.2, 0.3))


HALF = Assumptions({1: 0.5, 2: 0.5}, spread=10.0, usual=80.0, difference=3.0, clique=4)


def test_the_width_is_that_of_the_weighted_groups() -> None:
    # .6² · 100 / 20 · ½ + .4² · 100 / 50 · ½ = .9 + .16; 1.95996 · √1.06.
    assert precision(asked((40, 100)), HALF).half_width == pytest.approx(2.018, abs=1e-3)


def test_a_group_that_is_not_asked_hands_on_its_weight() -> None:
    found = precision(asked((40, 0)), HALF)
    assert found.half_width == pytest.approx(half_width(20, spread=10.0, population=40))
    assert [each.weight for each in found.groups] == [1.0]


def test_the_middle_unit_is_typical_and_the_smallest_has_the_widest_interval() -> None:
    plan = asked((40, 100), (10, 20), (60, 120))
    found = precision(plan, HALF)
    assert plan.typical == (40, 100)
    assert found.widest[0].code == "u1"
    assert found.widest[1] > found.half_width


def test_more_turnout_never_widens_the_interval() -> None:
    widths = [half for _, half in precision(asked((40, 100)), HALF).curve]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] == 0.0


def test_in_the_total_only_the_components_share_counts() -> None:
    found = precision(asked((40, 100)), HALF)
    assert found.in_total == pytest.approx((0.2 * found.half_width, 0.3 * found.half_width))


def test_smaller_differences_need_more_ballots_up_to_all_who_are_asked() -> None:
    ladder = precision(asked((40, 100)), HALF).ladder
    ballots = [rung.ballots for rung in ladder]
    assert [rung.difference for rung in ladder] == [0.5, 1.0, 2.0, 3.0, 5.0]
    assert ballots == sorted(ballots, reverse=True)
    assert ballots[0] <= 140


def test_citizens_stand_for_others_so_no_turnout_is_complete() -> None:
    citizens = group(1, "1", kind=CampaignKind.RECOGNITION)
    plan = Asked((citizens,), {Unit(code="u"): (50,)}, None, None)
    found = precision(plan, Assumptions({1: 1.0}, spread=10.0))
    assert found.half_width == pytest.approx(half_width(50, spread=10.0))
    assert not found.ladder[0].enough or found.ladder[0].ballots > 50
    assert found.in_total is None


def test_a_clique_moves_the_score_by_its_share_of_the_groups_weight() -> None:
    first = precision(asked((40, 100)), HALF).groups[0]
    # 4 of 20 ballots at 0 instead of 80, and at 100; the group weighs .6.
    assert first.down == pytest.approx(-0.6 * 4 / 20 * 80, rel=0.03)
    assert first.up == pytest.approx(0.6 * 4 / 20 * 20, rel=0.1)


def test_dropping_the_ends_takes_most_of_a_small_clique_away() -> None:
    trim = Trim(share=Decimal("0.1"), n_from=10)
    plain, trimmed = (
        clique_shift(asked((200, 100), trim=each), HALF, 100, 0.0) for each in (None, trim)
    )
    assert abs(trimmed) < abs(plain) / 3


def test_a_clique_larger_than_the_group_is_the_group() -> None:
    assert clique_shift(asked((4, 10)), HALF, 3, 0.0) == -80.0


def test_the_groups_parts_in_the_uncertainty_add_up_to_one() -> None:
    found = precision(asked((40, 100)), HALF)
    assert sum(each.variance_share for each in found.groups) == pytest.approx(1.0)
    assert found.groups[0].variance_share == pytest.approx(0.9 / 1.06)


def test_who_is_asked_comes_from_the_sizes_of_the_groups(session: Session, now: datetime) -> None:
    county = build_small_county(session, now=now, frozen=False)
    county.staff.size, county.citizens.size = 7, 30
    session.flush()
    found = asked_of(session, county.campaign)
    assert found is not None
    assert np.array(list(found.by_unit.values())).sum() > 0
    assert set(found.by_unit) <= set(county.units)


def test_without_sizes_there_is_no_plan(session: Session, now: datetime) -> None:
    county = build_small_county(session, now=now, frozen=False)
    for each in county.campaign.groups:
        each.size = 0
        each.planned_sizes = []
    session.flush()
    assert asked_of(session, county.campaign) is None


def test_in_a_reverse_evaluation_there_is_nothing_to_plan(session: Session, now: datetime) -> None:
    county = build_small_county(session, now=now, frozen=False)
    county.campaign.kind = CampaignKind.REVERSE
    assert asked_of(session, county.campaign) is None


def test_unequal_weights_make_ballots_count_for_fewer() -> None:
    # 20 ballots share .6 and 50 share .4: 1 / (.36 / 20 + .16 / 50).
    found = precision(asked((40, 100)), HALF)
    assert found.ballots == 70
    assert found.effective == pytest.approx(47.17, abs=0.01)
