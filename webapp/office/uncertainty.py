"""How sure the places are: what other raters might have changed, beside what the raters said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask import Response as File
from flask import redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from surveys.errors import NotFound
from surveys.jobs import JobStanding, latest_job
from surveys.models import Category, Role, ScoreLine, ScoreUncertainty
from surveys.publishing.score_sheet import CategorySheet, ScoreSheet
from surveys.publishing.uncertainty_sheet import mostly
from surveys.scoring.schemes import Scheme
from surveys.scoring.uncertainty import estimate_uncertainty
from webapp.access import role
from webapp.board.pictures import grade_looks
from webapp.context import database, now
from webapp.errors import error_text
from webapp.jobs import Task, start, work
from webapp.languages import name_of
from webapp.listings import KINDS, Columns, Listing, words_wanted
from webapp.office.blueprint import office
from webapp.office.examining import fresh_seed
from webapp.office.score_lists import to_four
from webapp.office.scored_targets import units_scored
from webapp.office.scoring import READERS
from webapp.plots import Scale

JOB = "uncertainty"
PAGE = "/periods/<int:period_id>/scores/uncertainty"
MOST_MARKS: Final = 12

# How often another grade, and the words for it.
STEADY: Final = (
    (0.005, _("practically certain"), "good"),
    (0.1, _("nearly certain"), "good"),
    (0.3, _("likely"), "neutral"),
    (0.5, _("shaky"), "warn"),
    (1.01, _("open"), "bad"),
)


@dataclass(frozen=True)
class UnitRow:
    """A unit's place with the places that chance allows, and how steady its grade is.

    Parameters
    ----------
    differs : share of the draws with another grade; None where there is no grade
    other : the grade it gets most often instead; None where it never gets another
    silent : lowest and highest total, had all silent voters given nothing or full marks
    runs : numbers, from 0, of the groups of equals that it belongs to
    """

    line: ScoreLine
    differs: float | None
    other: str | None
    silent: tuple[float, float] | None
    runs: tuple[int, ...]

    @property
    def steady(self) -> tuple[str, str] | None:
        """The words for how steady the grade is, and their tone."""
        if self.differs is None:
            return None
        share = self.differs
        return next((str(words), tone) for limit, words, tone in STEADY if share < limit)

    @property
    def run_numbers(self) -> str:
        """The groups of equals, as people count."""
        return ", ".join(str(run + 1) for run in self.runs)


@dataclass(frozen=True)
class CategoryPicture:
    """A category: its units on one scale of places, and the groups of equals.

    Parameters
    ----------
    edges : (grade, place after which its seats end)
    """

    category: Category
    rows: tuple[UnitRow, ...]
    runs: tuple[tuple[ScoreLine, ...], ...]
    scale: Scale
    edges: tuple[tuple[str, int], ...]

    @property
    def n_shaky(self) -> int:
        """Units whose grade fresh raters would change in three draws of ten or more."""
        return sum(row.differs is not None and row.differs >= 0.3 for row in self.rows)


@office.get(PAGE)
@role(*READERS)
def uncertainty(period_id: int) -> str:
    """Show the places with what chance allows, or offer to draw."""
    with database().transaction() as session:
        job = latest_job(session, kind=JOB, campaign_id=None, period_id=period_id, now=now())
        sheet = units_scored(session, period_id)
        kept = session.get(ScoreUncertainty, sheet.run.id)
        pictures = () if kept is None else category_pictures(sheet, kept.categories)
    listing = listed_places(pictures, sheet.scheme)
    return render_template(
        "office/scoring/uncertainty.html",
        period=sheet.period,
        kept=kept,
        pictures=pictures,
        listing=listing,
        tools=listing.tools("office.uncertainty", period_id=period_id),
        grades=grade_looks(sheet.scheme),
        job=job,
        failure=failure_of(job),
        step_words=step_words,
    )


@office.get(f"{PAGE}.<{KINDS}>")
@role(*READERS)
def uncertainty_file(period_id: int, kind: str) -> File:
    """Give the places with what chance allows as a file; NotFound ``no_scores`` before the draw."""
    with database().transaction() as session:
        sheet = units_scored(session, period_id)
        kept = session.get(ScoreUncertainty, sheet.run.id)
        if kept is None:
            raise NotFound("no_scores")
        pictures = category_pictures(sheet, kept.categories)
    listing = listed_places(pictures, sheet.scheme)
    return listing.file(f"places-{sheet.period.code}", kind)


@office.post(PAGE)
@role(Role.ORGANIZER)
def start_uncertainty(period_id: int) -> Response:
    """Begin to draw fresh raters for the newest scores."""
    with database().transaction() as session:
        run = units_scored(session, period_id).run
        start(session, JOB, period_id=period_id, run_id=run.id, seed=fresh_seed())
    return redirect(url_for("office.uncertainty", period_id=period_id))


@office.get(f"{PAGE}/progress")
@role(*READERS)
def uncertainty_progress(period_id: int) -> str:
    """Return the part of the page that refreshes itself."""
    with database().transaction() as session:
        job = latest_job(session, kind=JOB, campaign_id=None, period_id=period_id, now=now())
    return render_template(
        "office/scoring/uncertainty_progress.html",
        job=job,
        period_id=period_id,
        step_words=step_words,
    )


@work(JOB)
def uncertainty_work(session: Session, task: Task) -> None:
    """Draw."""
    estimate_uncertainty(
        session,
        run_id=task.args["run_id"],
        seed=task.args["seed"],
        now=task.now,
        by=task.by,
        progress=task.progress,
    )


def step_words(_step: str) -> str:
    """What the job is doing."""
    return str(gettext("Drawing fresh raters and scoring the period again"))


def failure_of(job: JobStanding | None) -> str | None:
    """Why the last draw failed, in words."""
    return error_text(job.error) if job is not None and job.failed and job.error else None


def category_pictures(sheet: ScoreSheet, kept: Mapping[str, Any]) -> tuple[CategoryPicture, ...]:
    """One picture for each category that has units."""
    return tuple(
        category_picture(each, kept[each.category.code])
        for each in sheet.categories
        if each.category.code in kept
    )


def category_picture(sheet: CategorySheet, kept: Mapping[str, Any]) -> CategoryPicture:
    """Put a category's lines beside what was kept of the draws."""
    lines = {row.line.unit.code: row.line for row in sheet.rows}
    together = [[code for code in run if code in lines] for run in kept["together"]]
    rows = tuple(
        unit_row(line, kept["units"].get(code) or {}, together) for code, line in lines.items()
    )
    n = max(len(rows), 1)
    return CategoryPicture(
        category=sheet.category,
        rows=rows,
        runs=tuple(tuple(lines[code] for code in run) for run in together),
        scale=Scale(0.5, n + 0.5, 1.0 if n <= MOST_MARKS else 5.0),
        edges=grade_edges(sheet.seats, n),
    )


