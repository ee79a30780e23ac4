"""What a set-up consists of, in the order in which one fills it in, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from surveys.models import Period
from surveys.setup.draft import FIGURES, TABLES, Draft
from surveys.setup.open_questions import OpenQuestion, open_questions
from surveys.setup.problems import RowProblem
from surveys.setup.settling import stored_draft

# What a set-up may well do without.
OPTIONAL: Final = frozenset(
    {
        "班子成员",
        "考核关系",
        "票数调整",
        "指标",
        "指标值",
        "加减分",
        "一票否决",
        "成员得分",
        "成员事实认定",
    }
)

# The table where a question is answered.
ANSWERED_IN: Final[Mapping[str, str]] = {
    "no_units": "单位名单",
    "category_without_units": "类别",
    "no_campaigns": "测评活动",
    "nobody_assesses": "考核关系",
    "no_members": "班子成员",
    "member_without_points": "成员得分",
    "group_without_ballots": "测评主体",
    "group_stays_below_minimum": "测评主体",
    "campaign_without_groups": "测评主体",
    "group_weights_not_one": "测评主体",
    "indicator_weights_not_one": "指标",
    "part_without_indicators": "指标",
    "indicator_without_values": "指标值",
    "value_missing": "指标值",
}


class StepState(StrEnum):
    """How a table of the set-up stands."""

    DONE = "done"
    MISSING = "missing"  # freezing waits for it
    LOOK = "look"  # filled in, but something is worth a look
    EMPTY = "empty"  # may stay so


@dataclass(frozen=True)
class Step:
    """One table: its rows, how it stands, what is asked about it, whether it may be changed."""

    table: str
    n_rows: int
    state: StepState
    questions: tuple[OpenQuestion, ...]
    open: bool

    @property
    def is_figure(self) -> bool:
        """Whether it arrives during the year, so that freezing leaves it open."""
        return self.table in FIGURES


@dataclass(frozen=True)
class Checklist:
    """All steps of a period."""

    period: Period
    draft: Draft
    steps: tuple[Step, ...]
    blocking: tuple[OpenQuestion, ...]

    @property
    def n_done(self) -> int:
        """Steps that need nothing more before the freeze."""
        return sum(step.state is not StepState.MISSING for step in self.steps)

    @property
    def next_step(self) -> Step | None:
        """The first table that freezing waits for."""
        return next((step for step in self.steps if step.state is StepState.MISSING), None)


def checklist(session: Session, *, period_id: int, certified: bool) -> Checklist:
    """Go through the set-up of a period.

    Parameters
    ----------
    certified : its results are, and figures stand still
    """
    period = session.get_one(Period, period_id)
    draft = stored_draft(session, period_id=period_id)
    questions = open_questions(session, period_id=period_id)
    asked: dict[str, list[OpenQuestion]] = {name: [] for name in TABLES}
    for question in questions:
        asked[answered_in(question)].append(question)
    frozen = period.frozen_at is not None
    steps = tuple(
        Step(
            table=name,
            n_rows=len(draft[name]),
            state=_state(name, len(draft[name]), asked[name]),
            questions=tuple(asked[name]),
            open=not certified if name in FIGURES else not frozen,
        )
        for name in TABLES
    )
    blocking = tuple(question for question in questions if question.blocks)
    return Checklist(period, draft, steps, blocking)


def answered_in(question: OpenQuestion) -> str:
    """The table in which a question is answered."""
    if question.code in ANSWERED_IN:
        return ANSWERED_IN[question.code]
    rows = question.facts.get("rows")
    first = rows[0] if isinstance(rows, tuple) and rows else None
    sheet = first.sheet if isinstance(first, RowProblem) else ""
    return sheet if sheet in TABLES else "考核周期"


def _state(name: str, n_rows: int, questions: list[OpenQuestion]) -> StepState:
    if any(question.blocks for question in questions):
        return StepState.MISSING
    if n_rows == 0:
        return StepState.EMPTY if name in OPTIONAL else StepState.MISSING
    return StepState.LOOK if questions else StepState.DONE
