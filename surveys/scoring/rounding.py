"""The only place where points are rounded: component scores and totals, half up to 4 places.

Money, which is reckoned from a grade and never enters a score, is rounded half up to the fen.

Everything between runs in :data:`EXACT`, a Decimal context of 50 digits. A quotient such as 250/3
has no finite decimal form, so its last digit is off by at most 1e-48; :func:`_guarded` first drops
everything behind the 24th place, so that this error cannot push a true tie (…5) down.
"""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

EXACT = Context(prec=50, rounding=ROUND_HALF_EVEN)
_FOUR_PLACES = Decimal("0.0001")
_FEN = Decimal("0.01")
_GUARD = Decimal(1).scaleb(-24)


def component_points(value: Decimal) -> Decimal:
    """Round a component score (first of the two rounding points)."""
    return _half_up(value)


def total_points(value: Decimal) -> Decimal:
    """Round a total (second of the two rounding points)."""
    return _half_up(value)


def money(value: Decimal) -> Decimal:
    """Round an amount of pay half up to 0.01."""
    return _guarded(value).quantize(_FEN, rounding=ROUND_HALF_UP, context=EXACT)


def shown(value: Decimal) -> str:
    """Return a figure with four places for paper, exports and JSON; never to reckon with."""
    return format(_half_up(value), "f")


def shown_whole(value: Decimal) -> str:
    """Return all digits of an exact figure, four places or more: 0.208335, 2.0000."""
    places = max(4, -int(value.normalize(EXACT).as_tuple().exponent))
    return format(value, f".{places}f")


def _half_up(value: Decimal) -> Decimal:
    return _guarded(value).quantize(_FOUR_PLACES, rounding=ROUND_HALF_UP, context=EXACT)


def _guarded(value: Decimal) -> Decimal:
    return value.quantize(_GUARD, rounding=ROUND_HALF_EVEN, context=EXACT)
