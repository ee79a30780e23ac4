"""Trying a draft: ballots that count for nothing and are wiped."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.casting.answers import Answers, AnswerSheet
from surveys.errors import Conflict
from surveys.models import TrialBallot
from surveys.questionnaires.faults import require_faultless
from surveys.questionnaires.sample_papers import usual_targets
from surveys.questionnaires.versions import content_of, version_of
from surveys.setup.questionnaires import (
    BYTE_FOR_EACH_OPTION,
    DONT_KNOW,
    NO_ANSWER,
    Item,
    ItemKind,
    QuestionnaireContent,
)


@dataclass(frozen=True)
class ItemCounts:
    """How often each answer of an item was given, over all units of all trial ballots.

    Parameters
    ----------
    counts : by option from 1 (of a number from its low end); of a ranking: how often placed
    """

    item: Item
    counts: tuple[int, ...]
    n_dont_know: int
    n_open: int


def trial_sheet(content: QuestionnaireContent) -> AnswerSheet:
    """The paper on which a draft is tried: one unit for citizens, else three."""
    return AnswerSheet(content, usual_targets(content))


def cast_trial(session: Session, *, version_id: int, fields: Mapping[str, str]) -> Answers:
    """Read a trial ballot as voters' ballots are read, and keep it until it is wiped.

    Raises
    ------
    Invalid : ``questionnaire_faulty``, ``bad_answers`` (problems)
    Conflict : ``questionnaire_frozen``: voters use it now
    """
    version = version_of(session, version_id=version_id, lock=True)
    if version.frozen:
        raise Conflict("questionnaire_frozen", form=version.code, version=version.version)
    content = content_of(version)
    require_faultless(content)
    answers = trial_sheet(content).read(fields)
    session.add(
        TrialBallot(version_id=version_id, answers=answers.packed, n_comments=len(answers.comments))
    )
    session.flush()
    return answers


def trial_counts(session: Session, *, version_id: int) -> tuple[int, tuple[ItemCounts, ...]]:
    """How many trial ballots there are, and what they say."""
    content = content_of(version_of(session, version_id=version_id))
    rows = session.scalars(
        select(TrialBallot.answers).where(TrialBallot.version_id == version_id)
    ).all()
    width = content.row_bytes
    whole = [row for row in rows if width and len(row) % width == 0]
    lines = [row[at : at + width] for row in whole for at in range(0, len(row), width)]
    return len(rows), tuple(_counts(content, item, lines) for item in content.answered_items)


def wipe_trials(session: Session, *, version_id: int, now: datetime, by: int | None) -> int:
    """Delete all trial ballots of a version; how many there were."""
    version = version_of(session, version_id=version_id)
    gone = session.execute(
        delete(TrialBallot).where(TrialBallot.version_id == version_id).returning(TrialBallot.id)
    )
    n = len(gone.all())
    record(
        session,
        "trial_ballots_wiped",
        at=now,
        by=by,
        form=version.code,
        version=version.version,
        n_ballots=n,
    )
    return n


def _counts(content: QuestionnaireContent, item: Item, lines: list[bytes]) -> ItemCounts:
    start = content.offsets[item.code]
    cells = [line[start : start + content.n_bytes(item)] for line in lines]
    if item.kind in BYTE_FOR_EACH_OPTION:
        places = range(content.n_bytes(item))
        counts = [sum(cell[place] not in {0, DONT_KNOW} for cell in cells) for place in places]
    else:
        n = _n_values(content, item)
        counts = [sum(cell[0] == byte for cell in cells) for byte in range(1, n + 1)]
    return ItemCounts(
        item,
        tuple(counts),
        n_dont_know=sum(cell[0] == DONT_KNOW for cell in cells),
        n_open=sum(not any(byte != NO_ANSWER for byte in cell) for cell in cells),
    )


def _n_values(content: QuestionnaireContent, item: Item) -> int:
    if item.kind is ItemKind.NUMBER:
        return item.high - item.low + 1
    return len(content.options_of(item))
