"""Print codes in the background, and give the file out: once, and noted in the log."""

from collections.abc import Iterator

from flask import Response, flash, redirect, request, stream_with_context, url_for
from flask_babel import gettext
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from surveys.issuing.handout import (
    FOLDER,
    discard_handout,
    fetched_parts,
    hand_out,
    note_begun,
)
from surveys.issuing.overview import batch_of
from surveys.issuing.paper_form import blank_paper
from surveys.issuing.printing import Form, Printing, sheet_name
from surveys.issuing.wanted import Wanted
from surveys.jobs.sealed_files import SealedFiles
from surveys.models import Role
from surveys.models.base import JsonObject
from webapp.access import current_account, role
from webapp.context import config, database, now, random_bytes
from webapp.jobs import Task, work
from webapp.office.blueprint import office
from webapp.office.downloads import download
from webapp.office.issuing import JOB, READERS


@work(JOB)
def issuing_work(session: Session, task: Task) -> JsonObject:
    """Issue what was asked for, and lay the file down."""
    handout = hand_out(
        session,
        wanted=Wanted.from_json(task.campaign_id, task.args["wanted"]),
        printing=printing(task.args["printing"]),
        job_id=task.job_id,
        now=task.now,
        by=task.by,
        progress=task.progress,
    )
    return {"handout": handout.id}


@office.post("/campaigns/<int:campaign_id>/issuing/handouts/<int:handout_id>")
@role(Role.ORGANIZER)
def fetch(campaign_id: int, handout_id: int) -> Response:
    """Give the file out; when its last part is taken, nobody can fetch it again."""
    base, at, by, files = database(), now(), current_account().id, handout_files()
    with base.transaction() as session:
        handout = note_begun(session, campaign_id=campaign_id, handout_id=handout_id, now=at, by=by)

    def parts() -> Iterator[bytes]:
        with base.transaction() as session:
            yield from fetched_parts(
                session, campaign_id=campaign_id, handout_id=handout_id, files=files, now=at, by=by
            )

    body = parts()
    # What is refused is refused here, as a page, before the answer begins.
    first = next(body)

    def whole() -> Iterator[bytes]:
        yield first
        yield from body

    answer = download(stream_with_context(whole()), handout.name, handout.media_type)
    answer.content_length = handout.n_bytes
    return answer


@office.post("/campaigns/<int:campaign_id>/issuing/handouts/<int:handout_id>/discard")
@role(Role.ORGANIZER)
def discard(campaign_id: int, handout_id: int) -> AnyResponse:
    """Forget a file that nobody will fetch."""
    with database().transaction() as session:
        discard_handout(
            session,
            campaign_id=campaign_id,
            handout_id=handout_id,
            files=handout_files(),
            now=now(),
            by=current_account().id,
        )
    flash(gettext("The file is destroyed. Its codes stay issued until you make them void."))
    return redirect(url_for("office.issuing", campaign_id=campaign_id, _anchor="handouts"))


@office.get("/campaigns/<int:campaign_id>/issuing/batches/<int:batch_id>/paper.pdf")
@role(*READERS)
def blank_ballot(campaign_id: int, batch_id: int) -> Response:
    """Give the ballot of a batch to be ticked by hand, with a place for a slip's code."""
    language = "en" if request.args.get("language") == "en" else "zh"
    with database().transaction() as session:
        batch = batch_of(session, campaign_id=campaign_id, batch_id=batch_id)
        body = blank_paper(session, batch=batch, language=language)
        name = sheet_name(batch, Form.PAPERS)
    return download(body, name, "application/pdf")


def handout_files() -> SealedFiles:
    """Where files lie until they are fetched."""
    return SealedFiles(config().data_dir / FOLDER, config().secret_key)


def printing(said: JsonObject) -> Printing:
    """How this office prints, as a job was told."""
    return Printing(
        config().base_url,
        random_bytes,
        handout_files(),
        in_path=config().code_in_path,
        form=Form(said["form"]),
        layout=said["layout"],
        paper=said["paper"],
        timezone=config().timezone,
    )
