"""How likely a ballot's answers are from a reader, from dice, from one mark throughout."""

from dataclasses import dataclass

import numpy as np
from scipy import special

from stats.ballots import Floats
from stats.checks.factor import AnswerModel, fit_answers, log_dice
from stats.checks.view import View

MIN_BALLOTS = 50
SIMULATED = 20_000
TOGETHER = 4.0
"""Rows of one matrix ballot are not independent: their evidence counts a quarter."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """What the answers of each ballot say of care, arrays (n_ballots,).

    ``dice`` and ``straight`` are log likelihood ratios of a matrix ballot's answers, thrown or of
    one mark, against read ones, 0 for single units, and ``flat`` the p-value of a matrix ballot
    being as flat; ``surprise`` is the p-value of a single-unit
    ballot under the model of those who read, nan for a matrix.
    """

    dice: Floats
    straight: Floats
    flat: Floats
    surprise: Floats
    matrix: bool


def patterns_of(view: View, rng: np.random.Generator) -> Patterns | None:
    """Weigh every row against a one-factor model of readers; None where that means little."""
    ballots = view.ballots
    least = 2 if view.matrix else 4
    if ballots.n_items < least or ballots.n_ballots < MIN_BALLOTS:
        return None
    _, first, inverse, counts = np.unique(
        view.code, return_index=True, return_inverse=True, return_counts=True
    )
    answers = ballots.answers[first]
    model = fit_answers(answers, counts.astype(np.int64), ballots.levels)
    dice = log_dice(answers, ballots.levels) - model.log_likelihood(answers)
    if view.matrix:
        of_row = dice[inverse]
        thrown = np.bincount(ballots.ballot, weights=of_row, minlength=ballots.n_ballots) / TOGETHER
        unknown = np.full(ballots.n_ballots, np.nan)
        p = flat_pvalues(view)
        return Patterns(thrown, flatness(p), p, unknown, matrix=True)
    surprise = _surprise(model, dice, (ballots.n_items, ballots.levels), rng)[inverse]
    nothing = np.zeros(ballots.n_ballots)
    return Patterns(nothing, nothing, nothing + 1, _by_ballot(view, surprise), matrix=False)


def _surprise(
    model: AnswerModel, dice: Floats, shape: tuple[int, int], rng: np.random.Generator
) -> Floats:
    """Share of simulated readers that look as thrown, a Pareto tail beyond the 1 % mark."""
    n_items, levels = shape
    drawn = model.draw(SIMULATED, n_items, rng)
    null = np.sort(log_dice(drawn, levels) - model.log_likelihood(drawn))
    above = 1 - np.searchsorted(null, dice, side="left") / len(null)
    far = null[int(0.99 * len(null)) :]
    rate = 1 / max(float((far - far[0]).mean()), 0.1)
    tail = 0.01 * np.exp(-rate * np.maximum(dice - far[0], 0.0))
    return np.where(dice > far[0], tail, np.maximum(above, 1e-4))


def _by_ballot(view: View, rows: Floats) -> Floats:
    result = np.zeros(view.ballots.n_ballots)
    result[view.ballots.ballot] = rows
    return result


def flatness(p: Floats) -> Floats:
    """Log of the largest Bayes factor for one mark throughout that the p-values allow."""
    small = np.minimum(p, 1 / np.e)
    return np.asarray(-np.log(-np.e * small * np.log(small)) - np.maximum(p - 1 / np.e, 0.0))


def flat_pvalues(view: View) -> Floats:
    """p-value of a matrix ballot being as much of one mark, among ballots of the same main mark.

    ``-log(1 - share of the main mark)``, standardised on the bulk of ballots whose main mark is the
    same, or of all where these are few: a lenient rater's fives are no more than a ceiling.
    """
    answers = view.ballots.answers
    n, levels = view.ballots.n_ballots, view.ballots.levels
    counts = np.stack(
        [
            np.bincount(view.ballots.ballot, weights=(answers == mark).sum(axis=1), minlength=n)
            for mark in range(1, levels + 1)
        ],
        axis=1,
    )
    answered = np.maximum(counts.sum(axis=1), 1.0)
    size = -np.log(1 - counts.max(axis=1) / answered + 0.5 / answered)
    main = counts.argmax(axis=1)
    z = np.empty(n)
    for mark in range(levels):
        here = main == mark
        z[here] = _standardised(size[here], size[here] if here.sum() >= MIN_BALLOTS else size)
    return np.asarray(np.clip(special.ndtr(-z), 1e-6, 1.0), dtype=np.float64)


def _standardised(values: Floats, bulk: Floats) -> Floats:
    low, middle = np.quantile(bulk, (0.1587, 0.5)) if len(bulk) else (0.0, 1.0)
    return np.asarray((values - middle) / max(float(middle - low), 0.1), dtype=np.float64)
