"""The box on its way to officers who keep their keys: a file goes out, two results come in."""

from typing import Final

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from surveys.errors import Invalid
from surveys.models import Role
from surveys.opening.box_files import BoxFile, box_stream, read_box
from surveys.opening.carry_box import export_box, hand_in_layer, require_importable
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.jobs import start
from webapp.office.blueprint import office
from webapp.office.downloads import download
from webapp.office.key_ceremony import BOX_FILE
from webapp.office.opening import KIND
from webapp.office.uploads import uploads
from webapp.security import large_body

LARGEST_BOX: Final = 1024 * 1024 * 1024  # layers of half a million ballots


@office.get("/campaigns/<int:campaign_id>/opening/sealed.gpbox")
@role(Role.OFFICER)
def sealed(campaign_id: int) -> Response:
    """Give out the envelopes for officer A."""
    with database().transaction() as session:
        box = export_box(session, campaign_id=campaign_id)
    return download(box_stream(box), f"sealed-{campaign_id}.gpbox", BOX_FILE)


@office.post("/campaigns/<int:campaign_id>/opening/layer")
@role(Role.OFFICER)
@large_body(LARGEST_BOX)
def hand_in_result(campaign_id: int) -> AnyResponse:
    """Take officer A's result: it is checked, and its SHA-256 kept."""
    box = box_sent()
    with database().transaction() as session:
        hand_in_layer(session, campaign_id=campaign_id, box=box, now=now(), by=current_account().id)
    flash(gettext("Officer A's result is noted. Now officer B opens the same file."))
    return redirect(url_for("office.opening", campaign_id=campaign_id))


@office.post("/campaigns/<int:campaign_id>/opening/import")
@role(Role.OFFICER)
@large_body(LARGEST_BOX)
def bring_opened(campaign_id: int) -> AnyResponse:
    """Take officer B's result: verified and stored in the background."""
    box = box_sent()
    with database().transaction() as session:
        require_importable(session, campaign_id=campaign_id, box=box, by=current_account().id)
        with uploads().kept(box_stream(box)) as name:
            start(session, KIND, campaign_id=campaign_id, upload=name)
    return redirect(url_for("office.opening", campaign_id=campaign_id))


def box_sent() -> BoxFile:
    """The file that was uploaded; errors of `read_box`, ``box_file_foreign`` if there is none."""
    file = request.files.get("box")
    if file is None:
        raise Invalid("box_file_foreign")
    return read_box(file.stream)
