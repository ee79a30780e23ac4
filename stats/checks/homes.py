"""Families 8 and 10: how raters of one home treat other units, their rivals and each other."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.ballots import Bools, Floats, Ints
from stats.checks.harm import harm_of
from stats.checks.residuals import Residuals
from stats.checks.rings import SHAPES, homes_of, steps_of, sums_by_shape, third_adds
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.ledger import enter
from stats.permutation.dyads import Members, max_adjusted, shared_view, shuffled_within
from stats.work import Here, Work, permuted

PERMUTATIONS = 999
FEWER = 199
MANY_UNITS = 120
MIN_HOME = 3
MIN_RATERS = 20
MIN_SHIFT = 0.3
MIN_LIFT = 0.2
MIN_MUTUAL = 0.1
WORST_STEP = -0.1
MIN_THIRD = 3.0
"""Nats that the third home of a clique must add to its clearest pair."""

SINGLE_PART = 0.4
PARTS = {"pair": 0.25, "ring": 0.1, "clique": 0.25}
"""Parts of the family's budget."""

CHECKS = ("home_shift", "reciprocity")


@dataclass(frozen=True, eq=False)
class Dyads:
    """Home by unit.

    Parameters
    ----------
    z : array (n_homes, n_units), how home h treats unit v in standard errors, lifts by the
        clearer of marks and favour, over what views that h shares make it vary
    favour : same shape, log likelihood ratio that h lifts v, from full marks, over the same squared
    tested : same shape, where at least MIN_HOME raters of h rated v
    shift : same shape, mean residual in marks
    maxima : array (PERMUTATIONS, 1 + len(SHAPES)), largest size of z and of the sums by shape,
        when raters change homes within their group
    """

    z: Floats
    favour: Floats
    tested: Bools
    shift: Floats
    maxima: Floats


def home_checks(
    view: View,
    residuals: Residuals,
    *,
    level: float,
    rng: np.random.Generator,
    work: Work | None = None,
) -> tuple[list[Finding], list[NotRun]]:
    """Homes that lift or sink another unit, and pairs and rings that lift each other."""
    home = view.ballots.home
    if home is None:
        columns = {"columns": ("home",)}
        return [], [NotRun(check, "no_column", columns) for check in CHECKS]
    if _too_few(home):
        return [], [NotRun(check, "too_few", {"needed": MIN_HOME}) for check in CHECKS]
    dyads = _dyads(view, residuals, home, (rng, work or Here()))
    found = _rings(view, residuals, dyads, level)
    found += _single(view, residuals, dyads, level)
    return found, []


def _too_few(home: Ints) -> bool:
    sizes = np.bincount(home[home >= 0], minlength=1)
    return int(sizes.sum()) < MIN_RATERS or int(np.sum(sizes >= MIN_HOME)) < 2


def _dyads(
    view: View, residuals: Residuals, home: Ints, how: tuple[np.random.Generator, Work]
) -> Dyads:
    rng, work = how
    n_units = view.ballots.n_units
    n_homes = max(int(home.max(initial=-1)) + 1, n_units)
    members = Members(home, n_homes)
    scores, favour, present = residuals.scores, residuals.favour, residuals.present
    count = members.sums(present)
    marks = members.sums(np.where(present > 0, residuals.raw, 0.0))
    shift = np.divide(marks, count, out=np.zeros_like(marks), where=count > 0)
    tested = count >= MIN_HOME
    np.fill_diagonal(tested, False)
    z = members.treatment(scores, favour, present)
    state = members, (scores, favour, present), tested, view.stratum
    times = PERMUTATIONS if n_units <= MANY_UNITS else FEWER
    maxima = np.array(permuted(work, largest, state, times, rng))
    # People of one office may share views of many units: a single favour has to be clearer then.
    rho = view_of_homes(view, residuals)
    alike = np.sqrt(1 + np.maximum(count - 1, 0.0) * rho)
    return Dyads(z / alike, members.sums(favour) / alike**2, tested, shift, maxima)


def view_of_homes(view: View, residuals: Residuals) -> float:
    """How far raters of one home share views of other units, as a correlation; 0 without homes."""
    home = view.ballots.home
    if home is None:
        return 0.0
    members = Members(home, int(home.max(initial=-1)) + 1)
    count = members.sums(residuals.present)
    z = members.standardised(residuals.scores, residuals.present)
    return shared_view(z, count, count >= MIN_HOME)


