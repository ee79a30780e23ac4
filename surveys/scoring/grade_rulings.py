"""From the grade that places and points give to the grade that stands: facts, caps, decisions."""

from dataclasses import dataclass

from surveys.scoring.inputs import GradeDecision, UnitInputs
from surveys.scoring.notes import Note, NoteCode, note
from surveys.scoring.scheme_parts import Fact
from surveys.scoring.schemes import Level


@dataclass(frozen=True)
class Standing:
    """The grade as reckoned, and as it stands after facts, caps and decisions."""

    reckoned: str | None
    grade: str | None


def best_grade(scheme: Level, unit: UnitInputs) -> int:
    """The best position that caps leave a unit, 0 = top."""
    caps = [cap.grade for cap in unit.caps]
    caps += [fact.grade for fact in _facts(scheme, unit) if fact.effect != "lower"]
    if scheme.veto is not None:
        caps += [scheme.veto.grade_cap(veto.level) for veto in unit.vetoes]
    return max((scheme.grade_rank(cap) for cap in caps), default=0)


def takes_a_place(scheme: Level, unit: UnitInputs) -> bool:
    """A veto, or a fact that sets the grade, takes the place."""
    if not unit.in_quota_base or unit.vetoes:
        return False
    return all(fact.effect != "set" for fact in _facts(scheme, unit))


def standing_grade(scheme: Level, unit: UnitInputs, reckoned: str | None) -> Standing:
    """Score grade, then steps down, then a grade set by fact; a decision replaces all but caps."""
    if reckoned is None:
        return Standing(None, _decided(scheme, unit, None))
    rank = scheme.grade_rank(reckoned)
    for fact in _facts(scheme, unit):
        lowest = scheme.grade_rank(fact.grade)
        if fact.effect == "lower":
            rank = max(rank, min(rank + fact.steps, lowest))
        elif fact.effect == "set":
            rank = lowest
    return Standing(reckoned, _decided(scheme, unit, rank))


def grade_notes(scheme: Level, unit: UnitInputs, standing: Standing) -> list[Note]:
    """Remarks on caps, facts and decisions."""
    notes = [
        note(NoteCode.GRADE_CAPPED, cap=cap.grade, reason=cap.reason, document=cap.document)
        for cap in unit.caps
    ]
    for event in unit.facts:
        fact = scheme.fact(event.fact)
        notes.append(
            note(
                NoteCode.FACT_ESTABLISHED,
                zh=fact.zh,
                en=fact.en,
                effect=fact.effect,
                grade=fact.grade,
                document=event.document,
            )
        )
    if unit.grade_decision is not None:
        notes.append(_decision_note(unit.grade_decision, standing))
    return notes


def _facts(scheme: Level, unit: UnitInputs) -> list[Fact]:
    return [scheme.fact(event.fact) for event in unit.facts]


def _decided(scheme: Level, unit: UnitInputs, rank: int | None) -> str | None:
    if unit.grade_decision is not None:
        # A cap binds the committee too: a decision can lower below it, never lift above it.
        decided = scheme.grade_rank(unit.grade_decision.grade)
        rank = max(decided, best_grade(scheme, unit))
    return None if rank is None else scheme.grades[rank].key


def _decision_note(decision: GradeDecision, standing: Standing) -> Note:
    return note(
        NoteCode.GRADE_DECIDED,
        reckoned=standing.reckoned,
        decided=standing.grade,
        asked=decision.grade,
        reason=decision.reason,
        document=decision.document,
        decided_by=decision.decided_by,
    )
