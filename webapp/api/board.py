"""Published results as JSON."""

from typing import Any

from flask import Response, jsonify

from surveys.models import Period, ScoreLine
from surveys.publishing.board import board, public_components, published_periods
from surveys.scoring.rounding import shown, shown_whole
from surveys.scoring.schemes import Scheme
from webapp.access import public
from webapp.api.blueprint import PUBLIC_FOR_A_MINUTE, api
from webapp.context import database


def _name(thing: Any) -> dict[str, str]:
    return {"zh": thing.name_zh, "en": thing.name_en}


def _period(period: Period) -> dict[str, Any]:
    return {
        "code": period.code,
        "name": _name(period),
        "county": {"zh": period.county_zh, "en": period.county_en},
        "starts_on": period.starts_on.isoformat(),
        "ends_on": period.ends_on.isoformat(),
        "sample": period.sample,
    }


def _line(line: ScoreLine, scheme: Scheme) -> dict[str, Any]:
    # Points are strings of four places: a float would not re-add to the printed total.
    return {
        "unit": {"code": line.unit.code, "name": _name(line.unit)},
        "place": line.place,
        "place_range": _range(line.place_low, line.place_high),
        "total": None if line.total is None else f"{line.total:.4f}",
        "total_range": _range(line.total_low, line.total_high),
        "components": _components(line, scheme),
        "bonus": f"{line.bonus:.4f}",
        "deduction": f"{line.deduction:.4f}",
        "grade": line.grade,
        "colour": line.colour,
    }


def _components(line: ScoreLine, scheme: Scheme) -> list[dict[str, Any]]:
    # Never the groups inside a component: those may be small.
    return [
        {
            "component": each.component.key,
            "name": {"zh": each.component.zh, "en": each.component.en},
            "points": None if each.points is None else shown(each.points),
            "weight": shown(each.weight),
            "weighted": None if each.weighted is None else shown_whole(each.weighted),
        }
        for each in public_components(line, scheme)
    ]


def _range(low: float | None, high: float | None) -> list[float] | None:
    return None if low is None or high is None else [low, high]


def _answer(body: dict[str, Any]) -> Response:
    response = jsonify(body)
    response.headers["Cache-Control"] = PUBLIC_FOR_A_MINUTE
    return response


@api.get("/board")
@public
def boards() -> Response:
    """List the published periods."""
    with database().transaction() as session:
        periods = [_period(each.period) for each in published_periods(session)]
    return _answer({"periods": periods})


@api.get("/board/<period_code>")
@public
def board_of_period(period_code: str) -> Response:
    """Return places, totals, grades and colours of a published period."""
    with database().transaction() as session:
        found = board(session, period_code=period_code)
        published_at = found.publication and found.publication.published_at
        body = {
            "period": _period(found.period),
            "published_at": published_at and published_at.isoformat(),
            "categories": [
                {
                    "code": each.category.code,
                    "name": _name(each.category),
                    "seats": each.seats,
                    "units": [_line(line, found.scheme) for line in each.lines],
                }
                for each in found.categories
            ],
        }
    return _answer(body)
