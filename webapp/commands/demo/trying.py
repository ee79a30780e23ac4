"""A second period that stays open, with codes to try."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.casting.casting_keys import casting_keys
from surveys.issuing.sheets import payload
from surveys.models import (
    Campaign,
    RaterGroup,
)
from surveys.sample.evaluation import (
    CampaignCodes,
    cast_all,
    errands,
    simulation,
)
from webapp.commands.demo.play import Demo, Told
from webapp.commands.demo.report import (
    Trial,
)
from webapp.commands.demo.voting import issue
from webapp.commands.words import gettext as _

ALREADY_CAST = 0.4


def open_trial(demo: Demo, period_id: int, told: Told) -> list[Trial]:
    """Leave the second period open, with some ballots cast and some codes to try."""
    codes = issue(demo, period_id, told)
    with demo.transaction() as session:
        starts_at = demo.clock() - timedelta(days=3)
        drawn = simulation(session, period_id=period_id, seed=demo.seed + 1, starts_at=starts_at)
        work = [(each, errands(session, each, drawn)) for each in codes]
    told.start(_("Cast some ballots of the open quarter"), len(work))
    tried: list[Trial] = []
    for campaign, listed in work:
        cast_now = listed[: int(len(listed) * ALREADY_CAST)]
        cast_all(
            demo.installation.database,
            errands=cast_now,
            keys=casting_keys(demo.store, campaign.campaign_id),
            told=lambda _n: None,
        )
        used = {errand.code for errand in cast_now}
        with demo.transaction() as session:
            tried += trials_of(session, campaign, used, demo.installation.config.base_url)
        told.step()
    return tried


def trials_of(
    session: Session, campaign: CampaignCodes, used: set[str], base_url: str
) -> list[Trial]:
    """One code that still works for each group of a campaign."""
    groups = {
        group.id: group
        for group in session.scalars(
            select(RaterGroup).where(RaterGroup.campaign_id == campaign.campaign_id)
        )
    }
    name = session.get_one(Campaign, campaign.campaign_id).name_zh
    trials: dict[int, Trial] = {}
    for issued in campaign.issued:
        group = groups[issued.batch.group_id]
        code = next((c for c in issued.codes if group.open_code or c not in used), None)
        if code is not None and group.id not in trials:
            trials[group.id] = Trial(name, group.name_zh, payload(base_url, code))
    return list(trials.values())
