"""What silent voters could change at most."""

import pytest
from sqlalchemy.orm import Session

from surveys.models import Batch, CampaignKind, ScoreRun
from surveys.scoring.score import score
from surveys.scoring.score_period import ground_of
from surveys.scoring.silent_voters import Limits, asked_by_name, silent_limits
from tests.surveys.scoring.example_county import TWIN, ExampleCounty


def limits(session: Session, county: ExampleCounty, run: ScoreRun) -> dict[str, Limits]:
    ground = ground_of(session, run.period, leave_out_excluded=True)
    unit_ids = {unit.code: unit.id for unit in run.period.units}
    scores = score(ground.scheme, ground.inputs)
    return silent_limits(scores, ground.scheme, ground.votes, unit_ids)


def ask_more(county: ExampleCounty, kind: CampaignKind, times: int) -> None:
    for batch in county.campaigns[kind].batches:
        batch.n_issued *= times


def ask_no_more_than_voted(session: Session, county: ExampleCounty) -> None:
    for campaign in county.campaigns.values():
        for batch in campaign.batches:
            batch.n_issued = 1
    session.flush()


def test_where_all_have_voted_nothing_can_change(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    ask_no_more_than_voted(session, county)
    code = county.units[TWIN].code
    total = float(county.line(run, TWIN).total or 0)
    assert limits(session, county, run)[code] == pytest.approx((total, total))


def test_more_silent_voters_leave_wider_limits(
    session: Session, county: ExampleCounty, run: ScoreRun
) -> None:
    code = county.units[TWIN].code
    widths = []
    for _ in range(3):
        ask_more(county, CampaignKind.DEMOCRATIC, 2)
        low, high = limits(session, county, run)[code]
        assert low <= float(county.line(run, TWIN).total or 0) <= high
        widths.append(high - low)
    assert widths == sorted(widths)
    assert widths[0] < widths[-1]


def test_nobody_is_silent_about_an_open_code(county: ExampleCounty) -> None:
    campaign = county.campaigns[CampaignKind.RECOGNITION]
    before = asked_by_name(campaign)
    batch: Batch = campaign.batches[0]
    batch.open_code = True
    assert sum(asked_by_name(campaign).values()) < sum(before.values())
