"""The builder of a questionnaire, and the trial of a draft."""

from dataclasses import dataclass

from flask import after_this_request, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from surveys.models import Role
from surveys.questionnaires.editing import moved, on_scale, with_item, without_item
from surveys.questionnaires.exchange.json_files import content_hash
from surveys.questionnaires.faults import faults
from surveys.questionnaires.library import library
from surveys.questionnaires.reading_time import answering_seconds
from surveys.questionnaires.sample_papers import sample_paper
from surveys.questionnaires.trials import trial_counts, wipe_trials
from surveys.questionnaires.versions import content_of, save_draft, version_of
from surveys.questionnaires.warnings import warnings
from surveys.setup.conditions import answer_codes, write_conditions
from surveys.setup.questionnaires import ItemKind, QuestionnaireContent
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.office.blueprint import office
from webapp.office.questionnaire_caps import cap_groups, on_shared_scale
from webapp.office.questionnaire_fields import read_builder
from webapp.office.questionnaire_previews import n_targets_of
from webapp.office.questionnaire_words import FORM_KINDS, ITEM_KINDS, in_words, language_name
from webapp.office.questionnaires import campaigns_of, draft_periods
from webapp.security import framing


@dataclass(frozen=True)
class Judged:
    """A questionnaire with what is to be said about it."""

    content: QuestionnaireContent

    @property
    def faults(self) -> object:
        """What forbids its use, in words."""
        return in_words(faults(self.content))

    @property
    def warnings(self) -> object:
        """What a methodologist would say."""
        return in_words(warnings(self.content))

    @property
    def seconds(self) -> list[tuple[str, int]]:
        """How long one unit takes, by language."""
        return [
            (language_name(tag), round(answering_seconds(self.content, tag)))
            for tag in self.content.languages
        ]


@office.get("/questionnaires/<int:version_id>")
@role(Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
def questionnaire(version_id: int) -> str:
    """Show the builder; of a frozen version what stands still."""
    return _page(version_id, ())


@office.post("/questionnaires/<int:version_id>")
@role(Role.ORGANIZER)
def save_questionnaire(version_id: int) -> Response | tuple[str, int]:
    """Save what is in the form, then do what the pressed button says."""
    with database().transaction() as session:
        before = content_of(version_of(session, version_id=version_id))
    built = read_builder(request.form, before)
    act, _, argument = request.form.get("act", "save").partition(":")
    number = int(argument) if argument.isdecimal() else -1
    place = built.order.index(number) if number in built.order else -1
    content = _done(built.content, act, place)
    with database().transaction() as session:
        save_draft(
            session,
            version_id=version_id,
            content=content,
            seen=request.form.get("seen", ""),
            now=now(),
            by=current_account().id,
        )
    if built.unread:
        return _page(version_id, built.unread), 422
    if act == "save":
        flash(gettext("Saved."), "good")
    anchor = _anchor(content, act, place)
    return redirect(url_for("office.questionnaire", version_id=version_id, _anchor=anchor))


@office.get("/questionnaires/<int:version_id>/trial")
@role(Role.ORGANIZER)
def trial(version_id: int) -> str:
    """Show the page on which the draft is tried, and what trials said so far."""
    after_this_request(framing)
    with database().transaction() as session:
        version = version_of(session, version_id=version_id)
        content = content_of(version)
        n_ballots, counts = trial_counts(session, version_id=version_id)
    return render_template(
        "office/questionnaires/trial.html",
        version=version,
        content=content,
        faults=in_words(faults(content)),
        n_ballots=n_ballots,
        counts=counts,
        language_name=language_name,
        first_target=sample_paper(content, n_targets=1).targets[0].name,
    )


@office.post("/questionnaires/<int:version_id>/trial/wipe")
@role(Role.ORGANIZER)
def wipe_trial_ballots(version_id: int) -> Response:
    """Delete the trial ballots."""
    with database().transaction() as session:
        wipe_trials(session, version_id=version_id, now=now(), by=current_account().id)
    flash(gettext("All trial ballots are wiped."), "good")
    return redirect(url_for("office.trial", version_id=version_id))


def _done(content: QuestionnaireContent, act: str, place: int) -> QuestionnaireContent:
    there = 0 <= place < len(content.items)
    if act == "add":
        kind = request.form.get("new_kind", "")
        return with_item(content, ItemKind(kind if kind in ITEM_KINDS else ItemKind.RATING))
    if act == "scale":
        return on_scale(content, library().scale(request.form.get("new_scale", "")).options)
    if act in {"up", "down"} and there:
        return moved(content, place, -1 if act == "up" else 1)
    return without_item(content, place) if act == "delete" and there else content


def _anchor(content: QuestionnaireContent, act: str, place: int) -> str:
    if act == "add":
        return f"item-{len(content.items) - 1}"
    if act in {"up", "down"}:
        return f"item-{max(place + (1 if act == 'down' else -1), 0)}"
    return "scale" if act == "scale" else ""


def _page(version_id: int, unread: tuple[str, ...]) -> str:
    after_this_request(framing)
    with database().transaction() as session:
        version = version_of(session, version_id=version_id)
        content = content_of(version)
        periods = draft_periods(session)
        campaigns = campaigns_of(session, version) if version.frozen else []
    codes = answer_codes(content)
    return render_template(
        "office/questionnaires/builder.html",
        version=version,
        content=content,
        judged=Judged(content),
        seen=content_hash(content).hex(),
        conditions=[write_conditions(item.show_if, codes) for item in content.items],
        periods=periods,
        campaigns=campaigns,
        unread=unread,
        kinds=FORM_KINDS,
        item_kinds=ITEM_KINDS,
        scales=library().scales,
        language_name=language_name,
        n_targets=n_targets_of(content),
        capped=cap_groups(content),
        countable=on_shared_scale(content),
    )