def largest(
    members: Members,
    seen: tuple[Floats, Floats, Floats],
    tested: Bools,
    strata: Ints,
    rng: np.random.Generator,
) -> list[float]:
    """Largest size of z and of the sums by shape when raters change homes within their stratum."""
    scores, favour, present = seen
    mix = shuffled_within(strata, rng)
    treated = members.treatment(scores[mix], favour[mix], present[mix])
    sums = sums_by_shape(members.sums(favour[mix]), tested)
    size = float(np.abs(treated)[tested].max(initial=0))
    return [size, *(float(sums[shape].max(initial=0)) for shape in SHAPES)]


def _rings(view: View, residuals: Residuals, dyads: Dyads, level: float) -> list[Finding]:
    """Pairs, rings and cliques, each shape with its share of the budget, clearest first."""
    candidates: dict[tuple[str, tuple[int, ...]], tuple[float, float]] = {}
    sums = sums_by_shape(dyads.favour, dyads.tested)
    for k, shape in enumerate(SHAPES, 1):
        chance = max_adjusted(sums[shape], dyads.maxima[:, k])
        enter(f"reciprocity, {shape}", chance)
        p = np.minimum(chance / PARTS[shape], 1.0)
        for a, b in np.argwhere(p <= level):
            homes = homes_of(shape, (int(a), int(b)), dyads.favour, dyads.tested)
            if shape != "clique" or third_adds(homes, dyads.favour, dyads.tested) >= MIN_THIRD:
                candidates[shape, homes] = (float(p[a, b]), float(sums[shape][a, b]))
    found: list[Finding] = []
    seen: set[int] = set()
    for key, (p_best, z) in sorted(candidates.items(), key=lambda c: (c[1][0], -c[1][1], c[0])):
        finding = _ring(view, residuals, dyads, (*key, p_best, z))
        # Rings through homes already named mostly borrow their edges.
        if finding is not None and len(seen & set(key[1])) < 2:
            seen |= set(key[1])
            found.append(finding)
    return found


def _ring(
    view: View,
    residuals: Residuals,
    dyads: Dyads,
    test: tuple[str, tuple[int, ...], float, float],
) -> Finding | None:
    shape, ring, p, evidence = test
    steps = steps_of(shape, ring)
    shifts = tuple(float(dyads.shift[h, v]) for h, v in steps)
    if np.mean(shifts) < MIN_MUTUAL or min(shifts) <= WORST_STEP:
        return None
    parts = [members_towards(view, residuals, h, (v, 1)) for h, v in steps]
    ballots = np.unique(np.concatenate(parts))
    if not len(ballots):
        return None
    return Finding(
        check="reciprocity",
        level="look",
        units_lifted=ring,
        units_sunk=(),
        homes=ring,
        context={},
        ballots=ballots,
        statistic=float(np.sqrt(2 * evidence)),
        pvalue=float(np.exp(-evidence)),
        qvalue=p,
        effect=float(np.mean(shifts)),
        harm=harm_of(view, ballots, ring),
        facts={"shifts": shifts, "shape": shape},
    )


def _single(view: View, residuals: Residuals, dyads: Dyads, level: float) -> list[Finding]:
    chance = np.where(dyads.tested, max_adjusted(np.abs(dyads.z), dyads.maxima[:, 0]), 1.0)
    enter("home_shift", chance)
    p = np.minimum(chance / SINGLE_PART, 1.0)
    found = []
    for h, v in np.argwhere(p <= level):
        shift = float(dyads.shift[h, v])
        if -MIN_SHIFT < shift < MIN_LIFT:
            continue
        z = float(dyads.z[h, v])
        ballots = members_towards(view, residuals, int(h), (int(v), 1 if z > 0 else -1))
        if not len(ballots):
            continue
        unit = (int(v),)
        found.append(
            Finding(
                check="home_shift",
                level="look",
                units_lifted=unit if z > 0 else (),
                units_sunk=() if z > 0 else unit,
                homes=(int(h),),
                context={},
                ballots=ballots,
                statistic=z,
                pvalue=float(2 * special.ndtr(-abs(z))),
                qvalue=float(p[h, v]),
                effect=shift,
                harm=harm_of(view, ballots, unit),
                facts={
                    "n": int(np.sum((view.ballots.home == h) & (residuals.present[:, v] > 0))),
                    "own_lift": _own_lift(view, residuals, int(h)),
                },
            )
        )
    return found


def _own_lift(view: View, residuals: Residuals, home: int) -> float:
    own = residuals.own[view.ballots.home == home]
    own = own[np.isfinite(own)]
    return float(own.mean()) if len(own) else float("nan")


def members_towards(view: View, residuals: Residuals, home: int, target: tuple[int, int]) -> Ints:
    """Raters of a home whose score on the target unit lies on the side +1 or -1."""
    unit, side = target
    here = (view.ballots.home == home) & (residuals.present[:, unit] > 0)
    return np.flatnonzero(here & (side * residuals.scores[:, unit] > 0)).astype(np.int64)
