"""Family 5, second test: a crowd's ballots agree more than the unit's ballots usually do."""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats as distributions

from stats.ballots import Bools, Floats, Ints, Marks
from stats.checks.contexts import Context
from stats.checks.harm import harm_of
from stats.checks.pieces import Piece, Pieces
from stats.checks.view import View, unit_of_ballot
from stats.findings import Finding, NotRun
from stats.labels import distinct
from stats.ledger import enter
from stats.permutation.discovery import weighted_q
from stats.work import stream

CHECK = "crowd"
MIN_CROWD = 8
MIN_OTHERS = 20
MIN_EXCESS = 3.0
MIN_AGREEMENT = 1.05
POOL = 800
DRAWS = 399
AGAIN = 0.01
DOORS = ("crowd", "network", "device")


@dataclass(frozen=True, eq=False)
class Agreement:
    """One crowd: its ballots, and how far they agree.

    ``ratio`` is the mean agreement of its pairs over that with the unit's other ballots.
    """

    context: dict[str, int]
    unit: int
    ballots: Ints
    expected: float
    n_others: int
    ratio: float
    z: float
    pvalue: float


def crowd_agreement(
    pieces: Pieces, *, level: float, entropy: int
) -> tuple[list[Finding], list[NotRun]]:
    """Crowds whose ballots repeat each other, allowing for slips in single items.

    Parameters
    ----------
    pieces : the campaign
    level : the test's budget
    entropy : what the streams of the units are drawn from
    """
    ballots = pieces.view.ballots
    if ballots.n_items < 3 or ballots.network is None:
        return [], []
    told: list[list[Agreement]] = pieces.fetch(crowd_tests, pieces.alike(entropy))
    p = np.array([t.pvalue for tests in told for t in tests])
    if not len(p):
        return [], []
    adjusted = weighted_q(p)
    enter(CHECK, adjusted, p)
    q = np.split(adjusted, np.cumsum([len(tests) for tests in told])[:-1])
    reached = [k for k, part in enumerate(q) if len(part) and part.min() <= level]
    budgets = [(q[k], level, level / len(p)) for k in reached]
    chosen = [told[k] for k in reached]
    return pieces.findings(reached, crowd_findings, chosen, budgets, [entropy] * len(reached)), []


def crowd_tests(piece: Piece, entropy: int) -> list[Agreement]:
    """Test the crowds of a piece, then the networks and devices that are not inside one."""
    unit = unit_of_ballot(piece.view)
    seen = np.zeros(piece.view.ballots.n_ballots, dtype=bool)
    tests: list[Agreement] = []
    for name in DOORS:
        for door in (d for d in piece.with_crowds if d.name == name):
            tests += _tests(piece.view, (unit, seen), door, (entropy, DOORS.index(name)))
    return tests


def _tests(
    view: View, places: tuple[Ints, Bools], door: Context, seed: tuple[int, int]
) -> list[Agreement]:
    """Test every cell of a context that far more ballots came through than expected."""
    unit, seen = places
    labels = door.labels
    inside = np.flatnonzero((labels >= 0) & (unit >= 0))
    n_units = view.ballots.n_units
    keys, cell = distinct(labels[inside] * n_units + unit[inside])
    size = np.bincount(cell, minlength=len(keys))
    of_unit = np.bincount(unit[unit >= 0], minlength=n_units)
    u, label = keys % n_units, keys // n_units
    rest = of_unit[u] - size
    expected = (door.held[label] - size) * rest / np.maximum(door.n_rated - of_unit[u], 1)
    large = (size >= MIN_CROWD) & (rest >= MIN_OTHERS)
    chosen = np.flatnonzero(large & (size >= MIN_EXCESS * np.maximum(expected, 0.5)))
    row = np.zeros(view.ballots.n_ballots, dtype=np.int64)
    row[view.ballots.ballot] = np.arange(view.ballots.n_rows)
    answers = view.ballots.answers
    draws: dict[int, np.random.Generator] = {}
    found = []
    for c in chosen:
        here = inside[cell == c]
        if seen[here].mean() > 0.5:
            continue
        seen[here] = True
        of = int(u[c])
        rng = draws.setdefault(of, stream(seed[0], of, seed[1]))
        others = np.flatnonzero((unit == of) & (labels != label[c]))
        ratio, z, p = agreement_test(answers[row[here]], answers[row[others]], rng)
        counts = float(expected[c]), int(rest[c])
        context = door.describe(int(label[c]))
        found.append(Agreement(context, of, here, *counts, ratio, z, p))
    return found


