"""What units say of the bodies that assess them, unit by unit and item by item."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from surveys.models import Batch, Campaign
from surveys.publishing.small_groups import SMALLEST
from surveys.scoring.campaign_votes import Cell, Pointing, counted_ballots
from surveys.scoring.reverse import ReverseBallot, reverse_result, unit_voice
from surveys.scoring.scheme_parts import Reverse
from surveys.setup.questionnaires import Item, QuestionnaireContent

UNANIMOUS_FLOOR = Decimal(90)

Voices = Mapping[int, Decimal]
"""Mean points by unit that rated."""


@dataclass(frozen=True)
class ItemResult:
    """One item: the mean of the units' means, and that of all bodies that may be shown.

    Parameters
    ----------
    points : None where fewer units than the minimum answered
    unanimous : all units say the same; then only "90 or more" may be said, or nothing
    """

    item: Item
    points: Decimal | None
    n_units: int
    unanimous: bool
    mean_of_bodies: Decimal | None

    @property
    def shown_points(self) -> Decimal | None:
        """The points, where they give no single unit's answer away."""
        return None if self.unanimous else self.points

    @property
    def at_least(self) -> Decimal | None:
        """The bound that stands for points on which all units agree."""
        high = self.unanimous and self.points is not None and self.points >= UNANIMOUS_FLOOR
        return UNANIMOUS_FLOOR if high else None


@dataclass(frozen=True)
class RowOfAnswers:
    """What one ballot says of one body."""

    cell: Cell
    answers: bytes
    n: int


class Rated:
    """All counted rows of a reverse campaign, ready for means of units."""

    def __init__(self, campaign: Campaign, rows: Iterable[RowOfAnswers]) -> None:
        content = QuestionnaireContent.model_validate((campaign.manifest or {})["questionnaire"])
        self.pointing = Pointing(content)
        self.roles = {group.id: group.code for group in campaign.groups}
        self.weights = {group.code: group.weight for group in campaign.groups}
        self.bodies: dict[int, list[RowOfAnswers]] = defaultdict(list)
        for row in rows:
            if row.cell.home_id is not None:
                self.bodies[row.cell.unit_id].append(row)

    @classmethod
    def of_campaign(cls, session: Session, campaign: Campaign) -> "Rated":
        """Without the ballots that two persons left out."""
        content = QuestionnaireContent.model_validate((campaign.manifest or {})["questionnaire"])
        batches = {batch.id: batch for batch in campaign.batches}
        width = content.row_bytes
        rows = (
            row
            for each in counted_ballots(session, campaign_id=campaign.id, leave_out_excluded=True)
            for row in rows_of(batches[each.batch_id], each.answers, each.n, width)
        )
        return cls(campaign, rows)

    def results(self) -> dict[int, tuple[Decimal | None, int]]:
        """R and number of units of every body."""
        found = {}
        for body_id in self.bodies:
            ballots: dict[str, list[ReverseBallot]] = defaultdict(list)
            for row in self.bodies[body_id]:
                points = self.pointing.of_row(row.answers)
                if points is not None:
                    ballots[str(row.cell.home_id)] += self._ballots(row, points)
            result = reverse_result(body=str(body_id), ballots=ballots, role_weights=self.weights)
            found[body_id] = (result.points, result.n_units)
        return found

    def shown(self, rule: Reverse) -> dict[int, tuple[Decimal, int]]:
        """Only the bodies that enough units rated."""
        return {
            body_id: (points, n)
            for body_id, (points, n) in self.results().items()
            if points is not None and n >= units_needed(rule)
        }

    def items(self, body_id: int, rule: Reverse) -> tuple[ItemResult, ...]:
        """Every rated item of a body, beside the mean of all bodies that may be shown."""
        return tuple(self._item(item, body_id, rule) for item in self.pointing.items)

    def _item(self, item: Item, body_id: int, rule: Reverse) -> ItemResult:
        voices = {
            body: found
            for body in self.bodies
            if len(found := self._voices(body, item)) >= units_needed(rule)
        }
        own = voices.get(body_id, {})
        points = mean(own.values())
        return ItemResult(
            item=item,
            points=points,
            n_units=len(own),
            unanimous=len(set(own.values())) == 1,
            mean_of_bodies=mean(m for each in voices.values() if (m := mean(each.values()))),
        )

    def _voices(self, body_id: int, item: Item) -> Voices:
        ballots: dict[int, list[ReverseBallot]] = defaultdict(list)
        for row in self.bodies[body_id]:
            points = self.pointing.of_item(item, row.answers)
            if points is not None and row.cell.home_id is not None:
                ballots[row.cell.home_id] += self._ballots(row, points)
        voices = {unit: unit_voice(given, self.weights) for unit, given in ballots.items()}
        return {unit: voice for unit, voice in voices.items() if voice is not None}

    def _ballots(self, row: RowOfAnswers, points: Decimal) -> list[ReverseBallot]:
        return [ReverseBallot(points, self.roles[row.cell.group_id])] * row.n


def units_needed(rule: Reverse) -> int:
    """Fewest units behind anything shown: the rule's own minimum, never below the smallest."""
    return max(rule.min_units, SMALLEST)


def rows_of(batch: Batch, answers: bytes, n: int, width: int) -> Iterator[RowOfAnswers]:
    """A ballot's answers, body by body."""
    for place, unit_id in enumerate(batch.target_ids):
        cell = Cell(unit_id, batch.group_id, batch.home_unit_id)
        yield RowOfAnswers(cell, answers[place * width : (place + 1) * width], n)


def mean(values: Iterable[Decimal]) -> Decimal | None:
    """Plain mean; None of nothing."""
    listed = list(values)
    return sum(listed, Decimal(0)) / len(listed) if listed else None
