"""Many rows at once: the values of one indicator, the units that one body assesses."""

from collections.abc import Sequence
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from surveys.errors import Conflict, Invalid
from surveys.models import Period, Role
from surveys.setup.draft import Draft
from surveys.setup.editing import replace_rows
from surveys.setup.problems import RowProblem
from surveys.setup.settling import stored_draft
from surveys.setup.sheets.indicators import METHODS
from webapp.access import current_account, role
from webapp.context import database, now
from webapp.office.blueprint import office
from webapp.office.setup_columns import named
from webapp.office.setup_refusals import rows_of
from webapp.office.setup_words import ProblemWords, problem_words

VALUES: Final = "/periods/<int:period_id>/setup/values/of/<code>"
BODIES: Final = "/periods/<int:period_id>/setup/assessments/of/<code>"


@office.get("/periods/<int:period_id>/setup/values/choose")
@role(Role.ORGANIZER)
def choose_indicator(period_id: int) -> Response:
    """Lead to the values of the indicator that was chosen from the list."""
    code = request.args.get("code", "")
    return redirect(url_for("office.values_of", period_id=period_id, code=code))


@office.get("/periods/<int:period_id>/setup/assessments/choose")
@role(Role.ORGANIZER)
def choose_body(period_id: int) -> Response:
    """Lead to the units of the body that was chosen from the list."""
    code = request.args.get("code", "")
    return redirect(url_for("office.units_of_body", period_id=period_id, code=code))


@office.get(VALUES)
@role(Role.ORGANIZER)
def values_of(period_id: int, code: str) -> str:
    """Show all units with their values on one indicator."""
    period, draft = _draft(period_id)
    said = {row["单位代码"]: row for row in draft["指标值"] if row["指标代码"] == code}
    given = {unit: (row["完成值"], row["目标值"]) for unit, row in said.items()}
    return _values_page(period, draft, code, given, {})


@office.post(VALUES)
@role(Role.ORGANIZER)
def save_values(period_id: int, code: str) -> Response | tuple[str, int]:
    """Save the values of one indicator; a unit without value has none."""
    period, draft = _draft(period_id)
    given = {
        row["单位代码"]: (
            request.form.get(f"value-{row['单位代码']}", "").strip(),
            request.form.get(f"target-{row['单位代码']}", "").strip(),
        )
        for row in draft["单位名单"]
    }
    rows = [
        {"指标代码": code, "单位代码": unit, "完成值": value, "目标值": target}
        for unit, (value, target) in given.items()
        if value or target
    ]
    try:
        _replace(period_id, "指标值", {"指标代码": code}, rows)
    except Invalid as error:
        wrong = {
            rows[problem.row - 1]["单位代码"]: problem_words(problem)
            for problem in reversed(_own(rows_of(error), "指标值"))
        }
        return _values_page(period, draft, code, given, wrong), 422
    flash(gettext("Saved."), "good")
    return redirect(url_for("office.setup_table", period_id=period_id, table="values", q=code))


def _values_page(
    period: Period,
    draft: Draft,
    code: str,
    given: dict[str, tuple[str, str]],
    wrong: dict[str, ProblemWords],
) -> str:
    indicator = next((row for row in draft["指标"] if row["指标代码"] == code), None)
    if indicator is None:
        raise NotFound
    return render_template(
        "office/setup/values.html",
        period=period,
        indicator=indicator,
        name=named("指标", indicator),
        units=[(row["单位代码"], named("单位名单", row)) for row in draft["单位名单"]],
        given=given,
        wrong=wrong,
        needs_target=METHODS[indicator["折算方法"]].needs_target,
        others=[(row["指标代码"], named("指标", row)) for row in draft["指标"]],
    )


@office.get(BODIES)
@role(Role.ORGANIZER)
def units_of_body(period_id: int, code: str) -> str:
    """Show all units by category; those that the body assesses are ticked."""
    period, draft = _draft(period_id)
    body = next((row for row in draft["单位名单"] if row["单位代码"] == code), None)
    if body is None:
        raise NotFound
    ticked = {row["考核对象"] for row in draft["考核关系"] if row["考核责任单位"] == code}
    categories = [
        (
            named("类别", category),
            [
                (row["单位代码"], named("单位名单", row))
                for row in draft["单位名单"]
                if row["类别代码"] == category["类别代码"] and row["单位代码"] != code
            ],
        )
        for category in draft["类别"]
    ]
    return render_template(
        "office/setup/body.html",
        period=period,
        code=code,
        name=named("单位名单", body),
        categories=[(name, units) for name, units in categories if units],
        ticked=ticked,
        bodies=[(row["单位代码"], named("单位名单", row)) for row in draft["单位名单"]],
    )


@office.post(BODIES)
@role(Role.ORGANIZER)
def save_units_of_body(period_id: int, code: str) -> Response:
    """Save which units a body assesses."""
    rows = [{"考核责任单位": code, "考核对象": unit} for unit in request.form.getlist("unit")]
    _replace(period_id, "考核关系", {"考核责任单位": code}, rows)
    flash(gettext("Saved."), "good")
    return redirect(url_for("office.setup_table", period_id=period_id, table="assessments"))


def _replace(
    period_id: int, table: str, where: dict[str, str], rows: Sequence[dict[str, str]]
) -> None:
    try:
        with database().transaction() as session:
            replace_rows(
                session,
                period_id=period_id,
                table=table,
                where=where,
                rows=rows,
                now=now(),
                by=current_account().id,
            )
    except Conflict as error:
        if error.code != "nothing_changes":
            raise


def _own(problems: Sequence[RowProblem], sheet: str) -> list[RowProblem]:
    return [problem for problem in problems if problem.sheet == sheet and problem.row]


def _draft(period_id: int) -> tuple[Period, Draft]:
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        return period, stored_draft(session, period_id=period_id)
