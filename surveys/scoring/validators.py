"""What a scheme demands of a unit's indicators: so many leaves, so much weight on key work."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from surveys.scoring.inputs import Indicator, Reading
from surveys.scoring.scheme_parts import Component

ZERO = Decimal(0)


@dataclass(frozen=True)
class Demand:
    """One demand and what was found.

    ``code``: ``leaves_wrong``, ``weights_wrong`` or ``tag_share_too_small``.
    """

    code: str
    met: bool
    found: str
    expected: str


def demands(
    component: Component, indicators: Mapping[str, Indicator], readings: Mapping[str, Reading]
) -> Iterator[Demand]:
    """What the component demands of one unit's readings, met or not."""
    if component.leaves is not None and readings:
        n = len(readings)
        wanted = str(component.leaves)
        yield Demand("leaves_wrong", n == component.leaves, str(n), wanted)
    if component.weights_sum is not None and readings:
        total = sum((weight_of(indicators[key], each) for key, each in readings.items()), ZERO)
        met = total == component.weights_sum
        yield Demand("weights_wrong", met, str(total), str(component.weights_sum))
    if component.tag_share is not None and readings:
        share = tagged_share(component, indicators, readings)
        above = component.tag_share.above
        yield Demand("tag_share_too_small", share > above, str(share), f"> {above}")


def tagged_share(
    component: Component, indicators: Mapping[str, Indicator], readings: Mapping[str, Reading]
) -> Decimal:
    """Share of the unit's weight that lies on indicators with one of the tags asked for."""
    asked = set(component.tag_share.tags) if component.tag_share else set()
    weights = {key: weight_of(indicators[key], reading) for key, reading in readings.items()}
    whole = sum(weights.values(), ZERO)
    tagged = sum((w for key, w in weights.items() if asked & set(indicators[key].tags)), ZERO)
    return tagged / whole if whole else ZERO


def weight_of(indicator: Indicator, reading: Reading) -> Decimal:
    """The unit's own weight for this indicator, else the indicator's."""
    return indicator.weight if reading.weight is None else reading.weight