def unit_row(line: ScoreLine, kept: Mapping[str, Any], together: list[list[str]]) -> UnitRow:
    """A unit's line with its chances."""
    return UnitRow(
        line=line,
        differs=kept.get("differs"),
        other=mostly(kept.get("grades", {}), line.grade),
        silent=tuple(kept["silent"]) if kept.get("silent") else None,
        runs=tuple(k for k, run in enumerate(together) if line.unit.code in run),
    )


def listed_places(pictures: Sequence[CategoryPicture], scheme: Scheme) -> Listing[UnitRow]:
    """The units with what chance allows, by their columns."""
    rows = [row for picture in pictures for row in picture.rows]
    categories = {
        row.line.unit_id: name_of(picture.category) for picture in pictures for row in picture.rows
    }
    grades = {each.key: name_of({"zh": each.zh, "en": each.en}) for each in scheme.grades}
    columns: Columns[UnitRow] = {
        gettext("Category"): lambda row: categories[row.line.unit_id],
        gettext("Code"): lambda row: row.line.unit.code,
        gettext("Unit"): lambda row: name_of(row.line.unit),
        gettext("Place"): lambda row: row.line.place,
        gettext("Highest place that chance allows"): lambda row: row.line.place_low,
        gettext("Lowest place that chance allows"): lambda row: row.line.place_high,
        gettext("Total"): lambda row: row.line.total,
        gettext("Total, lower end of chance"): lambda row: to_four(row.line.total_low),
        gettext("Total, upper end of chance"): lambda row: to_four(row.line.total_high),
        gettext("Grade"): lambda row: grades.get(row.line.grade or "", ""),
        gettext("How sure"): lambda row: row.steady[0] if row.steady else "",
        gettext("Share of draws with another grade"): lambda row: to_four(row.differs),
        gettext("then mostly"): lambda row: grades.get(row.other or "", ""),
        gettext("Cannot be told apart: group"): lambda row: row.run_numbers,
        gettext("If the silent had given nothing"): lambda row: silent_total(row, 0),
        gettext("If the silent had given full marks"): lambda row: silent_total(row, 1),
    }
    return Listing(rows, columns, words_wanted())


def silent_total(row: UnitRow, end: int) -> float | None:
    """The total at one end, had the silent voted."""
    return to_four(row.silent[end]) if row.silent else None


def grade_edges(seats: Mapping[str, int], n: int) -> tuple[tuple[str, int], ...]:
    """Where the seats of the grades end, among the places; that of the last is no edge."""
    edges, place = [], 0
    for grade, number in seats.items():
        place += number
        if 0 < place < n:
            edges.append((grade, place))
    return tuple(edges)
