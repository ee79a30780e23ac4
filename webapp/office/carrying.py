"""The box on its way to officers who keep their keys: a file goes out, two results come in.

No box is ever whole in memory: what comes and goes lies in files that have no name.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from tempfile import TemporaryFile
from typing import IO, Final

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

LARGEST_BOX: Final = 4 * 1024 * 1024 * 1024  # layers of two million ballots
PIECE: Final = 1 << 16


@office.get("/campaigns/<int:campaign_id>/opening/sealed.gpbox")
@role(Role.OFFICER)
def sealed(campaign_id: int) -> Response:
    """Give out the envelopes for officer A: once all of them are found to be those of the close."""
    with ExitStack() as until_given:
        file = until_given.enter_context(TemporaryFile())
        with database().transaction() as session:
            file.writelines(box_stream(export_box(session, campaign_id=campaign_id)))
        answer = download(given(file), f"sealed-{campaign_id}.gpbox", BOX_FILE)
        answer.content_length = file.tell()
        until_given.pop_all()
    return answer


def given(file: IO[bytes]) -> Iterator[bytes]:
    """A file from its beginning, piece by piece; then it is gone."""
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


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
