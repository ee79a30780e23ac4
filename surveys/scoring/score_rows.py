"""Scores as rows of the database: points as text, so that nothing is lost and all re-adds."""

from collections.abc import Mapping

from surveys.examining.score_intervals import PlaceInterval
from surveys.models import MemberScore, ScoreLine, ScoreRun
from surveys.models.base import JsonObject
from surveys.scoring.lines import ComponentLine, Scores, UnitLine
from surveys.scoring.plain_data import plain


def score_rows(
    run: ScoreRun,
    scores: Scores,
    *,
    unit_ids: Mapping[str, int],
    halves: Mapping[str, float],
    places: Mapping[str, PlaceInterval],
) -> list[ScoreLine]:
    """One row for each unit, with the interval of its total and the places that it allows."""
    return [
        score_row(run, unit_ids[line.unit], line, halves[line.unit], places.get(line.unit))
        for line in scores.lines
    ]


def score_row(
    run: ScoreRun, unit_id: int, line: UnitLine, half: float, places: PlaceInterval | None
) -> ScoreLine:
    """A unit's line as a row."""
    total = None if line.total is None else float(line.total)
    arithmetic = line.arithmetic
    return ScoreLine(
        run_id=run.id,
        unit_id=unit_id,
        components=components_json(line),
        bonus=arithmetic.bonus,
        deduction=arithmetic.deductions + arithmetic.reverse_deduction,
        total=line.total,
        total_low=None if total is None else total - half,
        total_high=None if total is None else total + half,
        place=line.place,
        place_low=None if places is None else places.low,
        place_high=None if places is None else places.high,
        grade=line.grade,
        colour=line.colour,
        consequences={"proposals": plain(line.consequences)},
        notes={
            "notes": plain((*line.notes, *arithmetic.notes)),
            "vetoes": plain(line.vetoes),
        },
    )


def member_rows(
    run: ScoreRun, scores: Scores, *, member_ids: Mapping[str, int]
) -> list[MemberScore]:
    """One row for each person."""
    return [
        MemberScore(
            run_id=run.id,
            member_id=member_ids[line.unit],
            category=line.category,
            components=components_json(line),
            bonus=line.arithmetic.bonus,
            deduction=line.arithmetic.deductions + line.arithmetic.reverse_deduction,
            total=line.total,
            place=line.place,
            grade=line.grade,
            consequences={"proposals": plain(line.consequences)},
            notes={"notes": plain((*line.notes, *line.arithmetic.notes))},
        )
        for line in scores.lines
    ]


def components_json(line: UnitLine) -> JsonObject:
    """The components of a unit or person, and what is added to them and taken away."""
    arithmetic = line.arithmetic
    return {
        "lines": [component_json(component) for component in line.components],
        "bonus_claimed": str(arithmetic.bonus_claimed),
        "deductions": str(arithmetic.deductions),
        "reverse_points": plain(arithmetic.reverse_points),
        "reverse_deduction": str(arithmetic.reverse_deduction),
    }


def component_json(component: ComponentLine) -> JsonObject:
    """A component with its parts and its weighted points."""
    return {**plain(component), "weighted": plain(component.weighted)}


def seats_json(scores: Scores) -> JsonObject:
    """Seats of every category, and what its committee must decide."""
    return {each.category: plain(each) for each in scores.categories}
