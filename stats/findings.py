"""What a check reports: evidence for a person, never a verdict."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from stats.ballots import Ints

Level = Literal["fact", "strong", "look", "information"]
Facts = Mapping[str, object]


@dataclass(frozen=True)
class Harm:
    """What a finding's ballots do to one unit's place.

    Ranks count from 1 (best) within the unit's category; scores are mean marks.
    """

    unit: int
    rank_with: int
    rank_without: int
    score_with: float
    score_without: float


@dataclass(frozen=True, eq=False)
class Finding:
    """One thing seen, with all that is needed to argue with it.

    Parameters
    ----------
    check : name of the check: ``"stuffing"``, ``"context_shift"`` …
    level : ``fact`` (counted, not inferred), ``strong`` (two independent families and harm),
        ``look`` (one family), ``information``
    units_lifted, units_sunk : units whose scores the ballots raise or lower
    homes : homes of the raters concerned
    context : what the ballots share: ``{"network": label, "batch": label, "bucket": first …}``
    ballots : sorted indices of the ballots concerned
    statistic, pvalue, qvalue : the check's own, q adjusted inside its family
    effect : size in the check's unit (marks, ratio, correlation); facts["effect"] names it
    harm : the unit hurt or helped most, None when nobody's score moves
    facts : numbers for the words
    """

    check: str
    level: Level
    units_lifted: tuple[int, ...]
    units_sunk: tuple[int, ...]
    homes: tuple[int, ...]
    context: Mapping[str, int]
    ballots: Ints
    statistic: float
    pvalue: float
    qvalue: float
    effect: float
    harm: Harm | None = None
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True)
class NotRun:
    """A check that could not run, and why: ``no_column``, ``too_few``, ``not_matrix`` …"""

    check: str
    reason: str
    facts: Facts = field(default_factory=dict)
