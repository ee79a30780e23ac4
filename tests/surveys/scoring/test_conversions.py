"""Every conversion by hand, at its edges."""

from decimal import Decimal

import pytest

from surveys.errors import Invalid
from surveys.scoring import conversions
from surveys.scoring.components import indicator_means
from surveys.scoring.conversions import CONVERSIONS
from surveys.scoring.converting import CONVERTERS, convert_field
from surveys.scoring.inputs import Indicator, Reading
from surveys.scoring.rounding import EXACT, shown
from tests.surveys.scoring.worked_example import expected

D = Decimal


def indicator(conversion: str, then: str | None = None, **more: object) -> Indicator:
    parameters = {key: D(str(value)) for key, value in more.items() if key != "lower_is_better"}
    lower = bool(more.get("lower_is_better", False))
    return Indicator("x", D(1), conversion, parameters, lower_is_better=lower, then=then)


def values(*figures: str) -> dict[str, Reading]:
    return {str(i): Reading(value=D(figure)) for i, figure in enumerate(figures)}


def test_both_forms_have_the_same_ids() -> None:
    assert set(CONVERSIONS) == set(CONVERTERS)


@pytest.mark.parametrize(
    ("value", "target", "points"), [("90", "100", 90), ("120", "100", 100), ("-5", "100", 0)]
)
def test_a_ratio_is_kept_between_zero_and_its_cap(value: str, target: str, points: int) -> None:
    assert conversions.ratio(D(value), D(target)) == points


def test_a_ratio_may_count_over_fulfilment() -> None:
    assert conversions.ratio(D(33), D(30), cap=D("1.2")) == 110


def test_a_ratio_where_lower_is_better_is_turned_over() -> None:
    assert conversions.ratio(D(50), D(40), lower_is_better=True) == 80
    assert conversions.ratio(D(0), D(40), lower_is_better=True) == 100


def test_a_ratio_without_a_positive_target_is_undefined() -> None:
    assert conversions.ratio(D(50), D(0)) is None


def test_best_ratio_measures_against_the_first() -> None:
    assert convert_field(indicator("best_ratio"), values("40", "50")) == {"0": 80, "1": 100}
    lower = indicator("best_ratio", lower_is_better=True)
    assert convert_field(lower, values("40", "50")) == {"0": 100, "1": 80}


def test_range_stretches_the_field_from_60_to_100() -> None:
    assert convert_field(indicator("range"), values("10", "15", "20")) == {
        "0": 60,
        "1": 80,
        "2": 100,
    }


def test_range_turns_over_where_lower_is_better() -> None:
    lower = indicator("range", lower_is_better=True)
    assert convert_field(lower, values("10", "20")) == {"0": 100, "1": 60}


def test_range_gives_everybody_full_points_where_all_are_equal() -> None:
    assert convert_field(indicator("range"), values("7", "7")) == {"0": 100, "1": 100}


def test_range_takes_fixed_bounds() -> None:
    fixed = indicator("range", worst=0, best=10)
    assert convert_field(fixed, values("5", "20")) == {"0": 80, "1": 100}


@pytest.mark.parametrize(
    ("share", "points"),
    [("1.10", 100), ("1.0999", 90), ("1.00", 90), ("0.90", 80), ("0.80", 70), ("0.7999", 60)],
)
def test_five_tiers_are_closed_below(share: str, points: int) -> None:
    assert conversions.five_tier(D(share)) == points


def test_points_fall_by_a_step_for_each_place_and_not_below_zero() -> None:
    assert [conversions.rank_points(place) for place in (1, 2, 60)] == [100, 98, 0]


def test_places_come_from_the_field_with_ties_at_the_better_place() -> None:
    assert convert_field(indicator("rank_points", step=10), values("5", "5", "3")) == {
        "0": 100,
        "1": 100,
        "2": 80,
    }


@pytest.mark.parametrize(
    ("excellent", "adverse", "points"),
    [
        ("0.90", "0", 200),
        ("0.8999", "0", 190),
        ("0.7", "0", 180),
        ("0.6", "0", 170),
        ("0", "0", 160),
    ],
)
def test_rate_brackets_are_a_share_of_200_marks(excellent: str, adverse: str, points: int) -> None:
    assert conversions.rate_bracket(D(excellent), D(adverse)) == D(points) / 2


def test_the_adverse_test_comes_before_the_brackets() -> None:
    third = EXACT.divide(D(7), D(21))
    assert conversions.rate_bracket(D("0.95"), third) == 65


