"""Periods begin, are renamed, and as drafts are deleted."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from sqlalchemy import select
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from surveys.errors import Conflict, DomainError, Invalid
from surveys.models import Period, Role
from surveys.scoring.period_scheme import OWN
from surveys.scoring.schemes import preset, preset_keys
from surveys.setup.beginning import begin_period, delete_draft, standard_set
from surveys.setup.editing import replace_rows
from surveys.setup.settling import stored_draft
from surveys.setup.sheets.period import CONTENT, FACT, FACTS, PERIOD
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.errors import words_of
from webapp.languages import language, name_of
from webapp.office.blueprint import office
from webapp.office.setup_imports import FileForm, proposed
from webapp.office.setup_refusals import Refusal, refusal, rows_of
from webapp.office.setup_words import problem_words

FIELDS: Final = dict(
    zip(
        (
            "code",
            "name_zh",
            "name_en",
            "county_zh",
            "county_en",
            "starts",
            "ends",
            "scheme",
            "sample",
        ),
        FACTS,
        strict=True,
    )
)
STANDARD, EMPTY = "standard", "empty"


class FactsForm(FlaskForm):  # type: ignore[misc]
    """The facts of a period."""

    name_zh = StringField(
        _("Official name"),
        description=_("As it stands on every page, such as “Annual evaluation 2026”."),
    )
    name_en = StringField(_("Name in English (optional)"))
    code = StringField(
        _("Code"),
        description=_("Letters and digits, such as 2026; no two periods have the same."),
        render_kw={"autocomplete": "off"},
    )
    county_zh = StringField(_("County or city"))
    county_en = StringField(_("County or city in English (optional)"))
    starts = DateField(_("First day"))
    ends = DateField(_("Last day"))
    scheme = SelectField(
        _("Scoring scheme"),
        description=_("How votes and figures become a total. It can be changed until the freeze."),
        validate_choice=False,
    )
    sample = BooleanField(_("Sample data: every page will say so"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.scheme.choices = [
            SelectChoice("", "—"),
            *(
                SelectChoice(key, getattr(preset(key), language(), preset(key).zh))
                for key in preset_keys()
            ),
        ]

    def offer_own(self, period: Period) -> None:
        """Offer the office's own scheme, where the period has one."""
        if period.scheme.get("preset") == OWN:
            self.scheme.choices.append(SelectChoice(OWN, name_of(period.scheme["name"])))

    def facts(self) -> dict[str, str]:
        """What was filled in, as the sheet 考核周期 says it."""
        said = {fact: self[name].data for name, fact in FIELDS.items()}
        return {
            fact: ("是" if content else "否")
            if isinstance(content, bool)
            else content.isoformat()
            if hasattr(content, "isoformat")
            else (content or "").strip()
            for fact, content in said.items()
        }

    def show(self, error: DomainError) -> bool:
        """Put what is wrong to the fields; False where something of it has none."""
        by_row = dict(zip(range(1, len(FACTS) + 1), FIELDS, strict=True))
        shown = error.code == "period_exists"
        if shown:
            self.code.errors = [*self.code.errors, words_of(error).what]
        problems = rows_of(error)
        for problem in problems:
            if problem.sheet == PERIOD.name and problem.row in by_row:
                field = self[by_row[problem.row]]
                empty = problem.code == "missing"
                mend = gettext("Please fill this in.") if empty else problem_words(problem).mend
                field.errors = [*field.errors, mend]
        elsewhere = [problem for problem in problems if problem.sheet != PERIOD.name]
        return shown or (bool(problems) and not elsewhere)


class NewPeriodForm(FactsForm):
    """The facts, and what to begin with."""

    begin = RadioField(_("Begin with"), default=STANDARD, validate_choice=False)

    def offer(self, periods: Sequence[tuple[int, str]]) -> None:
        """Offer the periods that can be copied, the latest first."""
        copies = [
            SelectChoice(
                str(id_), gettext("A copy of %(period)s, without its figures", period=name)
            )
            for id_, name in periods
        ]
        self.begin.choices = [
            *copies,
            SelectChoice(
                STANDARD,
                gettext(
                    "The standard set: categories of the scheme, four questionnaires, three "
                    "campaigns with their rater groups"
                ),
            ),
            SelectChoice(EMPTY, gettext("Nothing: I fill in everything myself")),
        ]
        if copies and not self.is_submitted():
            self.begin.data = copies[0].value


