"""From a raw figure to points, one pure function per method of the regulation.

Each takes the figures of one unit and gives points (0 to 100 unless its cap says otherwise), or
None where the method is undefined for these figures: an undefined figure is never zero points.
:mod:`surveys.scoring.converting` applies them to a whole field of units.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise

ZERO = Decimal(0)
ONE = Decimal(1)
HUNDRED = Decimal(100)

FIVE_TIERS: tuple[tuple[Decimal, Decimal], ...] = (
    (Decimal("1.10"), Decimal(100)),
    (Decimal("1.00"), Decimal(90)),
    (Decimal("0.90"), Decimal(80)),
    (Decimal("0.80"), Decimal(70)),
)
RATE_BRACKETS: tuple[tuple[Decimal, Decimal], ...] = (
    (Decimal("0.90"), Decimal(200)),
    (Decimal("0.80"), Decimal(190)),
    (Decimal("0.70"), Decimal(180)),
    (Decimal("0.60"), Decimal(170)),
)


def ratio(
    value: Decimal, target: Decimal, *, cap: Decimal = ONE, lower_is_better: bool = False
) -> Decimal | None:
    """比例折算: min(max(x/T, 0), cap)·100; where lower is better, T/x.

    A target of zero or less has no ratio. Where lower is better, x ≤ 0 earns the cap.
    """
    if target <= 0:
        return None
    if lower_is_better:
        return (cap if value <= 0 else min(target / value, cap)) * HUNDRED
    return min(max(value / target, ZERO), cap) * HUNDRED


def best_ratio(value: Decimal, best: Decimal) -> Decimal | None:
    """按第一名折算: max(x, 0)/x_best·100 (瑞安 2012: own ÷ first-ranked × full marks)."""
    return None if best <= 0 else max(value, ZERO) / best * HUNDRED


def scaled_range(
    value: Decimal,
    worst: Decimal,
    best: Decimal,
    *,
    low: Decimal = Decimal(60),
    high: Decimal = HUNDRED,
) -> Decimal:
    """功效系数法: L + (x − x_lo)/(x_hi − x_lo)·(H − L), kept between 0 and H; x_hi = x_lo gives H.

    ``worst`` and ``best`` are those of the category, or fixed 不允许值 and 满意值. Where lower is
    better, ``worst`` is simply the larger figure.
    """
    if best == worst:
        return high
    return min(max(low + (value - worst) / (best - worst) * (high - low), ZERO), high)


def five_tier(
    share: Decimal,
    *,
    tiers: Sequence[tuple[Decimal, Decimal]] = FIVE_TIERS,
    otherwise: Decimal = Decimal(60),
) -> Decimal:
    """五档折算: points of the first bound reached (x/T ≥ 1.10, 1.00, 0.90, 0.80), else 60."""
    return next((points for bound, points in tiers if share >= bound), otherwise)


def five_tier_linear(
    share: Decimal,
    *,
    tiers: Sequence[tuple[Decimal, Decimal]] = FIVE_TIERS,
    otherwise: Decimal = Decimal(60),
) -> Decimal:
    """五档折算，档内线性: straight lines between the bounds, flat beyond the outer ones."""
    if share >= tiers[0][0]:
        return tiers[0][1]
    for (upper, above), (lower, below) in pairwise(tiers):
        if share >= lower:
            return below + (share - lower) / (upper - lower) * (above - below)
    return otherwise


def rank_points(place: int, *, first: Decimal = HUNDRED, step: Decimal = Decimal(2)) -> Decimal:
    """按排名赋分: first − (place − 1)·step, not below 0 (瑞安: 2 % of full marks a place)."""
    return max(first - (place - 1) * step, ZERO)


def rate_bracket(
    excellent_share: Decimal,
    adverse_share: Decimal,
    *,
    brackets: Sequence[tuple[Decimal, Decimal]] = RATE_BRACKETS,
    otherwise: Decimal = Decimal(160),
    adverse: Decimal = Decimal(130),
    full: Decimal = Decimal(200),
) -> Decimal:
    """得票率分段: points of the bracket of the 优秀 share, as a percentage of full marks.

    The adverse test comes first: (基本称职 + 不称职) ≥ 1/3 gives ``adverse`` whatever the rest.
    瑞安: ≥ 90 % → 200, ≥ 80 → 190, ≥ 70 → 180, ≥ 60 → 170, else 160; adverse 130; of 200.
    """
    # 3·share ≥ 1 rather than share ≥ 1/3: a third has no exact decimal form. Shares of counts
    # end at 50 digits, so a true third may fall short by one unit in the last place.
    if adverse_share * 3 >= ONE - Decimal("1e-24"):
        points = adverse
    else:
        points = five_tier(excellent_share, tiers=brackets, otherwise=otherwise)
    return points / full * HUNDRED


def step(
    value: Decimal,
    reference: Decimal,
    *,
    base: Decimal,
    points_per_unit: Decimal,
    unit: Decimal = ONE,
    low: Decimal = ZERO,
    high: Decimal = HUNDRED,
) -> Decimal:
    """每增减一单位加减分: base + k·(x − x0)/unit, kept between ``low`` and ``high``."""
    return min(max(base + points_per_unit * (value - reference) / unit, low), high)


def deduct(occurrences: Iterable[tuple[int, Decimal]], *, full: Decimal = HUNDRED) -> Decimal:
    """扣分制: full − Σ n_i·d_i, not below 0."""
    return max(full - sum((count * each for count, each in occurrences), ZERO), ZERO)


def zscore(
    value: Decimal,
    mean: Decimal,
    sd: Decimal,
    *,
    centre: Decimal = Decimal(80),
    spread: Decimal = Decimal(5),
) -> Decimal:
    """标准分: m + s·(x − mean)/sd, kept between 0 and 100; sd = 0 gives m."""
    if sd == 0:
        return centre
    return min(max(centre + spread * (value - mean) / sd, ZERO), HUNDRED)


def share_change(
    value: Decimal, field_total: Decimal, previous: Decimal, previous_total: Decimal
) -> Decimal | None:
    """份额变动指数: (x_t/Σx_t)/(x_t−1/Σx_t−1)·100; undefined for a base of zero or less."""
    if previous <= 0 or previous_total <= 0 or field_total <= 0:
        return None
    return (value * previous_total) / (field_total * previous) * HUNDRED


def avg_growth(own: Decimal, field: Decimal) -> Decimal | None:
    """平均增长指数: (1 + ḡ_i)/(1 + ḡ)·100; undefined where the field lost everything.

    ``own`` is the mean of the unit's yearly growth rates (three or more), ``field`` the unweighted
    mean of those means. With one year and the size-weighted mean it equals :func:`share_change`.
    """
    return None if field <= -1 else (ONE + own) / (ONE + field) * HUNDRED


CONVERSIONS: Mapping[str, Callable[..., Decimal | None]] = {
    "ratio": ratio,
    "best_ratio": best_ratio,
    "range": scaled_range,
    "five_tier": five_tier,
    "five_tier_linear": five_tier_linear,
    "rank_points": rank_points,
    "rate_bracket": rate_bracket,
    "step": step,
    "deduct": deduct,
    "zscore": zscore,
    "share_change": share_change,
    "avg_growth": avg_growth,
}
"""All conversions by the id that schemes and indicators name."""
