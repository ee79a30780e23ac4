"""Red, yellow and green by place, as the scheme's data say; grey where there is no figure."""

from collections import Counter
from collections.abc import Mapping
from decimal import ROUND_FLOOR
from enum import StrEnum

from surveys.scoring.scheme_parts import Colours


class Colour(StrEnum):
    """A colour of the board; pages add its word and a shape."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


def colours_by_place(places: Mapping[str, int], rule: Colours) -> dict[str, Colour]:
    """Colour of every placed unit of one field.

    ``places`` are competition places. With ``tie = "better"`` a tied block stands at its best
    place, with ``"worse"`` at its last. All grey where the field is smaller than ``min_units``.
    """
    n = len(places)
    if n < rule.min_units or rule.kind == "none":
        return dict.fromkeys(places, Colour.GREY)
    green, red = _edges(rule, n)
    sizes = Counter(places.values())
    colours = {}
    for unit, place in places.items():
        counted = place + sizes[place] - 1 if rule.tie == "worse" else place
        colours[unit] = _colour(counted, green=green, first_red=n - red + 1)
    return colours


def _edges(rule: Colours, n: int) -> tuple[int, int]:
    scale = n if rule.kind == "share" else 1
    green = int((rule.green * scale).to_integral_value(ROUND_FLOOR))
    red = int((rule.red * scale).to_integral_value(ROUND_FLOOR))
    return green, red


def _colour(place: int, *, green: int, first_red: int) -> Colour:
    if place >= first_red:
        return Colour.RED
    return Colour.GREEN if place <= green else Colour.YELLOW
