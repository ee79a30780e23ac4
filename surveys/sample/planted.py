"""What is planted among the sample's honest voters, so that the findings can be held against it.

One stuffed batch, one bloc, one mutual-favour ring, a few careless raters. Strengths are those
of cases described in public: thirty-six codes filled in by one hand in half an hour; the people of
one unit who all put an ally first and a rival last; three units whose people favour each other.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

import numpy as np

from surveys.sample.voters import Opinions, Sitting, Vote
from surveys.setup.questionnaires import ItemKind

BEST, WORST = 1, 4
N_STUFFED = 36
N_CARELESS = 4


class Plot(StrEnum):
    """The kinds of foul play."""

    STUFFED_BATCH = "stuffed_batch"
    BLOC = "bloc"
    RING = "ring"
    CARELESS = "careless"


@dataclass(frozen=True)
class Planted:
    """Who plays foul for whom, in ids of units.

    Parameters
    ----------
    stuffed : the unit whose citizens' codes one hand fills in
    bloc, lifted, sunk : the unit whose people lift an ally and sink a rival
    ring : units whose people favour each other
    careless_in : a unit of the category whose leaders' ballots hold careless ones
    """

    stuffed: int
    bloc: int
    lifted: int
    sunk: int
    ring: tuple[int, ...]
    careless_in: int

    def votes(self, opinions: Opinions, sitting: Sitting) -> tuple[list[Vote], Plot | None]:
        """The sitting's votes, some of them replaced where a plot is at work."""
        honest = opinions.votes(sitting)
        match self.plot(sitting):
            case Plot.STUFFED_BATCH:
                return stuffed(opinions, sitting, honest), Plot.STUFFED_BATCH
            case Plot.BLOC:
                return self.with_bloc(sitting, honest), Plot.BLOC
            case Plot.RING:
                return self.with_favours(sitting, honest), Plot.RING
            case Plot.CARELESS:
                return careless(opinions, honest), Plot.CARELESS
            case _:
                return honest, None

    def plot(self, sitting: Sitting) -> Plot | None:
        """The plot at work in a sitting, if any."""
        kind, group = sitting.content.kind, sitting.group
        if kind == "recognition" and group == "invited" and sitting.targets == (self.stuffed,):
            return Plot.STUFFED_BATCH
        if kind != "democratic":
            return None
        if group == "B" and sitting.home == self.bloc:
            return Plot.BLOC
        if group == "B" and sitting.home in self.ring:
            return Plot.RING
        if group == "A" and self.careless_in in sitting.targets:
            return Plot.CARELESS
        return None

    def with_bloc(self, sitting: Sitting, honest: list[Vote]) -> list[Vote]:
        """The people of one unit put its ally first and its rival last."""
        wanted: dict[int, int | None] = {self.lifted: BEST, self.sunk: WORST}
        return [replace(vote, answers=with_marks(vote.answers, sitting, wanted)) for vote in honest]

    def with_favours(self, sitting: Sitting, honest: list[Vote]) -> list[Vote]:
        """All of a ring's people put the partners first and the others one option lower."""
        wanted = {
            unit: BEST if unit in self.ring else None
            for unit in sitting.targets
            if unit != sitting.home
        }
        return [replace(vote, answers=with_marks(vote.answers, sitting, wanted)) for vote in honest]


def stuffed(opinions: Opinions, sitting: Sitting, honest: list[Vote]) -> list[Vote]:
    """Thirty-six codes filled in by one hand: one answer sheet, one network, half an hour."""
    rng = opinions.rng
    start = opinions.starts_at + timedelta(days=6, hours=20)
    template = replace(
        honest[0], answers=with_marks(honest[0].answers, sitting, {sitting.targets[0]: BEST})
    )
    ours = []
    for place in range(min(N_STUFFED, sitting.n)):
        answers = bytearray(template.answers)
        if rng.random() < 0.08:
            answers[int(rng.integers(1, len(answers)))] = BEST + 1
        ours.append(
            replace(
                template,
                answers=bytes(answers),
                at=start + timedelta(seconds=45 * place),
                seconds=int(rng.integers(9, 16)),
                address="10.77.3.9",
                device=f"stuffer-{place % 2}",
                comments=(),
            )
        )
    return ours + honest[: sitting.n - len(ours)]


def careless(opinions: Opinions, honest: list[Vote]) -> list[Vote]:
    """Some tick one column all the way down, some tick anything."""
    rng = opinions.rng
    size = len(honest[0].answers)
    straight = [replace(vote, answers=bytes([2]) * size, seconds=8) for vote in honest[:N_CARELESS]]
    random = [
        replace(vote, answers=bytes(rng.integers(1, 5, size).tolist()), seconds=9)
        for vote in honest[N_CARELESS : 2 * N_CARELESS]
    ]
    return straight + random + honest[2 * N_CARELESS :]


def with_marks(answers: bytes, sitting: Sitting, wanted: dict[int, int | None]) -> bytes:
    """Overwrite the ratings of some units; None means one option lower than it was."""
    items = sitting.content.answered_items
    cells = np.frombuffer(answers, dtype=np.uint8).reshape(-1, len(items)).copy()
    ratings = [place for place, item in enumerate(items) if item.kind is ItemKind.RATING]
    for row, unit in enumerate(sitting.targets):
        if unit not in wanted:
            continue
        mark = wanted[unit]
        for place in ratings:
            now = int(cells[row, place])
            cells[row, place] = mark or (min(now + 1, WORST) if 1 <= now <= WORST else now)
    if sitting.content.kind == "recognition":
        choice = next(place for place, item in enumerate(items) if item.kind is ItemKind.CHOICE)
        cells[:, choice] = 1
    return cells.tobytes()
