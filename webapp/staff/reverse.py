"""A reviewer reads how the assessed units rate the own body, once everything is published."""

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from surveys.errors import NotFound, Refused
from surveys.models import Role, Unit
from surveys.publishing.board import published_periods, unit_result
from surveys.publishing.reverse_results import reverse_report
from surveys.publishing.score_sheet import part_names
from surveys.publishing.small_groups import SMALLEST, SMALLEST_FOR_WORDS, breakdowns
from webapp.access import current_account, role
from webapp.board.pictures import grade_looks
from webapp.context import database
from webapp.office.score_words import ScoreWords
from webapp.staff.blueprint import staff


@staff.get("")
@role(Role.REVIEWER)
def home() -> Response | str:
    """Lead to the own body's page."""
    unit_id = current_account().unit_id
    if unit_id is None:
        return render_template("staff/no_unit.html")
    return redirect(url_for("staff.reverse", unit_id=unit_id))


@staff.get("/units/<int:unit_id>")
@role(Role.REVIEWER)
def reverse(unit_id: int) -> str:
    """Show the reverse evaluation of the own body, or why there is nothing to show yet."""
    if current_account().unit_id != unit_id:
        raise Refused("other_unit")
    with database().transaction() as session:
        unit = session.get_one(Unit, unit_id)
        period = unit.period
        published = {each.period_id for each in published_periods(session)}
        if unit.period_id not in published:
            return render_template("staff/waiting.html", unit=unit, period=period)
        result = unit_result(session, period_code=period.code, unit_code=unit.code)
        words = ScoreWords(result.board.scheme, part_names(session, period=period))
        try:
            report = reverse_report(session, unit_id=unit_id)
        except NotFound:
            report = None
    return render_template(
        "staff/reverse.html",
        unit=unit,
        period=period,
        result=result,
        line=result.line,
        report=report,
        words=words,
        grades=grade_looks(result.board.scheme),
        breakdowns=breakdowns(result.line, result.board.scheme),
        smallest=SMALLEST,
        comments_from=SMALLEST_FOR_WORDS,
    )
