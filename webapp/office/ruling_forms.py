"""The forms for what a committee decides where the rules do not: points, or a grade."""

from typing import Any, Final

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DecimalField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange

from surveys.scoring.rulings import LONGEST_DOCUMENT, LONGEST_REASON
from webapp.languages import name_of
from webapp.office.scored_targets import Scored

GRADE: Final = "grade"


class RulingForm(FlaskForm):  # type: ignore[misc]
    """What a committee decided, with its paper."""

    reason = TextAreaField(
        _("Reason"), [InputRequired(_("Please give the reason.")), Length(max=LONGEST_REASON)]
    )
    document = StringField(
        _("Document number"),
        [InputRequired(_("Please give the document.")), Length(max=LONGEST_DOCUMENT)],
    )


class PointsForm(RulingForm):
    """Points for a component with too few votes."""

    points = DecimalField(
        _("Points (0 to 100)"),
        [
            InputRequired(_("Please give the points.")),
            NumberRange(0, 100, _("Between 0 and 100.")),
        ],
        places=None,
    )


class GradeForm(RulingForm):
    """A grade other than the one reckoned."""

    grade = SelectField(_("Grade"))


def ruling_forms(scored: Scored, failed: FlaskForm | None) -> dict[str, Any]:
    """The forms that a unit or person needs: points for each component without, and the grade."""
    grade = failed if isinstance(failed, GradeForm) else GradeForm(formdata=None, prefix=GRADE)
    grade.grade.choices = [
        (each.key, name_of({"zh": each.zh, "en": each.en})) for each in scored.level.grades
    ]
    if failed is not grade:
        grade.grade.data = scored.line.grade
    return {
        "grade": grade,
        "points": {
            each["key"]: points_form(each["key"], failed)
            for each in scored.line.components["lines"]
            if each["points"] is None
        },
    }


def points_form(component: str, failed: FlaskForm | None) -> PointsForm:
    """The form of one component."""
    fresh = PointsForm(formdata=None, prefix=component)
    return (
        failed
        if isinstance(failed, PointsForm) and failed.points.name == fresh.points.name
        else fresh
    )
