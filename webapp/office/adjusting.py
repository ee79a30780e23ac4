"""Bonus and deduction points: one person proposes with evidence, another approves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from flask import Response, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse
from wtforms import DecimalField, IntegerField, SelectChoice, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from surveys.errors import DomainError, NotFound
from surveys.models import AdjustmentClaim, AdjustmentKind, Period, Role
from surveys.models.units import FIRST_MEMBER_ID
from surveys.publishing.certify import publication_of
from surveys.scoring.adjustment_claims import (
    MOST_TIMES,
    Claim,
    approve_adjustment,
    claims_of,
    propose_adjustment,
    withdraw_adjustment,
)
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.person_level import scores_persons
from surveys.scoring.rulings import LONGEST_DOCUMENT, LONGEST_REASON
from surveys.scoring.scheme_parts import AdjustmentItem
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.errors import error_text
from webapp.languages import name_of
from webapp.listings import KINDS as FILES
from webapp.listings import Columns, Listing, words_wanted
from webapp.office.blueprint import office
from webapp.office.downloads import download
from webapp.office.scoring import READERS

PAGE: Final = "/periods/<int:period_id>/scores/adjustments"
OTHER: Final = ""
OF_PERSONS: Final = "persons."
KINDS: Final = {
    AdjustmentKind.BONUS: _("Bonus"),
    AdjustmentKind.DEDUCTION: _("Deduction"),
}
CHANGEABLE: Final = frozenset(
    {
        "points_out_of_range",
        "times_out_of_range",
        "reason_missing",
        "document_missing",
        "evidence_too_large",
        "evidence_not_a_scan",
    }
)


class ClaimForm(FlaskForm):  # type: ignore[misc]
    """What happened, what it is worth, and the papers."""

    target = SelectField(_("Unit or person"))
    item = SelectField(_("What the scheme names"), validate_choice=False)
    kind = SelectField(
        _("Kind"), choices=[SelectChoice(kind.value, words) for kind, words in KINDS.items()]
    )
    points = DecimalField(
        _("Points each time"),
        [Optional(), NumberRange(0, 100, _("Between 0 and 100."))],
        places=None,
        description=_("Leave empty where the scheme names kind and points."),
    )
    times = IntegerField(
        _("Times"), [InputRequired(), NumberRange(1, MOST_TIMES, _("Once at least."))], default=1
    )
    reason = StringField(
        _("What happened"),
        [InputRequired(_("Please say what happened.")), Length(max=LONGEST_REASON)],
    )
    document = StringField(
        _("Document number"),
        [InputRequired(_("Please give the document.")), Length(max=LONGEST_DOCUMENT)],
    )
    evidence = FileField(
        _("Evidence file"),
        [FileRequired(_("Please choose a file."))],
        description=_("A PDF, PNG or JPEG of 5 MB at most."),
    )


@office.get(PAGE)
@role(*READERS)
def adjustments(period_id: int) -> str:
    """Show all claims of a period and the form for another one."""
    return adjustments_page(period_id)


@office.get(f"{PAGE}.<{FILES}>")
@role(*READERS)
def adjustments_file(period_id: int, kind: str) -> Response:
    """Give the claims as a file."""
    with database().transaction() as session:
        code = session.get_one(Period, period_id).code
        claims = claims_of(session, period_id=period_id)
    return listed_claims(claims).file(f"adjustments-{code}", kind)


@office.post(PAGE)
@role(Role.ORGANIZER)
def propose_points(period_id: int) -> BaseResponse | tuple[str, int]:
    """Take a claim in."""
    with database().transaction() as session:
        found = ground(session, period_id)
    form = claim_form(found, ClaimForm())
    if not form.validate_on_submit() or not item_fits(form):
        return adjustments_page(period_id, failed=form), 422
    try:
        with database().transaction() as session:
            propose_adjustment(
                session,
                target_id=int(form.target.data),
                claim=claim_of(form, found),
                now=now(),
                by=current_account().id,
            )
    except DomainError as error:
        if error.code not in CHANGEABLE:
            raise
        wrong = form.evidence if error.code.startswith("evidence") else form.points
        wrong.errors = [*wrong.errors, error_text(error)]
        return adjustments_page(period_id, failed=form), 422
    flash(gettext("Proposed. It counts once another person has approved it."))
    return redirect(url_for("office.adjustments", period_id=period_id))


@office.post(f"{PAGE}/<int:claim_id>/approve")
@role(Role.ORGANIZER, Role.OFFICER)
def approve_points(period_id: int, claim_id: int) -> BaseResponse:
    """Approve what another person proposed."""
    with database().transaction() as session:
        required_claim(session, period_id, claim_id)
        approve_adjustment(session, claim_id=claim_id, now=now(), by=current_account().id)
    flash(gettext("Approved. It counts in the next scoring."))
    return redirect(url_for("office.adjustments", period_id=period_id))


@office.post(f"{PAGE}/<int:claim_id>/withdraw")
@role(Role.ORGANIZER)
def withdraw_points(period_id: int, claim_id: int) -> BaseResponse:
    """Take a claim back."""
    with database().transaction() as session:
        required_claim(session, period_id, claim_id)
        withdraw_adjustment(session, claim_id=claim_id, now=now(), by=current_account().id)
    flash(gettext("Withdrawn. It counts no more in the next scoring."))
    return redirect(url_for("office.adjustments", period_id=period_id))


@office.get(f"{PAGE}/<int:claim_id>/evidence")
@role(*READERS)
def show_evidence(period_id: int, claim_id: int) -> Response:
    """Hand out the evidence of a claim as a file."""
    with database().transaction() as session:
        claim = required_claim(session, period_id, claim_id)
        body, name = claim.evidence, claim.evidence_name
    return download(body, name, "application/octet-stream")


def required_claim(session: Session, period_id: int, claim_id: int) -> AdjustmentClaim:
    """A claim of this period; NotFound ``no_claim``."""
    claim = session.get(AdjustmentClaim, claim_id)
    if claim is None or claim.target.period_id != period_id:
        raise NotFound("no_claim")
    return claim


@dataclass(frozen=True)
class Ground:
    """Whom points may be proposed for, by id and name, and what the scheme names, by key."""

    targets: tuple[tuple[str, str], ...]
    items: Mapping[str, AdjustmentItem]


def ground(session: Session, period_id: int) -> Ground:
    """The units of a period, and its persons where they are scored."""
    period = session.get_one(Period, period_id)
    scheme = scheme_of(period)
    persons = period.members if scores_persons(period) else ()
    items = {each.key: each for each in scheme.adjustments}
    if scheme.persons is not None:
        items |= {f"{OF_PERSONS}{each.key}": each for each in scheme.persons.adjustments}
    return Ground(tuple((str(each.id), name_of(each)) for each in (*period.units, *persons)), items)


def claim_form(found: Ground, form: ClaimForm) -> ClaimForm:
    """The form with the units, the persons and the scheme's items to choose from."""
    form.target.choices = [SelectChoice(key, name) for key, name in found.targets]
    form.item.choices = [SelectChoice(OTHER, gettext("something else"))]
    for key, item in found.items.items():
        sign = "+" if item.kind == "bonus" else "−"
        name = name_of({"zh": item.zh, "en": item.en})
        form.item.choices.append(SelectChoice(key, f"{name} ({sign}{item.points:f})"))
    return form


