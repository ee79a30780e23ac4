"""The ledger of projects: read from a workbook, shown by state with the reason of each."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response as File
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from surveys.errors import Conflict, Invalid
from surveys.models import Period, Role
from surveys.publishing.certify import publication_of
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.project_ledger import Standing, keep_ledger, latest_ledger, standings
from surveys.scoring.scheme_parts import Named, Progress
from surveys.setup.cells import read_cells
from surveys.setup.problems import RowProblem
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.errors import status_of, words_of
from webapp.languages import name_of
from webapp.listings import KINDS, Columns, Listing, words_wanted
from webapp.office.blueprint import office
from webapp.office.figure_words import written
from webapp.office.scoring import READERS
from webapp.office.setup_refusals import Refusal, rows_of
from webapp.office.setup_words import ProblemWords, problem_words

PAGE: Final = "/periods/<int:period_id>/scores/projects"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What only the sheets of projects can have wrong: what was expected, and how to mend it.
PROBLEMS: Final[Mapping[str, tuple[Any, Any]]] = {
    "given_twice": (_("Each only once"), _("Delete one of the two rows.")),
    "due_before_issued": (
        _("A day not before the order was issued"),
        _("Correct one of the two dates."),
    ),
}


class LedgerForm(FlaskForm):  # type: ignore[misc]
    """The workbook with the ledger."""

    workbook = FileField(
        _("Workbook (.xlsx)"),
        [FileRequired(_("Please choose a file."))],
        description=_("Its sheets of projects and of orders are read; others do no harm."),
        render_kw={"accept": f".xlsx,{XLSX}"},
    )


@dataclass(frozen=True)
class ProjectRow:
    """A project with the colour, the name and the reasons of its state."""

    standing: Standing
    state: str
    tone: str
    reasons: tuple[str, ...]


@office.get(PAGE)
@role(*READERS)
def projects(period_id: int) -> str:
    """Show the projects by state, the most urgent first."""
    return projects_page(period_id, LedgerForm(formdata=None), None)


@office.post(PAGE)
@role(Role.ORGANIZER)
def read_ledger(period_id: int) -> Response | tuple[str, int]:
    """Read a workbook; what is wrong is named with sheet, row and column, and nothing is kept."""
    form = LedgerForm()
    if not form.validate_on_submit():
        return projects_page(period_id, form, None), 422
    file = form.workbook.data
    try:
        # Reading takes a child process: no transaction stays open meanwhile.
        book = read_cells(file.read())
        with database().transaction() as session:
            keep_ledger(
                session,
                period_id=period_id,
                book=book,
                filename=file.filename or "",
                now=now(),
                by=current_account().id,
            )
    except (Invalid, Conflict) as error:
        problems = tuple(words_of_row(row) for row in rows_of(error))
        refusal = Refusal(
            file.filename or "", words_of(error), problems, len(problems), status_of(error)
        )
        return projects_page(period_id, form, refusal), refusal.status
    flash(gettext("The ledger is read. The former reading is kept on record."))
    return redirect(url_for("office.projects", period_id=period_id))


def words_of_row(problem: RowProblem) -> ProblemWords:
    """A problem of a row in words."""
    if problem.code not in PROBLEMS:
        return problem_words(problem)
    expected, mend = PROBLEMS[problem.code]
    return ProblemWords(
        sheet=problem.sheet,
        gloss="",
        cell=problem.cell,
        header=problem.header,
        value=problem.value,
        expected=str(expected),
        mend=str(mend),
    )


@office.get(f"{PAGE}.<{KINDS}>")
@role(*READERS)
def projects_file(period_id: int, kind: str) -> File:
    """Give the projects that the address asks for as a file."""
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        rows = project_rows(session, period)
    return listed_projects(rows, request.args.get("state", "")).file(
        f"projects-{period.code}", kind
    )


def project_rows(session: Session, period: Period) -> list[ProjectRow]:
    """The projects, the most urgent first; none where the scheme has no rule on them."""
    rule = scheme_of(period).progress
    if rule is None:
        return []
    rows = [project_row(each, rule) for each in standings(session, period)]
    return sorted(rows, key=lambda row: urgency(row, rule))


def listed_projects(rows: Sequence[ProjectRow], state: str) -> Listing[ProjectRow]:
    """The projects in a state, or all, by their columns."""
    columns: Columns[ProjectRow] = {
        gettext("Project"): lambda row: row.standing.project.key,
        gettext("State"): lambda row: row.state,
        gettext("Planned, %%").replace("%%", "%"): lambda row: row.standing.project.planned,
        gettext("Actual, %%").replace("%%", "%"): lambda row: row.standing.project.actual,
        gettext("Why"): lambda row: "\n".join(row.reasons),
        gettext("Responsible"): lambda row: row.standing.project.responsible or "",
    }
    found = [row for row in rows if state in {"", row.standing.line.state}]
    return Listing(found, columns, words_wanted())


def projects_page(period_id: int, form: LedgerForm, refusal: Refusal | None) -> str:
    """Render the page."""
    wanted = request.args.get("state", "")
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        ledger = latest_ledger(session, period_id=period_id)
        rows = project_rows(session, period)
        reader = None if ledger is None else ledger.reader.name
        signed = publication_of(session, period_id=period_id)
    rule = scheme_of(period).progress
    listing = listed_projects(rows, wanted)
    counts = Counter(row.standing.line.state for row in rows)
    return render_template(
        "office/scoring/projects.html",
        period=period,
        rule=rule,
        states=[]
        if rule is None
        else [
            (state.key, named(state), tone_of(state.key, rule), counts[state.key])
            for state in (*reversed(rule.states), rule.closed)
        ],
        rows=listing.found,
        tools=listing.tools("office.projects", kept={"state": wanted}, period_id=period_id),
        n_rows=len(rows),
        wanted=wanted,
        ledger=ledger,
        reader=reader,
        signed=signed,
        form=form,
        refusal=refusal,
        written=written,
    )


def project_row(standing: Standing, rule: Progress) -> ProjectRow:
    """A project's state in words, with why it is in it."""
    names = {
        each.key: named(each) for each in (*rule.states, rule.closed, rule.talk, rule.sanction)
    }
    line = standing.line
    return ProjectRow(
        standing=standing,
        state=names[line.state],
        tone=tone_of(line.state, rule),
        reasons=tuple(reasons_of(standing, rule, names)),
    )


