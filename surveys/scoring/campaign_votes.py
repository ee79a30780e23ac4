"""Opened ballots as the regulation reckons with them: points of each ballot by unit and group."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from sqlalchemy import text
from sqlalchemy.orm import Session

from surveys.models import Batch, Campaign, RaterGroup
from surveys.scoring.inputs import GroupVotes, ReverseResult
from surveys.scoring.reverse import ReverseBallot, reverse_result
from surveys.scoring.rounding import EXACT
from surveys.scoring.scheme_parts import Trim
from surveys.scoring.survey_scores import ballot_points, group_points
from surveys.setup.questionnaires import Item, QuestionnaireContent

# Ballots that say the same are counted together: there are far fewer answers than ballots.
COUNTED = text(
    """
    SELECT b.batch_id, b.answers, count(*) AS n
    FROM tally.ballot b
    WHERE b.campaign_id = :campaign_id AND NOT (:leave_out AND EXISTS (
        SELECT 1 FROM finding_ballot fb
        JOIN finding f ON f.id = fb.finding_id
        JOIN examination e ON e.id = f.examination_id AND e.campaign_id = b.campaign_id
        JOIN decision d ON d.finding_id = f.id
        WHERE fb.ballot_id = b.id AND d.excludes_ballots AND d.confirmed_by IS NOT NULL))
    AND NOT (:suspected AND EXISTS (
        SELECT 1 FROM finding_ballot fb
        JOIN finding f ON f.id = fb.finding_id AND f.level IN ('fact', 'strong')
        JOIN examination e ON e.id = f.examination_id AND e.campaign_id = b.campaign_id
        LEFT JOIN decision d ON d.finding_id = f.id
        WHERE fb.ballot_id = b.id AND d.verdict IS DISTINCT FROM 'dismissed'))
    GROUP BY b.batch_id, b.answers ORDER BY b.batch_id, b.answers
    """
)


@dataclass(frozen=True)
class Cell:
    """Whose votes on whom: unit or member rated, rater group, home of the raters."""

    unit_id: int
    group_id: int
    home_id: int | None


@dataclass(frozen=True)
class CampaignVotes:
    """Points of the valid ballots of one campaign, counted by cell."""

    campaign: Campaign
    cells: Mapping[Cell, Mapping[Decimal, int]]

    def of_group(self, unit_id: int, group: RaterGroup) -> list[tuple[Decimal, int]]:
        """(points, count) pairs of one unit and group, over all homes."""
        together: Counter[Decimal] = Counter()
        for cell, counts in self.cells.items():
            if (cell.unit_id, cell.group_id) == (unit_id, group.id):
                together.update(counts)
        return sorted(together.items())

    def group_votes(
        self,
        unit_id: int,
        *,
        trim: Trim | None,
        weights: Mapping[str, Decimal] | None = None,
    ) -> tuple[GroupVotes, ...]:
        """What the survey component takes in for one unit or member.

        Parameters
        ----------
        weights : of the groups by code, where they are not those of every unit
        """
        votes = (self.group_vote(unit_id, group, trim) for group in self.campaign.groups)
        if weights is None:
            return tuple(votes)
        return tuple(replace(each, weight=weights[each.group]) for each in votes)

    def group_vote(self, unit_id: int, group: RaterGroup, trim: Trim | None) -> GroupVotes:
        """Score of one group on one unit."""
        score = group_points(self.of_group(unit_id, group), trim)
        return GroupVotes(
            group.code, group.weight, score.n_valid, score.points, min_valid=group.min_valid
        )

    def reverse_of(
        self, body_id: int, *, weights: Mapping[str, Decimal] | None = None
    ) -> ReverseResult | None:
        """How the units rate one body; None where nobody was asked about it.

        Parameters
        ----------
        weights : of the roles by code, in a trial; those of the campaign otherwise
        """
        roles = {group.id: group for group in self.campaign.groups}
        ballots: dict[str, list[ReverseBallot]] = defaultdict(list)
        for cell, counts in self.cells.items():
            if cell.unit_id == body_id and cell.home_id is not None:
                role = roles[cell.group_id].code
                ballots[str(cell.home_id)] += [
                    ReverseBallot(points, role) for points, n in counts.items() for _ in range(n)
                ]
        if not ballots:
            return None
        weights = weights or {group.code: group.weight for group in self.campaign.groups}
        return reverse_result(body=str(body_id), ballots=ballots, role_weights=weights)


def campaign_votes(
    session: Session,
    *,
    campaign_id: int,
    leave_out_excluded: bool,
    leave_out_suspected: bool = False,
) -> CampaignVotes:
    """Count an opened campaign's ballots, with or without those that two persons excluded.

    ``leave_out_suspected`` is for trials only: ballots in a finding of level fact or strong that
    nobody has dismissed stay out as well.
    """
    campaign = session.get_one(Campaign, campaign_id)
    content = QuestionnaireContent.model_validate((campaign.manifest or {})["questionnaire"])
    pointing = Pointing(content)
    batches = {batch.id: batch for batch in campaign.batches}
    cells: dict[Cell, Counter[Decimal]] = defaultdict(Counter)
    rows = counted_ballots(
        session,
        campaign_id=campaign_id,
        leave_out_excluded=leave_out_excluded,
        leave_out_suspected=leave_out_suspected,
    )
    # Points of a ballot are quotients: with fewer digits a tie could come apart.
    with localcontext(EXACT):
        for row in rows:
            for cell, points in pointing.of_ballot(batches[row.batch_id], row.answers):
                cells[cell][points] += row.n
    return CampaignVotes(campaign, cells)


@dataclass(frozen=True)
class SameBallots:
    """`n` ballots of one batch that say the same."""

    batch_id: int
    answers: bytes
    n: int


def counted_ballots(
    session: Session,
    *,
    campaign_id: int,
    leave_out_excluded: bool,
    leave_out_suspected: bool = False,
) -> list[SameBallots]:
    """The ballots of an opened campaign, those that say the same together."""
    facts = {
        "campaign_id": campaign_id,
        "leave_out": leave_out_excluded,
        "suspected": leave_out_suspected,
    }
    rows = session.execute(COUNTED, facts)
    return [SameBallots(row.batch_id, bytes(row.answers), row.n) for row in rows]


class Pointing:
    """Turns answer bytes into points; each different row of answers is reckoned once."""

    def __init__(self, content: QuestionnaireContent) -> None:
        self.items = content.rated_items
        self.weights = {item.code: item.weight for item in self.items}
        self.offsets = content.offsets
        self.points = {item.code: content.points_of(item) for item in self.items}
        self.width = content.row_bytes
        self.known: dict[bytes, Decimal | None] = {}

    def of_ballot(self, batch: Batch, answers: bytes) -> Iterator[tuple[Cell, Decimal]]:
        """The valid rows of a ballot."""
        for place, unit_id in enumerate(batch.target_ids):
            points = self.of_row(answers[place * self.width : (place + 1) * self.width])
            if points is not None:
                yield Cell(unit_id, batch.group_id, batch.home_unit_id), points

    def of_row(self, row: bytes) -> Decimal | None:
        """Points of the answers on one target; None where the row is void."""
        if row not in self.known:
            answers = {item.code: self.of_item(item, row) for item in self.items}
            self.known[row] = ballot_points(answers, self.weights)
        return self.known[row]

    def of_item(self, item: Item, row: bytes) -> Decimal | None:
        """Points of one answer; None for "don't know" and no answer."""
        return self.points[item.code].get(row[self.offsets[item.code]])
