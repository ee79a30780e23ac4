"""Simulated voters of the sample county: believable opinions, and a few who play foul.

An opinion is an ordinal answer cut from a latent mark: quality of the unit, its strength on the
item, the rater's severity and noise. The cuts give 50 to 65 of 100 marks at the top, as in real
democratic evaluations. What is planted against the rules stands in surveys/sample/planted.py.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from surveys.casting.item_readers import check_of
from surveys.setup.questionnaires import DONT_KNOW, NO_ANSWER, ItemKind, QuestionnaireContent

# Latent marks below these get the 2nd, 3rd, 4th option: half of an average unit's marks are tops.
CUTS = np.array([0.0, -0.9, -1.8])
COMMENTS = {
    "recognition": (
        "窗口排队时间有点长，希望多开一个窗口。",
        "网上能办的事请说明白，少让群众跑腿。",
        "办事人员态度很好。",
        "周末也能办就更方便了。",
        "村里的路修好了，感谢。",
    ),
    "reverse": (
        "指标口径请在年初讲清楚，年中不要再变。",
        "同一份材料今年报了三次，希望共享。",
        "反馈及时，扣分理由讲得明白。",
        "现场核查次数可以再少一些。",
    ),
    "democratic": ("工作扎实，望进一步加强基层调研。", "统筹协调能力还可提高。"),
}
COMMENT_SHARE = {"recognition": 0.06, "reverse": 0.25, "democratic": 0.03}
HAD_BUSINESS, IN_TOUCH, ONLY_HEARD, UNKNOWN = 1, 2, 3, 4


@dataclass(frozen=True)
class Sitting:
    """One batch as its voters meet it.

    Parameters
    ----------
    targets : ids of the units rated, in the order of the ballot
    home : id of the unit the voters belong to, or None
    n : codes handed out
    turnout : share of them that come back
    """

    content: QuestionnaireContent
    group: str
    targets: tuple[int, ...]
    home: int | None
    n: int
    turnout: float


@dataclass(frozen=True)
class Vote:
    """What one voter sends: answers and the circumstances the box keeps coarsely."""

    answers: bytes
    at: datetime
    seconds: int
    address: str
    device: str
    comments: tuple[tuple[int, str], ...] = ()


@dataclass
class Opinions:
    """The sample county's mind: qualities of units, drawn once from a seed."""

    rng: np.random.Generator
    quality: dict[int, float]
    starts_at: datetime
    strengths: dict[int, NDArray[np.float64]] = field(default_factory=dict)

    def strength(self, unit: int, n_items: int) -> NDArray[np.float64]:
        """How much better or worse the unit is on each item than on the whole."""
        known = self.strengths.get(unit)
        if known is None or len(known) < n_items:
            known = self.rng.normal(0.0, 0.25, max(n_items, 12))
            self.strengths[unit] = known
        return known[:n_items]

    def votes(self, sitting: Sitting) -> list[Vote]:
        """The votes of those of the sitting who answer."""
        n_returned = int(self.rng.binomial(sitting.n, sitting.turnout))
        return [self.vote(sitting) for _ in range(n_returned)]

    def vote(self, sitting: Sitting) -> Vote:
        """One honest vote."""
        marks = self.marks(sitting)
        answers = answers_of(marks, sitting, rng=self.rng)
        return Vote(
            answers,
            self.moment(),
            self.pace(len(answers)),
            *self.place(sitting),
            comments=self.comments(sitting),
        )

    def comments(self, sitting: Sitting) -> tuple[tuple[int, str], ...]:
        """A few voters add a line about one of the units."""
        kind = sitting.content.kind
        if sitting.content.comment is None or self.rng.random() >= COMMENT_SHARE[kind]:
            return ()
        words = COMMENTS[kind]
        target = int(self.rng.integers(len(sitting.targets)))
        return ((target, words[int(self.rng.integers(len(words)))]),)

    def marks(self, sitting: Sitting) -> NDArray[np.int64]:
        """Options 1..4 of one rater, shape (n_targets, n_items)."""
        n_items = len(sitting.content.answered_items)
        severity = self.rng.normal(0.0, 0.45)
        stretch = float(np.clip(self.rng.normal(1.0, 0.2), 0.5, 1.6))
        # A tenth of all raters honestly see no difference between units.
        sharpness = 0.15 if self.rng.random() < 0.1 else 1.0
        rows = []
        for unit in sitting.targets:
            own = 0.7 if unit == sitting.home else 0.0
            centre = sharpness * self.quality[unit] + own + severity + self.rng.normal(0.0, 0.35)
            latent = centre + self.strength(unit, n_items) + self.rng.normal(0.0, 0.45, n_items)
            rows.append(1 + (stretch * latent[:, None] < CUTS).sum(axis=1))
        return np.array(rows)

    def moment(self) -> datetime:
        """Some daytime hour in the ten days of the campaign; the second evening is a reminder."""
        day = 2.0 if self.rng.random() < 0.2 else float(self.rng.integers(0, 10))
        hour = float(np.clip(self.rng.normal(14.0, 3.5), 7.5, 22.5))
        return self.starts_at + timedelta(days=day, hours=hour)

    def pace(self, n_answers: int) -> int:
        """Seconds taken: about four for an answer, log-normal among people."""
        return int(np.clip(n_answers * 4.0 * self.rng.lognormal(0.0, 0.4), 8, 3600))

    def place(self, sitting: Sitting) -> tuple[str, str]:
        """Network and device: the office's for insiders, a carrier's shared ones for citizens."""
        device = f"phone-{self.rng.integers(10**9)}"
        if sitting.content.kind == "recognition":
            return f"10.{self.rng.integers(0, 40)}.{self.rng.integers(0, 200)}.9", device
        return f"172.16.{(sitting.home or 0) % 250}.7", device


def answers_of(marks: NDArray[np.int64], sitting: Sitting, *, rng: np.random.Generator) -> bytes:
    """Turn marks into answer bytes, with honest "don't know" and the form's routes."""
    content = sitting.content
    dont_know = 0.10 if content.kind == "democratic" and sitting.group == "D" else 0.02
    rows = []
    for row in marks:
        cells = np.where(rng.random(len(row)) < dont_know, DONT_KNOW, row)
        rows.append(routed(cells, content, rng=rng))
    limit_tops(rows, content)
    return bytes(int(cell) for row in rows for cell in row)


def routed(
    cells: NDArray[np.int64], content: QuestionnaireContent, *, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Answer the choice items, and leave out what their answer skips."""
    items = content.answered_items
    for place, item in enumerate(items):
        if item.kind is not ItemKind.CHOICE:
            continue
        chosen = int(
            rng.choice([HAD_BUSINESS, IN_TOUCH, ONLY_HEARD, UNKNOWN], p=[0.5, 0.3, 0.13, 0.07])
        )
        cells[place] = content.byte_of(item, chosen)
    for place, item in enumerate(items):
        checks = (check_of(content, condition) for condition in item.show_if)
        if not all(check.holds(bytes(cells.tolist())) for check in checks):
            cells[place] = NO_ANSWER
    return cells


def limit_tops(rows: list[NDArray[np.int64]], content: QuestionnaireContent) -> None:
    """Keep within the quota of top marks: the overall mark of the weakest tops becomes second."""
    if content.quota is None or len(rows) < 2:
        return
    overall = len(content.answered_items) - 1
    allowed = max(1, int(content.quota.share * len(rows)))
    tops = [row for row in rows if row[overall] == content.quota.option]
    for row in sorted(tops, key=lambda row: float((row == 1).mean()))[: len(tops) - allowed]:
        row[overall] = content.quota.option + 1
