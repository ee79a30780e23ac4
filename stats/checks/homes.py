"""Families 8 and 10: how raters of one home treat other units, their rivals and each other."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.ballots import Bools, Floats, Ints
from stats.checks.harm import harm_of
from stats.checks.residuals import Residuals
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.permutation.dyads import Members, max_adjusted, shuffled_within

PERMUTATIONS = 999
MIN_HOME = 3
MIN_RATERS = 20
MIN_SHIFT = 0.3
CHECKS = ("home_shift", "reciprocity")


@dataclass(frozen=True, eq=False)
class Dyads:
    """Home by unit.

    Parameters
    ----------
    z : array (n_homes, n_units), home h on unit v; 0 where untested and on the diagonal
    tested : same shape, where at least MIN_HOME raters of h rated v
    shift : same shape, mean residual in marks
    single : adjusted p of the size of z over all dyads
    mutual : array (n_units, n_units), adjusted p of (z_hv + z_vh) / sqrt 2 over all pairs
    """

    z: Floats
    tested: Bools
    shift: Floats
    single: Floats
    mutual: Floats


def home_checks(
    view: View, residuals: Residuals, *, level: float, rng: np.random.Generator
) -> tuple[list[Finding], list[NotRun]]:
    """Homes that lift or sink another unit, and pairs that lift each other."""
    home = view.ballots.home
    if home is None:
        columns = {"columns": ("home",)}
        return [], [NotRun(check, "no_column", columns) for check in CHECKS]
    if _too_few(home):
        return [], [NotRun(check, "too_few", {"needed": MIN_HOME}) for check in CHECKS]
    dyads = _dyads(view, residuals, home, rng)
    found = _mutual(view, residuals, dyads, level) + _single(view, residuals, dyads, level)
    return found, []


def _too_few(home: Ints) -> bool:
    sizes = np.bincount(home[home >= 0], minlength=1)
    return int(sizes.sum()) < MIN_RATERS or int(np.sum(sizes >= MIN_HOME)) < 2


def _dyads(view: View, residuals: Residuals, home: Ints, rng: np.random.Generator) -> Dyads:
    n_units = view.ballots.n_units
    n_homes = max(int(home.max(initial=-1)) + 1, n_units)
    members = Members(home, n_homes)
    z = members.standardised(residuals.scores, residuals.present)
    there = np.where(residuals.present > 0, residuals.raw, 0.0)
    order_n = _counts(home, residuals.present, n_homes)
    shift = np.divide(
        _counts(home, there, n_homes), order_n, out=np.zeros_like(z), where=order_n > 0
    )
    tested = order_n >= MIN_HOME
    np.fill_diagonal(tested, False)
    both = tested[:n_units] & tested[:n_units].T
    maxima = np.empty((PERMUTATIONS, 2))
    for b in range(PERMUTATIONS):
        mix = shuffled_within(view.stratum, rng)
        permuted = members.standardised(residuals.scores[mix], residuals.present[mix])
        maxima[b, 0] = np.abs(permuted[tested]).max(initial=0)
        maxima[b, 1] = (_sum_both(permuted)[both]).max(initial=0)
    single = np.where(tested, max_adjusted(np.abs(z), maxima[:, 0]), 1.0)
    mutual = np.where(both, max_adjusted(_sum_both(z), maxima[:, 1]), 1.0)
    return Dyads(z, tested, shift, single, mutual)


def _sum_both(z: Floats) -> Floats:
    """Z of the one on the other and back, for homes that are rated themselves."""
    square = z[: z.shape[1]]
    return square + square.T


def _counts(home: Ints, values: Floats, n_homes: int) -> Floats:
    result = np.zeros((n_homes, values.shape[1]))
    at_home = home >= 0
    np.add.at(result, home[at_home], values[at_home])
    return result


def _mutual(view: View, residuals: Residuals, dyads: Dyads, level: float) -> list[Finding]:
    pairs = np.argwhere(np.triu(dyads.mutual <= level, 1))
    found = []
    for a, b in pairs:
        shifts = dyads.shift[a, b], dyads.shift[b, a]
        if min(shifts) < MIN_SHIFT or min(dyads.z[a, b], dyads.z[b, a]) < 1:
            continue
        ballots = np.union1d(
            _members(view, residuals, int(a), (int(b), 1)),
            _members(view, residuals, int(b), (int(a), 1)),
        )
        z = float(dyads.z[a, b] + dyads.z[b, a]) / np.sqrt(2)
        units = (int(a), int(b))
        found.append(
            Finding(
                check="reciprocity",
                level="look",
                units_lifted=units,
                units_sunk=(),
                homes=units,
                context={},
                ballots=ballots,
                statistic=z,
                pvalue=float(special.ndtr(-z)),
                qvalue=float(dyads.mutual[a, b]),
                effect=float(min(shifts)),
                harm=harm_of(view, ballots, units),
                facts={"shift_there": float(shifts[0]), "shift_back": float(shifts[1])},
            )
        )
    return found


def _single(view: View, residuals: Residuals, dyads: Dyads, level: float) -> list[Finding]:
    found = []
    for h, v in np.argwhere(dyads.single <= level):
        shift = float(dyads.shift[h, v])
        if abs(shift) < MIN_SHIFT:
            continue
        z = float(dyads.z[h, v])
        ballots = _members(view, residuals, int(h), (int(v), 1 if z > 0 else -1))
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
                qvalue=float(dyads.single[h, v]),
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


def _members(view: View, residuals: Residuals, home: int, target: tuple[int, int]) -> Ints:
    """Raters of a home whose score on the target lies on the finding's side."""
    unit, side = target
    here = (view.ballots.home == home) & (residuals.present[:, unit] > 0)
    return np.flatnonzero(here & (side * residuals.scores[:, unit] > 0)).astype(np.int64)