def test_each_unit_above_the_reference_moves_the_points_within_bounds() -> None:
    points = conversions.step(D(47), D(45), base=D(100), points_per_unit=D("-0.5"))
    assert points == 99


def test_deductions_by_occurrence_stop_at_zero() -> None:
    assert conversions.deduct([(3, D(2)), (1, D("0.5"))]) == D("93.5")
    assert conversions.deduct([(300, D(2))]) == 0


def test_a_standard_score_has_the_given_centre_and_spread() -> None:
    assert convert_field(indicator("zscore"), values("1", "3")) == {"0": 75, "1": 85}


def test_a_field_without_spread_gets_the_centre() -> None:
    assert convert_field(indicator("zscore"), values("3", "3")) == {"0": 80, "1": 80}


def test_a_share_of_an_empty_base_is_undefined_not_zero() -> None:
    field = {"0": Reading(value=D(5), previous=D(0)), "1": Reading(value=D(5), previous=D(5))}
    assert convert_field(indicator("share_change"), field)["0"] is None


def test_average_growth_needs_three_years() -> None:
    field = {"0": Reading(rates=(D("0.1"),)), "1": Reading(rates=(D("0.1"), D("0.2"), D("0.3")))}
    assert convert_field(indicator("avg_growth"), field) == {"0": None, "1": 100}


@pytest.mark.parametrize("name", ["地区生产总值", "地方级财政收入"])
def test_the_published_indices_come_out_to_four_places(name: str) -> None:
    sheet = expected("changchun")
    given = sheet["inputs"]
    field = {
        unit: Reading(value=D(now), previous=D(before), rates=tuple(map(D, rates.split())))
        for unit, now, before, rates in zip(
            given["units"],
            given["cur"][name].split(),
            given["prev"][name].split(),
            given["growth_rates"][name],
            strict=True,
        )
    }
    share = convert_field(indicator("share_change"), field)
    growth = convert_field(indicator("avg_growth"), field)
    found = {
        unit: {"SCI": shown(share[unit] or D(-1)), "AGI": shown(growth[unit] or D(-1))}
        for unit in field
    }
    published = {
        unit: {index: figures[index] for index in ("SCI", "AGI")}
        for unit, figures in sheet["index"][name].items()
    }
    assert found == published


def test_an_index_can_be_stretched_over_the_field() -> None:
    field = {
        "0": Reading(value=D(12), previous=D(10)),
        "1": Reading(value=D(10), previous=D(10)),
        "2": Reading(value=D(11), previous=D(10)),
    }
    points = convert_field(indicator("share_change", then="range"), field)
    assert {unit: shown(of_unit or D(-1)) for unit, of_unit in points.items()} == {
        "0": "100.0000",
        "1": "60.0000",
        "2": "80.0000",
    }


def test_a_quarter_is_the_weighted_mean_of_its_indicators_inside_each_category() -> None:
    tax, safety = Indicator("tax", D("0.6"), "range"), Indicator("safety", D("0.4"))
    readings = {
        "a": {"tax": Reading(value=D(10)), "safety": Reading(points=D(90))},
        "b": {"tax": Reading(value=D(20))},
        "c": {"tax": Reading(value=D(5)), "safety": Reading(points=D(50))},
    }
    found = indicator_means(
        (tax, safety), categories={"a": "T1", "b": "T1", "c": "T2", "d": "T2"}, readings=readings
    )
    assert found == {"a": D(72), "b": D(100), "c": D(80), "d": None}


def test_points_that_are_ready_are_kept() -> None:
    field = {"0": Reading(points=D(77)), "1": Reading(value=D(10)), "2": Reading(value=D(20))}
    assert convert_field(indicator("range"), field) == {"0": 77, "1": 60, "2": 100}


@pytest.mark.parametrize("conversion", sorted(set(CONVERTERS) - {"deduct"}))
def test_a_missing_figure_is_never_zero_points(conversion: str) -> None:
    assert convert_field(indicator(conversion), {"0": Reading()}) == {"0": None}


def test_an_unknown_conversion_is_refused() -> None:
    with pytest.raises(Invalid, match="unknown_conversion"):
        convert_field(indicator("magic"), values("1"))


@pytest.mark.parametrize("conversion", sorted(CONVERTERS))
def test_an_unknown_parameter_is_refused(conversion: str) -> None:
    full = Reading(
        value=D(1),
        target=D(1),
        previous=D(1),
        rates=(D(0), D(0), D(0)),
        excellent_share=D(1),
        adverse_share=D(0),
    )
    with pytest.raises(Invalid, match="conversion_parameters"):
        convert_field(indicator(conversion, nonsense=1), {"0": full})
