"""The story of a sample county's evaluation, told step by step through the same functions that
its office uses: what the demo runs, and what journeys start from.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import islice

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from surveys.casting.answers import Answers
from surveys.casting.cast_ballot import Marks, Voter, cast_ballot
from surveys.casting.casting_keys import CastingKeys
from surveys.casting.packing import Comment
from surveys.casting.papers import ballot_paper
from surveys.casting.tags import device_tag, network_tag, time_bucket
from surveys.database.engine import Database
from surveys.issuing.issue_batch import IssuedBatch, issue_batch
from surveys.issuing.plan import suggested_batches
from surveys.models import Campaign, Period, RaterGroup, Target, Unit
from surveys.sample.planted import Planted, Plot
from surveys.sample.voters import Opinions, Sitting, Vote
from surveys.setup.questionnaires import QuestionnaireContent

WORKBOOKS = files("surveys.sample").joinpath("workbooks")
TURNOUT = {
    "A": 0.86,
    "B": 0.93,
    "C": 0.88,
    "D": 0.80,
    "E": 0.90,
    "P": 1.0,
    "invited": 0.82,
    "open": 1.0,
}
AGENT = "Mozilla/5.0 (sample)"


@dataclass(frozen=True)
class CampaignCodes:
    """A campaign with the codes of its batches: they exist only here and on paper."""

    campaign_id: int
    name: str
    issued: tuple[IssuedBatch, ...]

    @property
    def n_codes(self) -> int:
        """Codes issued; a poster counts as one."""
        return sum(len(each.codes) for each in self.issued)


@dataclass
class Simulation:
    """The sample's voters, and its plotters where the county is large enough for them."""

    opinions: Opinions
    planted: Planted | None
    plots: dict[int, Plot] = field(default_factory=dict)

    def votes(self, batch_id: int, sitting: Sitting) -> list[Vote]:
        """The votes of a sitting; a plot at work is noted by batch."""
        if self.planted is None:
            return self.opinions.votes(sitting)
        votes, plot = self.planted.votes(self.opinions, sitting)
        if plot is not None:
            self.plots[batch_id] = plot
        return votes


def simulation(session: Session, *, period_id: int, seed: int, starts_at: datetime) -> Simulation:
    """Draw what people think of every unit and member, and choose who plays foul."""
    rng = np.random.default_rng(seed)
    units = session.scalars(
        select(Unit).where(Unit.period_id == period_id).order_by(Unit.position)
    ).all()
    targets: tuple[Target, ...] = (*units, *session.get_one(Period, period_id).members)
    quality = {each.id: float(rng.normal(0.0, 0.6)) for each in targets}
    return Simulation(Opinions(rng, quality, starts_at), choose(units, quality))


