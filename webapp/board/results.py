"""The board itself: which periods are published, a period's board, a unit on it."""

from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from surveys.publishing.board import Board, board, published_periods, unit_result
from surveys.publishing.participation import Participation, participation
from surveys.scoring.colours import Colour
from webapp.access import public
from webapp.board.blueprint import board as pages
from webapp.board.pictures import (
    category_scale,
    composition,
    grade_looks,
    shown_categories,
    tallies,
)
from webapp.context import database


@pages.get("")
@public
def home() -> str:
    """List the published periods, the latest first."""
    with database().transaction() as session:
        publications = published_periods(session)
    return render_template("board/home.html", publications=publications)


@pages.get("/<period_code>")
@public
def period(period_code: str) -> Response | str:
    """Show a period's board; `colour` picks one colour, `q` looks for a unit."""
    words = request.args.get("q", "").strip()
    with database().transaction() as session:
        shown = board(session, period_code=period_code)
        numbers = participation(session, period_id=shown.period.id)
    found = shown.find(words)
    if len(found) == 1:
        return redirect(
            url_for("board.unit", period_code=period_code, unit_code=found[0].unit.code)
        )
    return render_template(
        "board/period.html", **board_page(shown, numbers), words=words, found=found, preview=False
    )


@pages.get("/<period_code>/<unit_code>")
@public
def unit(period_code: str, unit_code: str) -> str:
    """Show one unit's result."""
    with database().transaction() as session:
        result = unit_result(session, period_code=period_code, unit_code=unit_code)
    return render_template(
        "board/unit.html",
        result=result,
        line=result.line,
        period=result.board.period,
        grades=grade_looks(result.board.scheme),
        scale=category_scale(result.category.lines),
        segments=composition(result.components, float(result.line.bonus)),
        n_placed=sum(each.place is not None for each in result.category.lines),
    )


def board_page(shown: Board, numbers: tuple[Participation, ...]) -> dict[str, Any]:
    """What the template of a board needs, published or not."""
    wanted = request.args.get("colour", "")
    colour = Colour(wanted) if wanted in set(Colour) else None
    return {
        "board": shown,
        "period": shown.period,
        "categories": shown_categories(shown, colour=colour),
        "colour": colour,
        "tallies": tallies(shown),
        "grades": grade_looks(shown.scheme),
        "participation": numbers,
    }
