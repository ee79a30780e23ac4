"""The office's shelf of questionnaires: begin, import, export, put into a period, new versions."""

from collections.abc import Iterable
from itertools import groupby
from typing import Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from surveys.errors import Conflict, DomainError, Invalid
from surveys.models import Campaign, Period, QuestionnaireVersion, Role
from surveys.questionnaires.editing import blank
from surveys.questionnaires.exchange.json_files import write_json
from surveys.questionnaires.exchange.office_workbook import write_office_workbook
from surveys.questionnaires.exchange.reading import read_questionnaires
from surveys.questionnaires.exchange.xlsform_writing import write_xlsform
from surveys.questionnaires.library import library
from surveys.questionnaires.versions import (
    all_versions,
    begin_draft,
    content_of,
    discard_draft,
    edit_version,
    put_into_period,
    version_of,
)
from surveys.setup.questionnaires import QuestionnaireContent
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.errors import status_of
from webapp.office.blueprint import office
from webapp.office.downloads import download
from webapp.office.questionnaire_words import FORM_KINDS
from webapp.office.setup_imports import XLSX
from webapp.office.setup_refusals import Refusal, refusal

FILES: Final = {
    "questionnaire.json": (write_json, "json", "application/json"),
    "xlsform.xlsx": (write_xlsform, "xlsform.xlsx", XLSX),
    "office.xlsx": (lambda content: write_office_workbook([content]), "xlsx", XLSX),
}
LARGEST_JSON: Final = 1_000_000


@office.get("/questionnaires")
@role(Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
def questionnaires() -> str:
    """Show the shelf and the library."""
    return _shelf(None)


@office.post("/questionnaires")
@role(Role.ORGANIZER)
def begin_questionnaire() -> BaseResponse | tuple[str, int]:
    """Begin drafts from nothing, from the library or from a file."""
    file = request.files.get("file")
    try:
        drafts = _begun(_asked_for(file))
    except (Invalid, Conflict) as error:
        if file is None:
            raise
        return _shelf(_refusal(file, error)), status_of(error)
    flash(gettext("The draft lies on the shelf."), "good")
    if len(drafts) > 1:
        return redirect(url_for("office.questionnaires"))
    return redirect(url_for("office.questionnaire", version_id=drafts[0]))


@office.get("/questionnaires/<int:version_id>/<name>")
@role(Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
def questionnaire_file(version_id: int, name: str) -> Response:
    """Send a questionnaire as a file."""
    if name not in FILES:
        raise NotFound
    with database().transaction() as session:
        version = version_of(session, version_id=version_id)
        content = content_of(version)
    write, ending, kind = FILES[name]
    return download(write(content), f"{content.code}-v{version.version}.{ending}", kind)


@office.post("/questionnaires/<int:version_id>/edit")
@role(Role.ORGANIZER)
def edit_questionnaire(version_id: int) -> BaseResponse:
    """Go to the draft; of a frozen version begin the next one."""
    with database().transaction() as session:
        draft_id = edit_version(
            session, version_id=version_id, now=now(), by=current_account().id
        ).id
    return redirect(url_for("office.questionnaire", version_id=draft_id))


@office.post("/questionnaires/<int:version_id>/discard")
@role(Role.ORGANIZER)
def discard_questionnaire(version_id: int) -> BaseResponse:
    """Throw a draft away."""
    with database().transaction() as session:
        discard_draft(session, version_id=version_id, now=now(), by=current_account().id)
    flash(gettext("The draft is thrown away."), "good")
    return redirect(url_for("office.questionnaires"))


@office.post("/questionnaires/<int:version_id>/period")
@role(Role.ORGANIZER)
def use_questionnaire(version_id: int) -> BaseResponse:
    """Copy it into a draft period."""
    period_id = request.form.get("period", 0, int)
    with database().transaction() as session:
        put_into_period(
            session,
            version_id=version_id,
            period_id=period_id,
            now=now(),
            by=current_account().id,
        )
    flash(gettext("The period has this questionnaire now."), "good")
    return redirect(url_for("office.questionnaire", version_id=version_id))


def draft_periods(session: Session) -> list[Period]:
    """Periods whose set-up can still change, the latest first."""
    rows = select(Period).where(Period.frozen_at.is_(None)).order_by(Period.starts_on.desc())
    return list(session.scalars(rows))


def campaigns_of(session: Session, version: QuestionnaireVersion) -> list[Campaign]:
    """Campaigns whose results rest on a version."""
    digest = (version.sha256 or b"").hex()
    named = Campaign.manifest["questionnaire_version"]["sha256"].astext == digest
    return list(session.scalars(select(Campaign).where(named).order_by(Campaign.id)))


def _asked_for(file: FileStorage | None) -> tuple[QuestionnaireContent, ...]:
    if file is not None:
        return read_questionnaires(file.read())
    source = request.form.get("source", "")
    if source:
        return (library().questionnaire(source),)
    scale = library().scales[0].options
    with database().transaction() as session:
        codes = {version.code for version in all_versions(session)}
    code = next(f"form{n}" for n in range(1, len(codes) + 2) if f"form{n}" not in codes)
    return (blank(code, "democratic", scale),)


def _begun(contents: Iterable[QuestionnaireContent]) -> list[int]:
    with database().transaction() as session:
        return [
            begin_draft(session, content=content, now=now(), by=current_account().id).id
            for content in contents
        ]


def _refusal(file: FileStorage, error: DomainError) -> Refusal:
    return refusal(file.filename or "", error)


def _shelf(refused: Refusal | None) -> str:
    with database().transaction() as session:
        versions = all_versions(session)
        contents = {version.id: content_of(version) for version in versions}
    shelf = [(code, list(rows)) for code, rows in groupby(versions, key=lambda row: row.code)]
    return render_template(
        "office/questionnaires/shelf.html",
        shelf=shelf,
        contents=contents,
        library=library(),
        kinds=FORM_KINDS,
        refusal=refused,
    )
