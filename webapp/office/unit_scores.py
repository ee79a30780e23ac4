"""One unit's score: its whole arithmetic, and what a committee decides where the rules do not."""

from flask import render_template
from flask_wtf import FlaskForm

from surveys.scoring.raw_figures import raw_figures
from webapp.access import role
from webapp.context import database
from webapp.office.blueprint import office
from webapp.office.decisions import decisions_page
from webapp.office.score_lines import component_sheets, sum_of
from webapp.office.scored_targets import UNIT, Scored, units_scored
from webapp.office.scoring import READERS, scoring_work_shown, sheet_page
from webapp.office.waterfall import waterfall


@office.get(UNIT)
@role(*READERS)
def unit_score(period_id: int, unit_code: str) -> str:
    """Show a unit's whole arithmetic, so that it can be added up again by hand."""
    return unit_page(period_id, unit_code)


def unit_page(period_id: int, unit_code: str, *, failed: FlaskForm | None = None) -> str:
    """The page of a unit; `failed` is a form that must be filled in anew."""
    with database().transaction() as session:
        # The job first: one that ends meanwhile shows as under way, never as neither.
        work_shown = scoring_work_shown(session, period_id)
        sheet = units_scored(session, period_id)
        category, row = sheet.row(unit_code)
        shown = sheet_page(session, sheet)
        scored = Scored(row.line.unit, row.line, sheet.scheme)
        decided = decisions_page(session, scored, words=shown["words"], failed=failed)
        figures = raw_figures(
            session, unit_id=row.line.unit_id, used=sheet.run.versions.get(unit_code, {})
        )
        components = component_sheets(row.line, shown["words"], figures)
    last = sum_of(row.line)
    return render_template(
        "office/scoring/unit.html",
        period=sheet.period,
        category=category,
        row=row,
        line=row.line,
        components=components,
        sum=last,
        steps=waterfall(components, last),
        scheme=sheet.scheme,
        **decided,
        **work_shown,
        **shown,
    )
