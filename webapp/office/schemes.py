"""The scheme of a period: read as a person reads it, and in a draft chosen or written anew."""

from dataclasses import dataclass
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse
from wtforms import HiddenField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from surveys.errors import Conflict, DomainError, Invalid
from surveys.models import Period, Role
from surveys.scoring.period_scheme import LONGEST_SCHEME, OWN, scheme_file, scheme_of
from surveys.scoring.scheme_changes import scheme_changes
from surveys.scoring.schemes import Scheme, preset, preset_keys, preset_text
from surveys.setup.choosing_scheme import (
    choose_scheme,
    read_own_scheme,
    scheme_mark,
    unfed_components,
)
from surveys.setup.sheets.period import as_lines
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.errors import words_of
from webapp.languages import language
from webapp.office.blueprint import office
from webapp.office.downloads import download
from webapp.office.figure_words import conversion_words
from webapp.office.scheme_words import (
    CYCLES,
    KINDS,
    ChangeWords,
    ProblemWords,
    change_words,
    percent,
    problem_words,
    seats_words,
    weight_words,
)
from webapp.office.setup_refusals import rows_of
from webapp.office.setup_words import problem_words as row_words

READERS: Final = (Role.ORGANIZER, Role.OFFICER, Role.AUDITOR, Role.ADMIN)
PAGE: Final = "/periods/<int:period_id>/setup/scheme"
# Numbers beside the field: what is typed below the last line has its number too.
SPARE_LINES: Final = 300


class SchemeForm(FlaskForm):  # type: ignore[misc]
    """The file of a scheme: typed, uploaded, or that of a preset."""

    text = TextAreaField(_("The scheme as TOML"), render_kw={"maxlength": LONGEST_SCHEME})
    file = FileField(_("A file (.toml)"), render_kw={"accept": ".toml,text/plain"})
    preset = SelectField(_("A scheme that comes with Gongping"), validate_choice=False)
    instead_of = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.preset.choices = [
            SelectChoice(key, getattr(preset(key), language(), preset(key).zh))
            for key in preset_keys()
        ]


@dataclass(frozen=True)
class Draft:
    """What was typed, read: the scheme and what differs, or what is wrong.

    Parameters
    ----------
    changes : None where it cannot be read
    unfed : names of components that nothing in a period fills
    """

    problems: tuple[ProblemWords, ...] = ()
    refusal: str = ""
    changes: tuple[ChangeWords, ...] | None = None
    unfed: tuple[str, ...] = ()

    @property
    def rows(self) -> frozenset[int]:
        """Rows of the file with something wrong."""
        return frozenset(problem.row for problem in self.problems)


@office.get(PAGE)
@role(*READERS)
def scheme(period_id: int) -> str:
    """Show the scheme as a person reads it."""
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
    found = scheme_of(period)
    return render_template(
        "office/scheme/scheme.html",
        period=period,
        scheme=found,
        own=period.scheme.get("preset") == OWN,
        CYCLES=CYCLES,
        KINDS=KINDS,
        conversion_words=conversion_words,
        percent=percent,
        weight_words=weight_words,
        seats_words=seats_words,
    )


@office.get(f"{PAGE}.toml")
@role(*READERS)
def scheme_toml(period_id: int) -> Response:
    """Give out the file of the scheme in force."""
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
    name = f"{period.code}-{scheme_of(period).key}.toml"
    return download(scheme_file(period).encode(), name, "application/toml")


@office.get(f"{PAGE}/edit")
@role(Role.ORGANIZER)
def edit_scheme(period_id: int) -> str:
    """Show the file of the scheme in force in a field."""
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
    form = SchemeForm(formdata=None, text=scheme_file(period), instead_of=scheme_mark(period))
    form.preset.data = period.scheme.get("preset")
    return edit_page(period, form, None)


@office.post(f"{PAGE}/edit")
@role(Role.ORGANIZER)
def save_scheme(period_id: int) -> AnyResponse | str | tuple[str, int]:
    """Fetch a file or a preset into the field, compare it with the scheme in force, or keep it."""
    form = SchemeForm()
    said = request.form.get("act", "check")
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        require_open(period)
        refusal = fetch(form, said)
        draft = Draft(refusal=refusal) if refusal else read(session, period, form)
    if said == "keep" and draft.changes and not draft.refusal:
        return keep(period, form)
    page = edit_page(period, form, draft)
    return page if draft.changes is not None else (page, 422)


