"""What is published of a component, as equations in its groups' points, and what they tell."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import numpy as np

from stats.disclosure import Audit, audit
from surveys.models import ScoreLine
from surveys.publishing.small_groups import SMALLEST, Breakdown, breakdowns
from surveys.scoring.schemes import Scheme

Shares = Mapping[str, Decimal]
Figure = tuple[Shares, Decimal]
"""Shares of groups, and their mean as published to four places."""

FULL = 100.0


def audited(kept: Mapping[str, Any], figures: Iterable[Figure]) -> Audit:
    """What the figures say of the groups with 1 to 4 valid ballots; points lie in 0..100."""
    groups = [part for part in kept["parts"] if part["n_valid"]]
    places = {part["key"]: place for place, part in enumerate(groups)}
    small = [place for place, part in enumerate(groups) if part["n_valid"] < SMALLEST]
    n = len(groups)
    if not small:
        nothing = np.zeros(0)
        return Audit(nothing, nothing, np.zeros(0, dtype=np.bool_), consistent=True)
    rows = [np.concatenate([each, each]) for each in np.eye(n)]
    values = [FULL] * n
    for shares, points in figures:
        row = np.zeros(2 * n)
        whole = sum(shares.values(), Decimal(0))
        for key, share in shares.items():
            row[places[key]] = float(share / whole)
        rows.append(row)
        values.append(float(points))
    slack = [0.0] * n + [0.00005] * (len(rows) - n)
    return audit(np.array(rows), values, np.eye(2 * n)[small], tolerance=slack)


def component_figure(kept: Mapping[str, Any]) -> list[Figure]:
    """The component itself, as the public board has it."""
    if kept["points"] is None:
        return []
    shares = {
        part["key"]: Decimal(part["effective_weight"])
        for part in kept["parts"]
        if part["effective_weight"] is not None
    }
    return [(shares, Decimal(kept["points"]))]


def published_figures(kept: Mapping[str, Any], shown: Breakdown) -> list[Figure]:
    """The component, and its parts as a unit's own people read them."""
    parts = [({g.key: g.share for g in part.groups}, part.points) for part in shown.parts]
    return [*component_figure(kept), *parts]


def unmerged_figures(kept: Mapping[str, Any]) -> list[Figure]:
    """The control: every group by itself, as the office sees it."""
    groups = [
        ({part["key"]: Decimal(1)}, Decimal(part["points"]))
        for part in kept["parts"]
        if part["points"] is not None
    ]
    return [*component_figure(kept), *groups]


def exposed_groups(lines: Iterable[ScoreLine], scheme: Scheme) -> tuple[int, int, int]:
    """Small groups of the lines; those that what is published exposes; those of the control."""
    n_small = n_published = n_control = 0
    for line in lines:
        shown = {each.component: each for each in breakdowns(line, scheme)}
        for kept in line.components["lines"]:
            if scheme.component(kept["key"]).survey is None:
                continue
            nothing = Breakdown(kept["key"], (), ())
            figures = published_figures(kept, shown.get(kept["key"], nothing))
            found = audited(kept, figures)
            n_small += len(found.exposed)
            n_published += int(found.exposed.sum())
            n_control += int(audited(kept, unmerged_figures(kept)).exposed.sum())
    return n_small, n_published, n_control
