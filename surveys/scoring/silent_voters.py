"""What those who were asked and did not vote could change at most: nothing is assumed of them."""

from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from stats.estimates.bounds import non_response_bounds
from surveys.models import Campaign
from surveys.scoring.campaign_votes import CampaignVotes
from surveys.scoring.lines import Scores, UnitLine
from surveys.scoring.period_inputs import ASKED
from surveys.scoring.schemes import Scheme
from surveys.scoring.total_intervals import CampaignSpread, Pair, campaign_spread

FULL_MARKS = 100.0

Limits = tuple[float, float]


def silent_limits(
    scores: Scores, scheme: Scheme, votes: Iterable[CampaignVotes], unit_ids: Mapping[str, int]
) -> dict[str, Limits]:
    """Lowest and highest total of each unit, had all silent voters given nothing or full marks.

    An open code asks nobody by name, so nobody is silent there. A dropped share of the ends is not
    reckoned in: the limits are rather too wide.
    """
    counted = [
        (campaign_spread(each), asked_by_name(each.campaign))
        for each in votes
        if each.campaign.kind in ASKED
    ]
    found: dict[str, Limits] = {}
    for line in scores.lines:
        if line.total is None:
            continue
        unit_id, total = unit_ids[line.unit], float(line.total)
        moves = [
            float(scheme.component(spread.key).weight_in(line.category))
            * np.array(component_moves(spread, asked, unit_id, line))
            for spread, asked in counted
        ]
        low, high = np.sum(moves, axis=0) if moves else (0.0, 0.0)
        found[line.unit] = (total + float(low), total + float(high))
    return found


def component_moves(
    spread: CampaignSpread, asked: Mapping[Pair, int], unit_id: int, line: UnitLine
) -> Limits:
    """How far a component could fall and rise."""
    used = spread.weighed(unit_id, line)
    if not used:
        return 0.0, 0.0
    means = np.array([spread.spreads[pair].mean for pair in used])
    n = np.array([spread.spreads[pair].n for pair in used])
    weights = np.array(list(used.values()))
    bounds = non_response_bounds(
        means,
        n,
        np.maximum([asked.get(pair, 0) for pair in used], n),
        weights,
        lowest=0.0,
        highest=FULL_MARKS,
    )
    value = float(weights @ means / weights.sum())
    return float(bounds.low) - value, float(bounds.high) - value


def asked_by_name(campaign: Campaign) -> dict[Pair, int]:
    """Codes issued to each group about each unit; open codes are nobody's."""
    asked: Counter[Pair] = Counter()
    for batch in campaign.batches:
        if not batch.open_code:
            pairs = [(unit_id, batch.group_id) for unit_id in batch.target_ids]
            asked.update(dict.fromkeys(pairs, batch.n_issued))
    return dict(asked)
