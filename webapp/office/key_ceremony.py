"""Two officers bring their own keys: hand in the public parts, open a canary, answer it.

No passphrase and no secret key ever comes here: officers open the canary on their own computers.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from surveys.models import Account, KeyCeremony, Role
from surveys.opening.box_files import box_stream
from surveys.opening.ceremony import (
    answer_canary,
    canary_box,
    ceremony_of,
    hand_in_keys,
    keyring_handed_in,
    take_keys_back,
)
from surveys.opening.key_kinds import OFFICERS, PublicPart, public_part_from_text
from surveys.opening.key_kinds import Role as KeyRole
from webapp.access import current_account, role
from webapp.context import database, keys, now, random_bytes
from webapp.office.blueprint import office
from webapp.office.downloads import download

BOX_FILE = "application/octet-stream"


@dataclass(frozen=True)
class CeremonyStanding:
    """How far the officers' keys are: fingerprints to be compared, and who proved them."""

    officer_a: str
    officer_b: str
    handed_in_by: int
    proven_by: str
    proven_at: datetime | None


def ceremony_standing(session: Session, *, campaign_id: int) -> CeremonyStanding | None:
    """The standing, or None where no officers' keys were handed in."""
    ceremony = session.get(KeyCeremony, campaign_id)
    if ceremony is None:
        return None
    keyring = keyring_handed_in(ceremony)
    prover = session.get(Account, ceremony.proven_by) if ceremony.proven_by else None
    return CeremonyStanding(
        officer_a=keyring.part(KeyRole.OFFICER_A).fingerprint,
        officer_b=keyring.part(KeyRole.OFFICER_B).fingerprint,
        handed_in_by=ceremony.handed_in_by,
        proven_by=prover.name if prover else "",
        proven_at=ceremony.proven_at,
    )


@office.post("/campaigns/<int:campaign_id>/issuing/keys")
@role(Role.ORGANIZER)
def hand_in(campaign_id: int) -> AnyResponse:
    """Take both public parts, and seal a canary for them."""
    parts = [part_sent(officer.value) for officer in OFFICERS]
    with database().transaction() as session:
        hand_in_keys(
            session,
            campaign_id=campaign_id,
            parts=parts,
            store=keys(),
            random_bytes=random_bytes,
            now=now(),
            by=current_account().id,
        )
    flash(gettext("Both keys are noted. Compare the fingerprints, then open the trial ballot."))
    return to_keys(campaign_id)


@office.post("/campaigns/<int:campaign_id>/issuing/keys/withdraw")
@role(Role.ORGANIZER)
def take_back(campaign_id: int) -> AnyResponse:
    """Begin anew, with other keys or with keys on the server."""
    with database().transaction() as session:
        take_keys_back(session, campaign_id=campaign_id, now=now(), by=current_account().id)
    flash(gettext("The officers' keys are taken back. Others can be handed in."))
    return to_keys(campaign_id)


@office.get("/campaigns/<int:campaign_id>/issuing/canary.gpbox")
@role(Role.ORGANIZER, Role.OFFICER)
def canary(campaign_id: int) -> Response:
    """Give out the trial ballot for officer A."""
    with database().transaction() as session:
        box = canary_box(ceremony_of(session, campaign_id=campaign_id))
    return download(box_stream(box), f"canary-{campaign_id}.gpbox", BOX_FILE)


@office.post("/campaigns/<int:campaign_id>/issuing/canary")
@role(Role.OFFICER)
def prove(campaign_id: int) -> AnyResponse:
    """Take the answer that both officers together found."""
    with database().transaction() as session:
        answer_canary(
            session,
            campaign_id=campaign_id,
            answer=request.form.get("answer", ""),
            now=now(),
            by=current_account().id,
        )
    flash(gettext("The answer is right: both keys open what is sealed for them."))
    return to_keys(campaign_id)


def part_sent(name: str) -> PublicPart:
    """A public part that was uploaded; Invalid ``public_key_unreadable``."""
    file = request.files.get(name)
    data = file.stream.read(1 << 16) if file else b""
    return public_part_from_text(data.decode("utf-8", "replace"))


def to_keys(campaign_id: int) -> AnyResponse:
    """Back to the page, at its card of keys."""
    return redirect(url_for("office.issuing", campaign_id=campaign_id, _anchor="keys"))
