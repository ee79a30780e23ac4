"""Family 6 for matrices: ballots that came together treat one unit otherwise than they should."""

from dataclasses import replace

import numpy as np
from scipy import special

from stats.ballots import Bools, Floats, Ints
from stats.checks.contexts import Context, contexts
from stats.checks.harm import harm_of
from stats.checks.homes import view_of_homes
from stats.checks.residuals import Residuals
from stats.checks.view import View
from stats.findings import Finding, NotRun
from stats.ledger import enter
from stats.permutation.dyads import Members, max_adjusted, shared_view, shuffled_within
from stats.work import Here, Work, permuted

PERMUTATIONS = 299
MIN_TOGETHER = 4
MIN_SHIFT = 0.3
MIN_LIFT = 0.2
CHECK = "context_shift"


def gatherings(
    view: View,
    residuals: Residuals,
    *,
    level: float,
    rng: np.random.Generator,
    work: Work | None = None,
) -> tuple[list[Finding], list[NotRun]]:
    """Cells of context × unit shifted beyond what exchanging raters within groups gives."""
    doors = [d for d in contexts(view.ballots) if not _is_home(view, d)]
    if not doors:
        return [], [NotRun(CHECK, "no_column", {"columns": ("net", "dev", "tb", "batch")})]
    doors = [_large(door) for door in doors]
    members = [Members(d.labels, len(d.parts)) for d in doors]
    count = [m.sums(residuals.present) for m in members]
    tested = [c >= MIN_TOGETHER for c in count]
    rho = view_of_homes(view, residuals)
    alike = [_by_home(door, view.ballots.home, rho) for door in doors]
    z = [_treatment(residuals, *cells) for cells in zip(members, count, alike, strict=True)]
    if not any(t.any() for t in tested):
        return [], [NotRun(CHECK, "too_few", {"needed": MIN_TOGETHER})]
    seen = residuals.scores, residuals.favour, residuals.present
    state = members, seen, tested, view.stratum
    maxima = np.array(permuted(work or Here(), largest, state, PERMUTATIONS, rng))
    chance = [
        np.where(ts, max_adjusted(np.abs(zs), maxima), 1.0)
        for zs, ts in zip(z, tested, strict=True)
    ]
    enter(CHECK, min(float(p.min(initial=1.0)) for p in chance))
    found = []
    for door, zs, p in zip(doors, z, chance, strict=True):
        for label, unit in np.argwhere(p <= level):
            cell = int(label), int(unit)
            finding = _finding(view, residuals, (door, *cell), (float(zs[cell]), float(p[cell])))
            if finding is not None:
                found.append(finding)
    return _clearest(found), []


def largest(
    members: list[Members],
    seen: tuple[Floats, Floats, Floats],
    tested: list[Bools],
    strata: Ints,
    rng: np.random.Generator,
) -> float:
    """Largest size of any cell when raters change places within their stratum."""
    mix = shuffled_within(strata, rng)
    scores, favour, present = (values[mix] for values in seen)
    return max(
        float(np.abs(m.treatment(scores, favour, present)[t]).max(initial=0))
        for m, t in zip(members, tested, strict=True)
    )


def _is_home(view: View, door: Context) -> bool:
    """Whether a batch is just another name for the raters' home."""
    home = view.ballots.home
    if door.name != "batch" or home is None:
        return False
    pairs = np.unique(np.column_stack([door.labels, home]), axis=0)
    return len(pairs) <= 1.2 * len(np.unique(home))


def _large(door: Context) -> Context:
    """Only the labels that enough ballots share."""
    inside = door.labels >= 0
    size = np.bincount(door.labels[inside], minlength=len(door.parts))
    keep = np.flatnonzero(size >= MIN_TOGETHER)
    place = np.full(len(door.parts) + 1, -1, dtype=np.int64)
    place[keep] = np.arange(len(keep))
    labels, parts, held = place[door.labels], door.parts[keep], door.held[keep]
    return replace(door, labels=labels, parts=parts, held=held)


def _treatment(residuals: Residuals, members: Members, count: Floats, alike: Floats) -> Floats:
    """How ballots of each context treat each unit, over what views they share make it vary.

    ``alike`` is what the homes of its ballots make of it; what else ballots of one context share,
    they show themselves.
    """
    scores, favour, present = residuals.scores, residuals.favour, residuals.present
    tested = count >= MIN_TOGETHER
    rho = shared_view(members.standardised(scores, present) / alike, count, tested)
    wider = np.sqrt(1 + np.maximum(count - 1, 0.0) * rho)
    return np.asarray(members.treatment(scores, favour, present) / (alike * wider))


def _by_home(door: Context, home: Ints | None, rho: float) -> Floats:
    """Standard errors of each label's sums where raters of one home share views, (n_labels, 1)."""
    size = np.bincount(door.labels[door.labels >= 0], minlength=len(door.parts))
    if home is None or rho == 0:
        return np.ones((len(size), 1))
    known = (door.labels >= 0) & (home >= 0)
    pairs = np.column_stack([door.labels[known], home[known]])
    found, together = np.unique(pairs, axis=0, return_counts=True)
    kin = np.bincount(found[:, 0], weights=together * (together - 1.0), minlength=len(size))
    return np.asarray(np.sqrt(1 + rho * kin / np.maximum(size, 1)))[:, None]


def _finding(
    view: View, residuals: Residuals, cell: tuple[Context, int, int], test: tuple[float, float]
) -> Finding | None:
    door, label, unit = cell
    z, p = test
    here = np.flatnonzero((door.labels == label) & (residuals.present[:, unit] > 0))
    shift = float(residuals.raw[here, unit].mean())
    if -MIN_SHIFT < shift < MIN_LIFT:
        return None
    ballots: Ints = here[np.sign(z) * residuals.scores[here, unit] > 0].astype(np.int64)
    if not len(ballots):
        return None
    rest = (residuals.present[:, unit] > 0) & (door.labels != label)
    table = view.table if view.table is not None else residuals.raw
    return Finding(
        check=CHECK,
        level="look",
        units_lifted=(unit,) if z > 0 else (),
        units_sunk=() if z > 0 else (unit,),
        homes=(),
        context=door.describe(label),
        ballots=ballots,
        statistic=z,
        pvalue=float(2 * special.ndtr(-abs(z))),
        qvalue=p,
        effect=shift,
        harm=harm_of(view, ballots, (unit,)),
        facts={
            "n": len(here),
            "n_others": int(rest.sum()),
            "expected": float("nan"),
            "mean": float(table[here, unit].mean()),
            "mean_others": float(table[rest, unit].mean()),
        },
    )


def _clearest(found: list[Finding]) -> list[Finding]:
    """One finding where several contexts hold the same ballots for the same unit."""
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda f: (f.qvalue, -abs(f.statistic))):
        target = finding.units_lifted + finding.units_sunk
        same = (k for k in kept if k.units_lifted + k.units_sunk == target)
        if all(np.isin(finding.ballots, k.ballots).mean() < 0.5 for k in same):
            kept.append(finding)
    return kept
