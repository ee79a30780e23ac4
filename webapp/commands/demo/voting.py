"""Codes out, ballots in, boxes opened."""

import os

from surveys.casting.casting_keys import casting_keys
from surveys.issuing.issue_batch import IssuedBatch
from surveys.issuing.prove_keys import open_with_keys_on_server
from surveys.issuing.sheets import SheetOrder, sheet_pdf
from surveys.models import (
    Period,
)
from surveys.monitoring.turnout import turnout
from surveys.opening.close_campaign import close_campaign
from surveys.opening.close_signatures import sign_close
from surveys.opening.open_box import OfficerKeys, open_box, request_opening
from surveys.opening.signed_close import SIGNERS
from surveys.sample.evaluation import (
    CampaignCodes,
    Simulation,
    campaigns_of,
    cast_all,
    errands,
    issue_all,
    simulation,
    voting_starts,
)
from webapp.commands.demo.play import Demo, Told
from webapp.commands.demo.report import (
    TurnoutRow,
)
from webapp.commands.words import gettext as _


def issue(demo: Demo, period_id: int, told: Told) -> list[CampaignCodes]:
    """Issue all codes of a period and open its campaigns."""
    with demo.transaction() as session:
        ids = [campaign.id for campaign in campaigns_of(session, period_id=period_id)]
    told.start(_("Issue codes, prove keys, open voting"), len(ids))
    codes = []
    for campaign_id in ids:
        by = demo.people["organizer"]
        with demo.transaction() as session:
            codes.append(issue_all(session, campaign_id=campaign_id, now=demo.clock(), by=by))
            open_with_keys_on_server(
                session,
                campaign_id=campaign_id,
                store=demo.store,
                random_bytes=os.urandom,
                now=demo.clock(),
                by=by,
            )
        told.step()
    return codes


def print_sheets(demo: Demo, codes: list[CampaignCodes], told: Told) -> None:
    """Print the sheets of the first batch of every group, as samples of all."""
    chosen: dict[tuple[int, int], IssuedBatch] = {}
    for campaign in codes:
        for issued in campaign.issued:
            chosen.setdefault((campaign.campaign_id, issued.batch.group_id), issued)
    told.start(_("Print QR sheets (the first of each group)"), len(chosen))
    order_of = demo.installation.config.base_url
    for issued in chosen.values():
        with demo.transaction() as session:
            batch = session.merge(issued.batch, load=False)
            pdf = sheet_pdf(session, batch=batch, order=SheetOrder(order_of, issued.codes))
            name = f"测评码_{batch.campaign.code}_{batch.group.code}.pdf"
        demo.write(name, pdf)
        told.step()


def cast(demo: Demo, period_id: int, codes: list[CampaignCodes], told: Told) -> Simulation:
    """Let the simulated voters vote, several at a time, through the hot path."""
    with demo.transaction() as session:
        starts_at = voting_starts(session.get_one(Period, period_id))
        drawn = simulation(session, period_id=period_id, seed=demo.seed, starts_at=starts_at)
        work = [(each, errands(session, each, drawn)) for each in codes]
    told.start(_("Cast ballots"), sum(len(listed) for _codes, listed in work))
    for campaign, listed in work:
        keys = casting_keys(demo.store, campaign.campaign_id)
        cast_all(demo.installation.database, errands=listed, keys=keys, told=told.step)
    return drawn


def count(demo: Demo, codes: list[CampaignCodes]) -> list[TurnoutRow]:
    """Turnout by campaign and group."""
    rows = []
    with demo.transaction() as session:
        for each in codes:
            counted = turnout(session, campaign_id=each.campaign_id)
            rows += [
                TurnoutRow(each.name, group.name_zh, number.n_issued, number.n_returned)
                for group, number in counted.groups
            ]
    return rows


def close_and_open(demo: Demo, codes: list[CampaignCodes], told: Told) -> None:
    """Close each box; one officer asks, the other opens; all three sign the close."""
    told.start(_("Close and open the boxes (two officers)"), len(codes))
    for each in codes:
        campaign_id = each.campaign_id
        receipts, a, b = (demo.store.load(role, campaign_id) for role in SIGNERS)
        with demo.transaction() as session:
            by = demo.people["organizer"]
            close_campaign(session, campaign_id=campaign_id, now=demo.clock(), by=by)
            sign_close(session, campaign_id=campaign_id, key=receipts, now=demo.clock(), by=by)
        with demo.transaction() as session:
            by = demo.people["officer-a"]
            request_opening(session, campaign_id=campaign_id, now=demo.clock(), by=by)
            sign_close(session, campaign_id=campaign_id, key=a, now=demo.clock(), by=by)
        with demo.transaction() as session:
            by = demo.people["officer-b"]
            sign_close(session, campaign_id=campaign_id, key=b, now=demo.clock(), by=by)
            keys = OfficerKeys(a, b)
            open_box(session, campaign_id=campaign_id, keys=keys, now=demo.clock(), by=by)
        told.step()
