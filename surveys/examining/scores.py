"""Mean marks per unit and rater group, with intervals, ranks and the effect of the findings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from stats.ballots import Ballots, Bools, Floats, Ints
from stats.estimates.campaign_scores import (
    CampaignScores,
    campaign_scores,
    robust_scores,
    unit_rows,
)
from stats.examination import Examination
from surveys.examining.files import FileBallots

ALL_GROUPS = "*"
HEADER = (
    "unit",
    "group",
    "n",
    "n_used",
    "mean",
    "robust",
    "low",
    "high",
    "without_flagged",
    "rank",
    "rank_low",
    "rank_high",
    "robust_without_flagged",
)


@dataclass(frozen=True, eq=False)
class Part:
    """Scores among some of the ballots, with all of them and without the flagged ones."""

    group: str
    scores: CampaignScores
    without: Floats
    robust_without: Floats
    n_without: Ints


def score_rows(
    ballots: FileBallots, examination: Examination, *, seed: int
) -> Iterator[Sequence[object]]:
    """Rows of ``scores.csv``: every unit in all groups (``*``), then group by group."""
    yield HEADER
    arrays = ballots.ballots
    parts = [(ALL_GROUPS, np.ones(arrays.n_rows, dtype=np.bool_))]
    if len(ballots.group_names) > 1:
        parts += [(name, arrays.group == g) for g, name in enumerate(ballots.group_names)]
    for k, (name, chosen) in enumerate(parts):
        rng = np.random.default_rng([seed, k])
        yield from _rows(ballots, _part(arrays, examination, (name, chosen), rng))


def _part(
    ballots: Ballots, examination: Examination, part: tuple[str, Bools], rng: np.random.Generator
) -> Part:
    name, chosen = part
    kept = chosen & ~examination.flagged[ballots.ballot]
    without = unit_rows(ballots, kept)
    return Part(
        group=name,
        scores=campaign_scores(ballots, chosen, rng=rng),
        without=without.means(without.mark),
        robust_without=robust_scores(ballots, kept),
        n_without=np.rint(without.counts()).astype(np.int64),
    )


def _rows(ballots: FileBallots, part: Part) -> Iterator[Sequence[object]]:
    scores, levels = part.scores, float(ballots.ballots.levels)
    for unit, name in enumerate(ballots.unit_names):
        yield (
            name,
            part.group,
            int(scores.n[unit]),
            int(part.n_without[unit]),
            _text(scores.mean[unit]),
            _text(scores.robust[unit]),
            _text(max(scores.interval.low[unit], 1.0)),
            _text(min(scores.interval.high[unit], levels)),
            _text(part.without[unit]),
            *_places(scores, unit),
            _text(part.robust_without[unit]),
        )


def _places(scores: CampaignScores, unit: int) -> tuple[object, object, object]:
    if scores.rank[unit] == 0:
        return "", "", ""
    return int(scores.rank[unit]), int(scores.rank_low[unit]), int(scores.rank_high[unit])


def _text(value: float) -> str:
    return f"{value:.6f}" if np.isfinite(value) else ""
