"""Apply a conversion to a field of units: best and worst, sums and means come from the field.

The field is one category: units are measured against those they are ranked with.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import TypeAlias

from surveys.errors import Invalid
from surveys.scoring import conversions
from surveys.scoring.inputs import Indicator, Reading
from surveys.scoring.ranking import competition_places

Field: TypeAlias = Mapping[str, Reading]
Points: TypeAlias = dict[str, Decimal | None]
Parameters: TypeAlias = Mapping[str, Decimal]


def convert_field(indicator: Indicator, field: Field) -> Points:
    """Points of every unit of a category for one indicator; None = missing or undefined.

    A reading that already carries points keeps them and is left out of the field's best, worst
    and sums. Errors: Invalid ``unknown_conversion``, ``conversion_parameters``.
    """
    ready: Points = {unit: reading.points for unit, reading in field.items()}
    raw = {unit: reading for unit, reading in field.items() if reading.points is None}
    if indicator.conversion is None or not raw:
        return ready
    converted = _mean_of_methods(indicator, indicator.conversion, raw)
    if indicator.then is not None:
        again = {
            unit: Reading(value=points, target=conversions.HUNDRED)
            for unit, points in converted.items()
        }
        converted = _apply(indicator, indicator.then, again)
    return ready | converted


def _mean_of_methods(indicator: Indicator, methods: str, field: Field) -> Points:
    """One method, or the mean of several joined by ``+``: ``share_change+avg_growth``."""
    found = [_apply(indicator, method, field) for method in methods.split("+")]
    if len(found) == 1:
        return found[0]
    return {unit: _mean_if_all([points[unit] for points in found]) for unit in field}


def _mean_if_all(points: list[Decimal | None]) -> Decimal | None:
    known = [each for each in points if each is not None]
    return _mean(known) if len(known) == len(points) else None


def _apply(indicator: Indicator, conversion: str, field: Field) -> Points:
    converter = CONVERTERS.get(conversion)
    if converter is None:
        raise Invalid("unknown_conversion", indicator=indicator.key, conversion=conversion)
    own = {
        name.removeprefix(f"{conversion}."): value
        for name, value in indicator.parameters.items()
        if "." not in name or name.startswith(f"{conversion}.")
    }
    try:
        return converter(field, own, indicator.lower_is_better)
    except TypeError as error:
        raise Invalid(
            "conversion_parameters",
            indicator=indicator.key,
            conversion=conversion,
            parameters=tuple(sorted(own)),
        ) from error


def _ratio(field: Field, parameters: Parameters, lower_is_better: bool) -> Points:
    return {
        unit: None
        if reading.value is None or reading.target is None
        else conversions.ratio(
            reading.value, reading.target, lower_is_better=lower_is_better, **parameters
        )
        for unit, reading in field.items()
    }


def _best_ratio(field: Field, parameters: Parameters, lower_is_better: bool) -> Points:
    values = _values(field)
    best = (min if lower_is_better else max)(values.values(), default=conversions.ZERO)

    def points(value: Decimal) -> Decimal | None:
        if lower_is_better:
            return conversions.best_ratio(best, value, **parameters)
        return conversions.best_ratio(value, best, **parameters)

    return _each_value(field, points)


def _range(field: Field, parameters: Parameters, lower_is_better: bool) -> Points:
    values = _values(field).values()
    if not values:
        return dict.fromkeys(field)
    bounds = (max(values), min(values)) if lower_is_better else (min(values), max(values))
    rest = dict(parameters)
    worst, best = rest.pop("worst", bounds[0]), rest.pop("best", bounds[1])
    return _each_value(field, lambda value: conversions.scaled_range(value, worst, best, **rest))


def _five_tier(field: Field, parameters: Parameters, lower_is_better: bool) -> Points:
    return _tiers(conversions.five_tier, field, parameters, lower_is_better)


def _five_tier_linear(field: Field, parameters: Parameters, lower_is_better: bool) -> Points:
    return _tiers(conversions.five_tier_linear, field, parameters, lower_is_better)


def _tiers(
    tiers: Callable[..., Decimal], field: Field, parameters: Parameters, lower_is_better: bool
) -> Points:
    # The ratio is uncapped here: the top tier begins above 1.
    shares = _ratio(field, {"cap": Decimal("1e9")}, lower_is_better)
    return {
        unit: None
        if share is None
        else tiers(
            share / conversions.HUNDRED,
            otherwise=_only(parameters, "otherwise").get("otherwise", Decimal(60)),
        )
        for unit, share in shares.items()
    }


def _rank_points(field: Field, parameters: Parameters, lower_is_better: bool) -> Points:
    sign = -1 if lower_is_better else 1
    counted = competition_places({unit: (sign * value,) for unit, value in _values(field).items()})
    places = {
        unit: counted.get(unit) if reading.place is None else reading.place
        for unit, reading in field.items()
    }
    return {
        unit: None if own is None else conversions.rank_points(own, **parameters)
        for unit, own in places.items()
    }


def _rate_bracket(field: Field, parameters: Parameters, _lower_is_better: bool) -> Points:
    given = _only(parameters, "otherwise", "adverse", "full")
    return {
        unit: None
        if reading.excellent_share is None or reading.adverse_share is None
        else conversions.rate_bracket(
            reading.excellent_share,
            reading.adverse_share,
            otherwise=given.get("otherwise", Decimal(160)),
            adverse=given.get("adverse", Decimal(130)),
            full=given.get("full", Decimal(200)),
        )
        for unit, reading in field.items()
    }


def _step(field: Field, parameters: Parameters, lower_is_better: bool) -> Points:
    rest = dict(parameters)
    sign = -1 if lower_is_better else 1
    per_unit = sign * rest.pop("points_per_unit", conversions.ONE)
    base = rest.pop("base", conversions.HUNDRED)
    values = _values(field)
    reference = rest.pop("reference", _mean(values.values()))
    return _each_value(
        field,
        lambda value: conversions.step(
            value, reference, base=base, points_per_unit=per_unit, **rest
        ),
    )


def _deduct(field: Field, parameters: Parameters, _lower_is_better: bool) -> Points:
    return {
        unit: conversions.deduct(reading.occurrences, **parameters)
        for unit, reading in field.items()
    }


def _zscore(field: Field, parameters: Parameters, lower_is_better: bool) -> Points:
    values = _values(field)
    mean = _mean(values.values())
    # The category is the whole population, so the sum is divided by n.
    sd = _mean((value - mean) ** 2 for value in values.values()).sqrt()
    sign = -1 if lower_is_better else 1
    return _each_value(
        field, lambda value: conversions.zscore(sign * value, sign * mean, sd, **parameters)
    )


def _share_change(field: Field, parameters: Parameters, _lower_is_better: bool) -> Points:
    # The set of units must be the same in both years, so a unit without both figures is left out.
    both = {
        unit: (reading.value, reading.previous)
        for unit, reading in field.items()
        if reading.value is not None and reading.previous is not None
    }
    now = sum((value for value, _ in both.values()), conversions.ZERO)
    before = sum((previous for _, previous in both.values()), conversions.ZERO)
    return {
        unit: conversions.share_change(both[unit][0], now, both[unit][1], before, **parameters)
        if unit in both
        else None
        for unit in field
    }


def _avg_growth(field: Field, parameters: Parameters, _lower_is_better: bool) -> Points:
    rest = dict(parameters)
    min_years = rest.pop("min_years", Decimal(3))
    means = {
        unit: _mean(reading.rates)
        for unit, reading in field.items()
        if len(reading.rates) >= min_years
    }
    overall = _mean(means.values())
    return {
        unit: conversions.avg_growth(means[unit], overall, **rest) if unit in means else None
        for unit in field
    }


def _values(field: Field) -> dict[str, Decimal]:
    return {unit: reading.value for unit, reading in field.items() if reading.value is not None}


def _each_value(field: Field, points: Callable[[Decimal], Decimal | None]) -> Points:
    return {
        unit: None if reading.value is None else points(reading.value)
        for unit, reading in field.items()
    }


def _mean(values: Iterable[Decimal]) -> Decimal:
    listed = tuple(values)
    return sum(listed, conversions.ZERO) / len(listed) if listed else conversions.ZERO


def _only(parameters: Parameters, *names: str) -> dict[str, Decimal]:
    unknown = set(parameters) - set(names)
    if unknown:
        raise TypeError(unknown)
    return dict(parameters)


Converter: TypeAlias = Callable[[Field, Parameters, bool], Points]

CONVERTERS: Mapping[str, Converter] = {
    "ratio": _ratio,
    "best_ratio": _best_ratio,
    "range": _range,
    "five_tier": _five_tier,
    "five_tier_linear": _five_tier_linear,
    "rank_points": _rank_points,
    "rate_bracket": _rate_bracket,
    "step": _step,
    "deduct": _deduct,
    "zscore": _zscore,
    "share_change": _share_change,
    "avg_growth": _avg_growth,
}
"""The field form of every conversion, by the same ids as ``conversions.CONVERSIONS``."""
