"""How many of n units may get a grade: not above p, in proportion a/b/c, between lo and hi."""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal


def ceiling_seats(share: Decimal, n: int) -> int:
    """不超过 p %: floor(p·n)."""
    return int((share * n).to_integral_value(ROUND_FLOOR))


def proportional_seats(shares: Sequence[Decimal], n: int) -> tuple[int, ...]:
    """按比例 a/b/c: largest remainder; equal remainders go to the larger share, then the earlier.

    ``shares`` sum to 1; the seats sum to n.
    """
    exact = [share * n for share in shares]
    seats = [int(quota.to_integral_value(ROUND_FLOOR)) for quota in exact]
    by_claim = sorted(
        range(len(shares)), key=lambda i: (exact[i] - seats[i], shares[i]), reverse=True
    )
    for index in by_claim[: n - sum(seats)]:
        seats[index] += 1
    return tuple(seats)


def band_seats(low: Decimal, high: Decimal, n: int) -> tuple[int, int] | None:
    """控制在 lo 至 hi: ceil(lo·n) … floor(hi·n); None where no whole number fits."""
    least = int((low * n).to_integral_value(ROUND_CEILING))
    most = int((high * n).to_integral_value(ROUND_FLOOR))
    return (least, most) if 0 < least <= most else None
