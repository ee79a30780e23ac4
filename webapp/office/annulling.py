"""Replace one code by two persons: for the voter whose slip says "already used"."""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from surveys.issuing.annul import confirm_annulment, request_annulment, withdraw_annulment
from surveys.issuing.annul_slip import replacement_slip
from surveys.models import Role
from webapp.access import current_account, role
from webapp.context import config, database, now, random_bytes
from webapp.office.blueprint import office
from webapp.office.downloads import download

EITHER = (Role.ORGANIZER, Role.OFFICER)


@office.post("/campaigns/<int:campaign_id>/issuing/annul")
@role(*EITHER)
def ask_annulment(campaign_id: int) -> AnyResponse:
    """First person: type the code of the slip."""
    with database().transaction() as session:
        request_annulment(
            session,
            campaign_id=campaign_id,
            code=request.form.get("code", ""),
            now=now(),
            by=current_account().id,
        )
    flash(gettext("Noted. Now another person logs in and confirms; keep the old slip until then."))
    return to_card(campaign_id)


@office.post("/campaigns/<int:campaign_id>/issuing/annul/withdraw")
@role(*EITHER)
def withdraw_annul(campaign_id: int) -> AnyResponse:
    """Take the request back."""
    with database().transaction() as session:
        withdraw_annulment(session, campaign_id=campaign_id, now=now(), by=current_account().id)
    flash(gettext("The request is withdrawn. The code stays as it was."))
    return to_card(campaign_id)


@office.post("/campaigns/<int:campaign_id>/issuing/annul/confirm")
@role(*EITHER)
def confirm_annul(campaign_id: int) -> Response:
    """Second person: annul; the answer is the new slip, printed once."""
    with database().transaction() as session:
        replacement = confirm_annulment(
            session,
            campaign_id=campaign_id,
            random_bytes=random_bytes,
            now=now(),
            by=current_account().id,
        )
        pdf = replacement_slip(
            session,
            replacement=replacement,
            base_url=config().base_url,
            in_path=config().code_in_path,
        )
    name = gettext("replacement-code_%(campaign)s.pdf", campaign=campaign_id)
    return download(pdf, name, "application/pdf")


def to_card(campaign_id: int) -> AnyResponse:
    """Back to the page, at its card of replaced codes."""
    return redirect(url_for("office.issuing", campaign_id=campaign_id, _anchor="annul"))
