"""A named person confirms or declines a proposal, on paper and with a date."""

from flask import flash, redirect, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from surveys.models import Role
from surveys.publishing.score_sheet import score_sheet
from surveys.scoring.proposals import ProposalWord, decide_proposal
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.office.blueprint import office
from webapp.office.proposal_sheets import CONFIRM, ProposalForm
from webapp.office.unit_scores import UNIT, scored, unit_page


@office.post(f"{UNIT}/proposals/<proposal>")
@role(Role.ORGANIZER)
def decide_on_proposal(period_id: int, unit_code: str, proposal: str) -> Response | tuple[str, int]:
    """Record what a named person decided on a proposal."""
    form = ProposalForm(prefix=proposal)
    if not form.validate_on_submit():
        return unit_page(period_id, unit_code, failed=form), 422
    word = ProposalWord(
        confirmed=form.verdict.data == CONFIRM,
        reason=form.reason.data,
        document=form.document.data,
        decided_on=form.decided_on.data,
    )
    with database().transaction() as session:
        _category, row = scored(score_sheet(session, period_id=period_id)).row(unit_code)
        decide_proposal(
            session,
            unit_id=row.line.unit_id,
            proposal=proposal,
            word=word,
            now=now(),
            by=current_account().id,
        )
    flash(gettext("The decision on the proposal is recorded."))
    address = url_for("office.unit_score", period_id=period_id, unit_code=unit_code)
    return redirect(f"{address}#proposals")