def choose(units: Sequence[Unit], quality: dict[int, float]) -> Planted | None:
    """Draw the parts: whose citizens are stuffed, whose rival is sunk, who favour each other."""
    by_category: dict[str, list[Unit]] = {}
    for unit in units:
        by_category.setdefault(unit.category.code, []).append(unit)
    large = sorted(by_category, key=lambda code: (-len(by_category[code]), code))
    towns = [unit for unit in units if unit.category.code.startswith("T")]

    def ranked(code: str) -> list[Unit]:
        return sorted(by_category[code], key=lambda unit: -quality[unit.id])

    departments = [code for code in large if code.startswith("M")]
    if len(departments) < 3:
        return None
    rivals = ranked(departments[0])
    return Planted(
        stuffed=min(towns, key=lambda unit: quality[unit.id]).id,
        bloc=rivals[2].id,
        lifted=rivals[len(rivals) // 2 + 1].id,
        sunk=rivals[0].id,
        ring=tuple(unit.id for unit in ranked(departments[1])[-3:]),
        careless_in=ranked(departments[2])[0].id,
    )


def issue_all(session: Session, *, campaign_id: int, now: datetime, by: int) -> CampaignCodes:
    """Issue every batch that the campaign's plan asks for."""
    campaign = session.get_one(Campaign, campaign_id)
    issued = tuple(
        issue_batch(session, order=order, random_bytes=os.urandom, now=now, by=by)
        for order in suggested_batches(session, campaign_id=campaign_id)
    )
    return CampaignCodes(campaign_id, campaign.name_zh, issued)


def sittings(session: Session, codes: CampaignCodes) -> list[tuple[IssuedBatch, Sitting]]:
    """Each batch as its voters meet it."""
    campaign = session.get_one(Campaign, codes.campaign_id)
    groups = {group.id: group for group in campaign.groups}
    content = QuestionnaireContent.model_validate(campaign.questionnaire.content)
    return [
        (
            each,
            Sitting(
                content,
                group.code,
                tuple(each.batch.target_ids),
                each.batch.home_unit_id,
                crowd(each, group),
                TURNOUT.get(group.code, 0.9),
            ),
        )
        for each in codes.issued
        for group in (groups[each.batch.group_id],)
    ]


def crowd(issued: IssuedBatch, group: RaterGroup) -> int:
    """How many may vote with a batch: its codes, or those who pass by a poster."""
    if not issued.batch.open_code:
        return issued.batch.n_issued
    sizes = {planned.unit_id: planned.size for planned in group.planned_sizes}
    return sizes.get(issued.batch.target_ids[0], group.size)


@dataclass(frozen=True)
class Errand:
    """One vote with the code it is cast with."""

    code: str
    vote: Vote


def errands(session: Session, codes: CampaignCodes, drawn: Simulation) -> list[Errand]:
    """All votes of a campaign, in the order in which they are cast; plots are noted by batch."""
    listed: list[Errand] = []
    for issued, sitting in sittings(session, codes):
        votes = drawn.votes(issued.batch.id, sitting)
        handed_out = list(issued.codes) * (len(votes) if issued.batch.open_code else 1)
        listed += [Errand(code, vote) for code, vote in zip(handed_out, votes, strict=False)]
    return sorted(listed, key=lambda errand: errand.vote.at)


def cast_all(
    database: Database,
    *,
    errands: Sequence[Errand],
    keys: CastingKeys,
    told: Callable[[int], None],
    workers: int = 8,
) -> int:
    """Cast every vote through the hot path, several voters at a time.

    Returns
    -------
    number of receipts given
    """

    def cast_some(some: Sequence[Errand]) -> int:
        with database.box() as connection:
            for errand in some:
                paper = ballot_paper(connection, code=errand.code)
                cast_ballot(
                    connection,
                    paper=paper,
                    voter=Voter(errand.code, os.urandom(16), os.urandom(16)),
                    answers=Answers(
                        errand.vote.answers,
                        tuple(Comment(target, text) for target, text in errand.vote.comments),
                    ),
                    keys=keys,
                    marks=marks_of(errand.vote, keys.tags),
                )
        told(len(some))
        return len(some)

    with ThreadPoolExecutor(workers) as pool:
        return sum(pool.map(cast_some, handfuls(errands, 50)))


def handfuls(errands: Sequence[Errand], size: int) -> Iterator[list[Errand]]:
    """The errands in small parts."""
    rest = iter(errands)
    while part := list(islice(rest, size)):
        yield part


def marks_of(vote: Vote, key: bytes) -> Marks:
    """The circumstances of a vote, as coarse as the box keeps them."""
    return Marks(
        bucket=time_bucket(vote.at),
        seconds=vote.seconds,
        network=network_tag(vote.address, key=key),
        device=device_tag(vote.address, agent=AGENT, cookie=vote.device, key=key),
    )


def workbook(name: str) -> bytes:
    """One of the sample county's workbooks."""
    return WORKBOOKS.joinpath(name).read_bytes()


def campaigns_of(session: Session, *, period_id: int) -> list[Campaign]:
    """The campaigns of a period, in order."""
    return list(session.get_one(Period, period_id).campaigns)


def voting_starts(period: Period) -> datetime:
    """The morning on which the sample's voting began: two weeks after the period ended."""
    day = period.ends_on + timedelta(days=14)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
