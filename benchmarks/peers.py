"""What others offer for the same file: each says which ballots it would look at, and how strongly.

All run with the settings they come with; what they do not know (units, doors) they are not told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from benchmarks.fraudar import densest_block
from stats.ballots import Ballots, Bools, Floats
from stats.examination import examine

SEED = 1


@dataclass(frozen=True, eq=False)
class Verdict:
    """What one detector says of every ballot: looked at or not, and how odd."""

    flagged: Bools
    score: Floats


@dataclass(frozen=True)
class Detector:
    """One way to look at ballots.

    ``most`` is the number of ballots beyond which its running time leaves the bounds of a
    benchmark; ``needs`` is the module it needs, imported before the clock starts.
    """

    title: str
    run: Callable[[Ballots], Verdict]
    needs: str = "numpy"
    most: int = 20_000_000


def ours(ballots: Ballots) -> Verdict:
    """The whole battery at its default level."""
    found = examine(ballots, rng=np.random.default_rng(SEED))
    return Verdict(found.flagged, found.suspicion)


def isolation_forest(ballots: Ballots) -> Verdict:
    """IsolationForest of scikit-learn on answers and time, threshold "auto"."""
    model = import_module("sklearn.ensemble").IsolationForest(random_state=SEED)
    features = features_of(ballots)
    flagged = model.fit_predict(features) < 0
    return Verdict(np.asarray(flagged), -np.asarray(model.score_samples(features)))


def local_outlier_factor(ballots: Ballots) -> Verdict:
    """LocalOutlierFactor of scikit-learn on standardised answers and time, 20 neighbours."""
    features = features_of(ballots)
    spread = np.maximum(features.std(axis=0), 1e-9)
    model = import_module("sklearn.neighbors").LocalOutlierFactor()
    flagged = model.fit_predict((features - features.mean(axis=0)) / spread) < 0
    return Verdict(np.asarray(flagged), -np.asarray(model.negative_outlier_factor_))


def insufficient_effort(ballots: Ballots) -> Verdict:
    """The screen of insufficient-effort: eleven indices, flagged by two of them or more."""
    ier: Any = import_module("ier")
    answers = answers_of(ballots)
    options = ier.IndexOptions(scale_min=1, scale_max=ballots.levels)
    screened: dict[str, Any] = ier.screen(answers, options=options)
    count = np.asarray(screened["flag_counts"], dtype=np.float64)
    return Verdict(np.asarray(screened["consensus_flags"], dtype=bool), count)


def fraudar(ballots: Ballots) -> Verdict:
    """Densest block of networks and units, or in a matrix of raters and units they mark highest."""
    single = ballots.n_rows == ballots.n_ballots
    if single and ballots.network is not None:
        edges = np.flatnonzero(ballots.network[ballots.ballot] >= 0)
        source = ballots.network[ballots.ballot[edges]]
    else:
        edges = np.flatnonzero((ballots.answers == ballots.levels).any(axis=1))
        source = ballots.ballot[edges]
    inside = densest_block(source, ballots.unit[edges])
    flagged = np.zeros(ballots.n_ballots, dtype=bool)
    flagged[ballots.ballot[edges[inside]]] = True
    return Verdict(flagged, flagged.astype(np.float64))


def answers_of(ballots: Ballots) -> Floats:
    """All answers of a ballot side by side, nan where there is none: (n_ballots, n_cells)."""
    matrix = ballots.n_rows > ballots.n_ballots
    width = ballots.n_units if matrix else 1
    cells = np.full((ballots.n_ballots, width, ballots.n_items), np.nan)
    place = ballots.unit if matrix else np.zeros(ballots.n_rows, dtype=np.int64)
    cells[ballots.ballot, place] = np.where(ballots.answers > 0, ballots.answers, np.nan)
    return cells.reshape(ballots.n_ballots, -1)


def features_of(ballots: Ballots) -> Floats:
    """Answers, the missing ones by their column's median, and the log of the time."""
    answers = answers_of(ballots)
    usual = np.nanmedian(answers[:200_000], axis=0)
    answers = np.where(np.isfinite(answers), answers, usual)
    if ballots.seconds is None:
        return answers
    seconds = np.nan_to_num(ballots.seconds, nan=float(np.nanmedian(ballots.seconds)))
    return np.column_stack([answers, np.log(np.maximum(seconds, 1.0))])


DETECTORS = {
    "gongping": Detector("Gongping, the whole battery", ours),
    "isolation_forest": Detector("IsolationForest", isolation_forest, "sklearn.ensemble"),
    "lof": Detector("LocalOutlierFactor", local_outlier_factor, "sklearn.neighbors", most=100_000),
    "insufficient_effort": Detector("insufficient-effort, screen", insufficient_effort, "ier"),
    "fraudar": Detector("FRAUDAR, plain", fraudar),
}
PACKAGES = {"sklearn": "scikit-learn", "ier": "insufficient-effort"}


def missing_packages() -> list[str]:
    """Names of the packages that the comparison lacks."""
    return [name for module, name in PACKAGES.items() if find_spec(module) is None]