@office.get("/periods/new")
@role(Role.ORGANIZER)
def new_period() -> str:
    """Offer both ways to begin: by a form, or with a workbook."""
    return _new_page(NewPeriodForm(formdata=None), FileForm(formdata=None), None)


@office.post("/periods/new")
@role(Role.ORGANIZER)
def load_new_period() -> Response | tuple[str, int]:
    """Show what a workbook would set up, or what is wrong with it."""
    form = FileForm()
    refused = None
    if form.validate():
        try:
            change = proposed(form)
        except (Invalid, Conflict) as error:
            refused = refusal(form.workbook.data.filename, error)
        else:
            return redirect(url_for("office.setup_change", change_id=change.id))
    page = _new_page(NewPeriodForm(formdata=None), form, refused)
    return page, refused.status if refused else 422


@office.post("/periods/begin")
@role(Role.ORGANIZER)
def begin() -> Response | tuple[str, int]:
    """Create a period by hand."""
    form = NewPeriodForm()
    standard = standard_set() if form.begin.data == STANDARD else None
    like = int(form.begin.data) if (form.begin.data or "").isdigit() else None
    try:
        with database().transaction() as session:
            period = begin_period(
                session,
                facts=form.facts(),
                standard=standard,
                like=like,
                now=now(),
                by=current_account().id,
            )
    except (Invalid, Conflict) as error:
        refused = None if form.show(error) else refusal("", error)
        return _new_page(form, FileForm(formdata=None), refused), 422
    flash(gettext("The period exists. The list below says what comes next."), "good")
    return redirect(url_for("office.setup", period_id=period.id))


def _new_page(form: NewPeriodForm, file_form: FileForm, refused: Refusal | None) -> str:
    with database().transaction() as session:
        rows = session.scalars(select(Period).order_by(Period.starts_on.desc())).all()
        form.offer([(row.id, name_of(row)) for row in rows])
    return render_template("office/setup/new.html", form=form, file_form=file_form, refusal=refused)


@office.get("/periods/<int:period_id>/setup/period")
@role(Role.ORGANIZER)
def period_facts(period_id: int) -> str:
    """Show the facts of a period in a form."""
    period, facts = _facts(period_id)
    form = FactsForm(formdata=None, data=_data(period, facts))
    form.offer_own(period)
    return render_template("office/setup/facts.html", period=period, form=form)


@office.post("/periods/<int:period_id>/setup/period")
@role(Role.ORGANIZER)
def save_facts(period_id: int) -> Response | tuple[str, int]:
    """Change the facts of a draft; its code stays."""
    period, facts = _facts(period_id)
    form = FactsForm()
    form.offer_own(period)
    said = {**facts, **form.facts(), FIELDS["code"]: facts[FIELDS["code"]]}
    try:
        with database().transaction() as session:
            replace_rows(
                session,
                period_id=period_id,
                table=PERIOD.name,
                where={},
                rows=[{FACT: fact, CONTENT: content} for fact, content in said.items()],
                now=now(),
                by=current_account().id,
            )
    except Invalid as error:
        form.show(error)
        return render_template("office/setup/facts.html", period=period, form=form), 422
    except Conflict as error:
        if error.code != "nothing_changes":
            raise
    flash(gettext("Saved."), "good")
    return redirect(url_for("office.setup", period_id=period_id))


def _facts(period_id: int) -> tuple[Period, dict[str, str]]:
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        rows = stored_draft(session, period_id=period_id)[PERIOD.name]
    return period, {row[FACT]: row[CONTENT] for row in rows}


def _data(period: Period, facts: Mapping[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {name: facts[fact] for name, fact in FIELDS.items()}
    return {**said, "starts": period.starts_on, "ends": period.ends_on, "sample": period.sample}


@office.post("/periods/<int:period_id>/delete")
@role(Role.ORGANIZER)
def delete_period(period_id: int) -> Response:
    """Delete a draft with all that is set up for it."""
    with database().transaction() as session:
        name = session.get_one(Period, period_id).name_zh
        delete_draft(session, period_id=period_id, now=now(), by=current_account().id)
    flash(gettext("%(period)s is deleted.", period=name), "good")
    return redirect(url_for("office.home"))