def keep(period: Period, form: SchemeForm) -> AnyResponse | tuple[str, int]:
    """Put the scheme into the draft of the period."""
    try:
        with database().transaction() as session:
            change = choose_scheme(
                session,
                period_id=period.id,
                text=form.text.data or "",
                instead_of=form.instead_of.data or "",
                now=now(),
                by=current_account().id,
            )
            change_id = change.id
    except (Conflict, Invalid) as error:
        if error.code not in {"setup_changed_meanwhile", "nothing_changes", "bad_rows"}:
            raise
        return edit_again(period.id, form, error), 422
    flash(gettext("The scheme is taken over. It can be undone on this page."), "good")
    return redirect(url_for("office.setup_change", change_id=change_id))


def edit_again(period_id: int, form: SchemeForm, error: DomainError) -> str:
    """The page with what was typed, compared with what is in force by now."""
    words = words_of(error)
    rows = gettext("; ").join(row_words(row).mend for row in rows_of(error))
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        form.instead_of.data = scheme_mark(period)
        draft = read(session, period, form)
    refusal = f"{words.what} {rows or words.next_step}"
    return edit_page(period, form, Draft(refusal=refusal, changes=draft.changes))


def fetch(form: SchemeForm, said: str) -> str:
    """Put a file or a preset into the field; why it cannot be, in words."""
    if said == "preset" and form.preset.data in preset_keys():
        form.text.data = preset_text(form.preset.data)
    file = form.file.data
    if isinstance(file, FileStorage) and file.filename:
        try:
            form.text.data = file.read(4 * LONGEST_SCHEME + 1).decode("utf-8-sig")
        except UnicodeDecodeError:
            return str(gettext("The file is not UTF-8 text. Save it as UTF-8 and choose it again."))
    form.text.data = as_lines(form.text.data or "")
    return ""


def read(session: Session, period: Period, form: SchemeForm) -> Draft:
    """What the field says, compared with the scheme in force."""
    text = form.text.data or ""
    try:
        found = read_own_scheme(session, period_id=period.id, text=text)
    except Invalid as error:
        return refused(error, text)
    changes = tuple(change_words(each) for each in scheme_changes(scheme_of(period), found))
    if not changes and as_lines(text) != as_lines(scheme_file(period)):
        remarks = gettext("Remarks and layout of the file")
        changes = (ChangeWords(str(remarks), "", str(gettext("as typed below"))),)
    return Draft(changes=changes, unfed=names_of(found, unfed_components(found)))


def refused(error: Invalid, text: str) -> Draft:
    """Why the field cannot be read: problem by problem where there are rows, else in a sentence."""
    problems = error.facts.get("problems")
    if isinstance(problems, tuple):
        lines = text.splitlines()
        return Draft(problems=tuple(problem_words(problem, lines) for problem in problems))
    words = words_of(error)
    row = error.facts.get("row")
    if isinstance(row, int):
        lines = text.splitlines()
        line = lines[row - 1].strip() if 0 < row <= len(lines) else ""
        return Draft(problems=(ProblemWords(row, "", line, f"{words.what} {words.next_step}"),))
    return Draft(refusal=f"{words.what} {words.next_step}")


def names_of(found: Scheme, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Names of components."""
    return tuple(getattr(found.component(key), language(), found.component(key).zh) for key in keys)


def edit_page(period: Period, form: SchemeForm, draft: Draft | None) -> str:
    """The page with the field."""
    n_lines = len((form.text.data or "").splitlines())
    return render_template(
        "office/scheme/edit.html",
        period=period,
        form=form,
        draft=draft,
        n_lines=n_lines,
        n_numbers=n_lines + SPARE_LINES,
    )


def require_open(period: Period) -> None:
    """Refuse where the rules stand still."""
    if period.frozen_at is not None:
        raise Conflict("period_frozen", period=period.code)
