"""A questionnaire as the page that a voter meets: to look at, and of a draft to try.

The pages stand in a phone's frame on pages of the office. They are drawn by the citizen's own
templates; a preview's form cannot be sent, a trial's comes back here.
"""

from collections.abc import Mapping
from typing import Final

from flask import after_this_request, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from werkzeug.wrappers import Response

from surveys.casting.answers import Problem
from surveys.casting.papers import Paper
from surveys.errors import Invalid
from surveys.models import Role
from surveys.questionnaires.library import library
from surveys.questionnaires.sample_papers import MOST_TARGETS, sample_paper, usual_targets
from surveys.questionnaires.trials import cast_trial
from surveys.questionnaires.versions import content_of, version_of
from surveys.setup.questionnaires import QuestionnaireContent
from webapp.access import role
from webapp.citizen.compiled_forms import drawn_paper
from webapp.citizen.paper_views import PaperView
from webapp.citizen.speaking import best_of, speaking
from webapp.context import database
from webapp.languages import language
from webapp.office.blueprint import office
from webapp.office.questionnaire_words import language_name
from webapp.palettes import chosen_palette, known_palette, palette_words, remember_palette
from webapp.security import framed, framing

# What a trial's page sends besides answers.
SWITCHES: Final = ("language", "palette")


@office.get("/questionnaires/library/<code>")
@role(Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
def library_questionnaire(code: str) -> str:
    """Show a questionnaire of the library as voters meet it."""
    after_this_request(framing)
    content = library().questionnaire(code)
    return render_template(
        "office/questionnaires/library.html",
        content=content,
        n_targets=n_targets_of(content),
        language_name=language_name,
    )


@office.get("/questionnaires/library/<code>/paper")
@role(Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
def library_paper(code: str) -> str:
    """The page within the phone, of a questionnaire of the library."""
    return _preview(library().questionnaire(code))


@office.get("/questionnaires/<int:version_id>/paper")
@role(Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
def questionnaire_paper(version_id: int) -> str:
    """The page within the phone, of a draft or a frozen version."""
    return _preview(_content(version_id))


@office.get("/questionnaires/<int:version_id>/trial/paper")
@role(Role.ORGANIZER)
def trial_paper(version_id: int) -> str:
    """The page within the phone on which a draft is tried."""
    return _trial(version_id, _content(version_id))


@office.post("/questionnaires/<int:version_id>/trial")
@role(Role.ORGANIZER)
def cast_trial_ballot(version_id: int) -> Response | str | tuple[str, int]:
    """Take a trial ballot, or say what is wrong with it, as voters are told."""
    fields = request.form.to_dict()
    if any(name in fields for name in SWITCHES):
        palette = known_palette(fields.get("palette", chosen_palette()))
        after_this_request(lambda response: remember_palette(response, palette))
        return _trial(version_id, _content(version_id), fields=fields, palette=palette)
    try:
        with database().transaction() as session:
            cast_trial(session, version_id=version_id, fields=fields)
    except Invalid as error:
        problems = error.facts.get("problems")
        if not isinstance(problems, tuple):
            raise
        page = _trial(version_id, _content(version_id), fields=fields, problems=problems)
        return page, 422
    flash(gettext("The trial ballot was read without a mistake."), "good")
    return redirect(
        url_for("office.trial_sent", version_id=version_id, language=fields.get("spoken", ""))
    )


@office.get("/questionnaires/<int:version_id>/trial/sent")
@role(Role.ORGANIZER)
def trial_sent(version_id: int) -> str:
    """Thank for a trial ballot, within the phone."""
    after_this_request(framed)
    view = _view(_content(version_id), 1)
    with speaking(view.language):
        return render_template("office/questionnaires/sent.html", version_id=version_id, view=view)


def n_targets_of(content: QuestionnaireContent) -> int:
    """How many units the address wants on the paper; as many as usual where it says nothing."""
    wanted = request.args.get("units", usual_targets(content), type=int)
    return min(max(wanted, 1), MOST_TARGETS)


def _content(version_id: int) -> QuestionnaireContent:
    with database().transaction() as session:
        return content_of(version_of(session, version_id=version_id))


def _view(content: QuestionnaireContent, n_targets: int) -> PaperView:
    paper: Paper = sample_paper(content, n_targets=n_targets)
    wanted = request.values.get("language", request.form.get("spoken", ""))
    return PaperView(paper, best_of(paper, wanted=wanted, otherwise=language()))


def _preview(content: QuestionnaireContent) -> str:
    """A page that can be looked at and tapped through, but sends nothing."""
    after_this_request(framed)
    view = _view(content, n_targets_of(content))
    with speaking(view.language):
        page = drawn_paper(view, send=request.path, again=request.path, trial=True)
    return page.render({"csrf_token": "", **palette_words(chosen_palette())})


def _trial(
    version_id: int,
    content: QuestionnaireContent,
    *,
    fields: Mapping[str, str] | None = None,
    problems: tuple[Problem, ...] = (),
    palette: str = "",
) -> str:
    after_this_request(framed)
    address = url_for("office.cast_trial_ballot", version_id=version_id)
    view = _view(content, usual_targets(content))
    notice = ""
    with speaking(view.language):
        page = drawn_paper(view, send=address, again=address, trial=True)
        if problems:
            notice = render_template(
                "citizen/casting/problems.html", view=view, problems=problems, fields=fields or {}
            )
    slots = {"csrf_token": generate_csrf(), **palette_words(palette or chosen_palette())}
    return page.filled_in(fields or {}, problems).render({**slots, "notice": Markup(notice)})  # noqa: S704