def reasons_of(standing: Standing, rule: Progress, names: Mapping[str, str]) -> list[str]:
    """Why a project is in its state, and what is proposed."""
    project, line = standing.project, standing.line
    if line.state == rule.closed.key:
        if project.actual >= project.planned:
            return [gettext("Done and closed; a closed project stays closed.")]
        return [gettext("Closed before; a closed project stays closed.")]
    reasons = [behind_words(standing, rule)]
    if line.order is not None:
        reasons.append(gettext("This is order %(n)s.", n=line.order))
    if rule.talk.key in line.proposals:
        reasons.append(
            gettext(
                "%(measure)s, from order %(n)s on.",
                measure=names[rule.talk.key],
                n=rule.talk_from_order,
            )
        )
    if rule.sanction.key in line.proposals:
        reasons.append(
            gettext(
                "%(measure)s: nothing has moved since the talk.", measure=names[rule.sanction.key]
            )
        )
    return reasons


def behind_words(standing: Standing, rule: Progress) -> str:
    """How far a project is behind its plan, and the bound that decides."""
    gap = standing.line.gap
    bounds = [each.at_most for each in rule.states if each.at_most is not None]
    if gap <= 0:
        return str(gettext("Not behind its plan."))
    above = max((each for each in bounds if each < gap), default=None)
    if above is None:
        return str(gettext("%(gap)s points behind its plan.", gap=written(gap)))
    return str(
        gettext(
            "%(gap)s points behind its plan, more than %(bound)s.",
            gap=written(gap),
            bound=written(above),
        )
    )


def tone_of(state: str, rule: Progress) -> str:
    """Green on course, red from an order on, yellow between; closed ones have no colour."""
    if state == rule.closed.key:
        return "neutral"
    if any(each.key == state and each.counts_as_order for each in rule.states):
        return "bad"
    return "good" if state == rule.states[0].key else "warn"


def urgency(row: ProjectRow, rule: Progress) -> tuple[int, int, Any]:
    """What asks for more comes first; closed projects come last."""
    keys = [each.key for each in rule.states]
    line = row.standing.line
    place = -1 if line.state == rule.closed.key else keys.index(line.state)
    return (-place, -len(line.proposals), -line.gap)


def named(each: Named) -> str:
    """A name in the page's language."""
    return name_of({"zh": each.zh, "en": each.en})