def item_fits(form: ClaimForm) -> bool:
    """Whether the item is one for units where a unit is chosen, for persons where a person is."""
    of_person = int(form.target.data) >= FIRST_MEMBER_ID
    named = form.item.data or OTHER
    if named == OTHER or named.startswith(OF_PERSONS) == of_person:
        return True
    wrong = (
        gettext("The scheme names this for units, not for persons.")
        if of_person
        else gettext("The scheme names this for persons, not for units.")
    )
    form.item.errors = [*form.item.errors, wrong]
    return False


def claim_of(form: ClaimForm, found: Ground) -> Claim:
    """What the form says; an item of the scheme brings its kind and points."""
    item = found.items.get(form.item.data)
    given = Decimal(0) if form.points.data is None else Decimal(form.points.data)
    return Claim(
        kind=AdjustmentKind(form.kind.data if item is None else item.kind),
        points=given if item is None else item.points,
        times=form.times.data,
        reason=form.reason.data,
        document=form.document.data,
        evidence_name=(form.evidence.data.filename or "evidence")[-120:],
        evidence=form.evidence.data.read(),
    )


def listed_claims(claims: Sequence[AdjustmentClaim]) -> Listing[AdjustmentClaim]:
    """The claims by their columns."""
    columns: Columns[AdjustmentClaim] = {
        gettext("Unit or person"): lambda each: name_of(each.target),
        gettext("Kind"): lambda each: str(KINDS[each.kind]),
        gettext("Points each time"): lambda each: each.points,
        gettext("Times"): lambda each: each.times,
        gettext("What happened"): lambda each: each.reason,
        gettext("Document number"): lambda each: each.document,
        gettext("Evidence file"): lambda each: each.evidence_name,
        gettext("Proposed by"): lambda each: each.proposer.name,
        gettext("Proposed at"): lambda each: each.proposed_at,
        gettext("Approved by"): lambda each: each.approver.name if each.approver else "",
        gettext("Approved at"): lambda each: each.approved_at if each.approver else None,
    }
    return Listing(claims, columns, words_wanted())


def adjustments_page(period_id: int, *, failed: ClaimForm | None = None) -> str:
    """The page; `failed` is a form that must be filled in anew."""
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        found = ground(session, period_id)
        claims = claims_of(session, period_id=period_id)
        signed = publication_of(session, period_id=period_id)
    listing = listed_claims(claims)
    shown: dict[str, Any] = {
        "period": period,
        "claims": listing.found,
        "tools": listing.tools("office.adjustments", period_id=period_id),
        "signed": signed,
    }
    form = failed or claim_form(found, ClaimForm(formdata=None))
    return render_template(
        "office/scoring/adjustments.html", form=form, me=current_account().id, **shown
    )