def agreement_test(
    crowd: Marks, others: Marks, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Whether the answers of a crowd agree more than as many ballots of the unit would.

    Parameters
    ----------
    crowd : uint8 array of shape (n, n_items)
    others : uint8 array of shape (m, n_items), the unit's other ballots
    rng : source of randomness

    Returns
    -------
    ratio of the mean agreement within the crowd to that across, z, p-value

    Notes
    -----
    Two ballots agree by ``Σ_j [x_j = y_j] (-log p_j(x_j))``: a shared rare mark counts more. The
    statistic is the mean agreement within the crowd, plus that within the others, less twice that
    across (a maximum mean discrepancy: Gretton et al. 2012, JMLR 13:723-773). The null hands the
    crowd's place to random ballots of the unit; its tail is a Pearson III distribution with the
    mean, spread and skewness of DRAWS draws, ten times as many where it looks clear.
    """
    if len(others) > POOL:
        others = others[rng.choice(len(others), POOL, replace=False)]
    if len(crowd) > POOL // 2:
        crowd = crowd[rng.choice(len(crowd), POOL // 2, replace=False)]
    likeness = _likeness(np.concatenate([crowd, others]))
    ratio, z, p = _against_draws(likeness, len(crowd), (DRAWS, rng))
    if p < AGAIN:
        ratio, z, p = _against_draws(likeness, len(crowd), (10 * DRAWS, rng))
    return ratio, z, p


def _against_draws(
    likeness: npt.NDArray[np.float32], n: int, how: tuple[int, np.random.Generator]
) -> tuple[float, float, float]:
    """The first ``n`` ballots against as many drawn at random."""
    times, rng = how
    total = len(likeness)
    draws = np.zeros((times + 1, total), dtype=np.float32)
    draws[0, :n] = 1
    order = rng.random((times, total), dtype=np.float32).argpartition(n - 1, axis=1)[:, :n]
    np.put_along_axis(draws[1:], order, 1.0, axis=1)
    of_all = likeness.sum(axis=1, dtype=np.float64)
    inside = ((draws @ likeness) * draws).sum(axis=1, dtype=np.float64)
    touching = draws @ of_all
    rest = total - n
    within = inside / (n * (n - 1))
    across = (touching - inside) / (n * rest)
    others = (of_all.sum() - 2 * touching + inside) / (rest * (rest - 1))
    apart = within + others - 2 * across
    observed, null = float(apart[0]), apart[1:]
    skew = float(np.clip(distributions.skew(null), 0.05, 3))
    z = (observed - float(null.mean())) / max(float(null.std()), 1e-12)
    p = max(float(distributions.pearson3.sf(z, skew)), 1e-12)
    return float(within[0] / max(across[0], 1e-12)), z, p


def _likeness(answers: Marks) -> npt.NDArray[np.float32]:
    n = len(answers)
    held: list[npt.NDArray[np.float32]] = []
    weights: list[npt.NDArray[np.float32]] = []
    # Steps so wide that single precision adds a row exactly, in whatever order a machine adds.
    step = 2.0 ** np.ceil(np.log2(max(n * answers.shape[1] * np.log(n + 1.0), 1.0)) - 24)
    for column in answers.T:
        counts = np.bincount(column, minlength=256)
        marks = np.flatnonzero(counts[1:]) + 1
        weight = -np.log(counts[marks] / n)
        weights.append((np.round(weight / step) * step).astype(np.float32))
        held.append((column[:, None] == marks).astype(np.float32))
    there = np.concatenate(held, axis=1)
    total = (there * np.concatenate(weights)) @ there.T
    np.fill_diagonal(total, 0.0)
    return np.asarray(total)


def crowd_findings(
    piece: Piece, tests: list[Agreement], budget: tuple[Floats, float, float], entropy: int
) -> list[Finding]:
    """Findings about the crowds of a piece that pass.

    Parameters
    ----------
    piece : some units
    tests : their crowds
    budget : q-value of each crowd, the level they are held to, and one crowd's share of it
    entropy : what the streams of the units are drawn from
    """
    view = piece.view
    q, level, share = budget
    found: list[Finding] = []
    taken = np.zeros(view.ballots.n_ballots, dtype=bool)
    named: Counter[int] = Counter()
    for k in np.argsort(q, kind="stable"):
        test = tests[int(k)]
        if q[k] > level or test.ratio < MIN_AGREEMENT or taken[test.ballots].mean() > 0.5:
            continue
        if named[test.unit]:
            rng = stream(entropy, test.unit, len(DOORS), named[test.unit])
            if not _still_apart(view, test, taken, (share, rng)):
                continue
        taken[test.ballots] = True
        named[test.unit] += 1
        found.append(_finding(view, test, float(q[k])))
    return found


def _still_apart(
    view: View, test: Agreement, taken: Bools, how: tuple[float, np.random.Generator]
) -> bool:
    """Whether a crowd differs from the unit's ballots without those named already.

    Next to an attack every honest crowd of the unit looks different.
    """
    level, rng = how
    rows = np.flatnonzero(view.rated & (view.ballots.unit == test.unit))
    inside = np.isin(view.ballots.ballot[rows], test.ballots)
    rest = rows[~inside & ~taken[view.ballots.ballot[rows]]]
    if len(rest) < MIN_OTHERS:
        return False
    answers = view.ballots.answers
    ratio, _, p = agreement_test(answers[rows[inside]], answers[rest], rng)
    return bool(p <= level and ratio >= MIN_AGREEMENT)


def _finding(view: View, test: Agreement, q: float) -> Finding:
    unit = test.unit
    rows = np.isin(view.ballots.ballot, test.ballots)
    mean = float(view.mark[rows & view.rated].mean())
    rest = view.rated & ~rows & (view.ballots.unit == unit)
    lifted = mean >= float(view.mark[rest].mean())
    return Finding(
        check=CHECK,
        level="look",
        units_lifted=(unit,) if lifted else (),
        units_sunk=() if lifted else (unit,),
        homes=(),
        context=test.context,
        ballots=np.sort(test.ballots),
        statistic=test.z,
        pvalue=test.pvalue,
        qvalue=q,
        effect=test.ratio,
        harm=harm_of(view, test.ballots, (unit,)),
        facts={
            "n": len(test.ballots),
            "n_others": test.n_others,
            "expected": test.expected,
            "mean": mean,
            "mean_others": float(view.mark[rest].mean()),
        },
    )
