"""What units say of the bodies that assess them, unit by unit and item by item."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from surveys.models import Batch, Campaign
from surveys.publishing.small_groups import SMALLEST
from surveys.scoring.campaign_votes import Cell, Pointing, counted_ballots
from surveys.scoring.reverse import ReverseBallot, reverse_result, unit_voice
from surveys.scoring.scheme_parts import Reverse
from surveys.setup.questionnaires import Item, QuestionnaireContent

Voices = Mapping[int, Decimal]
"""Mean points by unit that rated."""


@dataclass(frozen=True)
class ItemResult:
    """One item, or several together: the mean of the units' means, and that of all bodies.

    Parameters
    ----------
    items : more than one where one by itself would give the units' answers away
    points : None where fewer units than the minimum answered
    unanimous : all units say the same; then no figure may be told
    mean_of_bodies : over the bodies that may be shown
    """

    items: tuple[Item, ...]
    points: Decimal | None
    n_units: int
    unanimous: bool
    mean_of_bodies: Decimal | None

    @property
    def shown_points(self) -> Decimal | None:
        """The points, where they give no single unit's answer away."""
        return None if self.unanimous else self.points

    @property
    def weight(self) -> Decimal:
        """Weight of the items in a ballot's points."""
        return sum((item.weight for item in self.items), Decimal(0))


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
        """Every rated item of a body, beside the mean of all bodies that may be shown.

        An item on which all units agree cannot merely be left out: R is public, and with the other
        items' points the missing one could be reckoned. It stands together with its neighbour.
        """
        found = [self._result((item,), body_id, rule) for item in self.pointing.items]
        while (pair := first_pair(found)) is not None:
            first, second = sorted(pair)
            together = (*found[first].items, *found.pop(second).items)
            found[first] = self._result(together, body_id, rule)
        return tuple(found)

    def _result(self, items: tuple[Item, ...], body_id: int, rule: Reverse) -> ItemResult:
        voices = {
            body: found
            for body in self.bodies
            if len(found := self._voices(body, items)) >= units_needed(rule)
        }
        own = voices.get(body_id, {})
        points = mean(own.values())
        return ItemResult(
            items=items,
            points=points,
            n_units=len(own),
            unanimous=len(set(own.values())) == 1,
            mean_of_bodies=mean(
                m for each in voices.values() if (m := mean(each.values())) is not None
            ),
        )

    def _voices(self, body_id: int, items: tuple[Item, ...]) -> Voices:
        ballots: dict[int, list[ReverseBallot]] = defaultdict(list)
        for row in self.bodies[body_id]:
            points = self._points(items, row.answers)
            if points is not None and row.cell.home_id is not None:
                ballots[row.cell.home_id] += self._ballots(row, points)
        voices = {unit: unit_voice(given, self.weights) for unit, given in ballots.items()}
        return {unit: voice for unit, voice in voices.items() if voice is not None}

    def _points(self, items: tuple[Item, ...], answers: bytes) -> Decimal | None:
        said = [(item, self.pointing.of_item(item, answers)) for item in items]
        answered = [(item.weight, points) for item, points in said if points is not None]
        if not answered or len(items) == 1:
            return answered[0][1] if answered else None
        weight = sum((each for each, _ in answered), Decimal(0))
        return sum((each * points for each, points in answered), Decimal(0)) / weight

    def _ballots(self, row: RowOfAnswers, points: Decimal) -> list[ReverseBallot]:
        return [ReverseBallot(points, self.roles[row.cell.group_id])] * row.n


def first_pair(found: Sequence[ItemResult]) -> tuple[int, int] | None:
    """Places of a result that R would give away, and of the nearest that can stand with it."""
    weighted = [
        place for place, each in enumerate(found) if each.weight and each.points is not None
    ]
    for place in weighted:
        others = [other for other in weighted if other != place]
        if found[place].unanimous and others:
            return place, min(others, key=lambda other: abs(other - place))
    return None


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
