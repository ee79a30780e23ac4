"""Forms for the rows of a set-up, made from the columns of their table."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField, TextAreaField
from wtforms.fields import Field
from wtforms.fields.choices import SelectChoice

from surveys.setup.problems import RowProblem
from webapp.office.setup_columns import Column
from webapp.office.setup_words import problem_words


def row_form(columns: Sequence[Column], cells: Mapping[str, str] | None = None) -> Any:
    """A form with a field for each column, filled in with `cells`."""
    fields = {f"c{number}": _field(column) for number, column in enumerate(columns)}
    kind = type("RowForm", (FlaskForm,), fields)
    given = {f"c{n}": (cells or {}).get(column.header, "") for n, column in enumerate(columns)}
    return kind(data=given)


def cells_in(form: Any, columns: Sequence[Column]) -> dict[str, str]:
    """What was filled in, by header."""
    return {
        column.header: (form[f"c{number}"].data or "").strip()
        for number, column in enumerate(columns)
    }


def show_problems(
    form: Any, columns: Sequence[Column], problems: Sequence[RowProblem], *, sheet: str
) -> tuple[RowProblem, ...]:
    """Put the problems of the edited row to its fields; returns those that belong elsewhere."""
    positions = {column.header: number for number, column in enumerate(columns)}
    elsewhere = []
    for problem in problems:
        at = positions.get(problem.header)
        if problem.sheet == sheet and problem.row == 1 and at is not None:
            words = problem_words(problem)
            field: Field = form[f"c{at}"]
            field.errors = [
                *field.errors,
                gettext("Expected: %(what)s", what=words.expected) + " " + words.mend,
            ]
        else:
            elsewhere.append(problem)
    return tuple(elsewhere)


def _field(column: Column) -> Any:
    label = column.label
    if not column.required:
        label = gettext("%(field)s (optional)", field=label)
    if column.choices:
        choices = [SelectChoice("", "—"), *(SelectChoice(*each) for each in column.choices)]
        return SelectField(
            label, description=column.hint, choices=choices, validate_choice=False, default=""
        )
    if column.long:
        return TextAreaField(label, description=column.hint, render_kw={"rows": 2})
    keyboard = {"inputmode": "decimal"} if column.numeric else {}
    return StringField(
        label, description=column.hint, render_kw={**keyboard, "autocomplete": "off"}
    )
