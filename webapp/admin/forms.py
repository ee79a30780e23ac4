"""The forms of administration."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from surveys.models import Role, Unit
from webapp.admin.words import ROLES
from webapp.languages import name_of


class RolesForm(FlaskForm):  # type: ignore[misc]
    """What an account may do."""

    roles = SelectMultipleField(
        _("Roles"),
        [InputRequired(_("Choose at least one role."))],
        choices=[SelectChoice(role.value, name) for role, name in ROLES.items()],
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    unit_id = SelectField(
        _("Unit"),
        coerce=lambda text: int(text) if text not in {"", "None", None} else None,
        description=_("Whose results a reviewer reads; leave empty for other roles."),
    )

    def offer(self, units: Iterable[Unit]) -> None:
        """Let a unit be chosen among these."""
        self.unit_id.choices = [
            SelectChoice("", _("No unit")),
            *(
                SelectChoice(str(unit.id), name_of(unit), {}, name_of(unit.period))
                for unit in units
            ),
        ]

    def chosen_roles(self) -> list[Role]:
        """Return the roles that are ticked."""
        return [Role(value) for value in self.roles.data or ()]


class AccountForm(RolesForm):
    """A new account."""

    login = StringField(
        _("Log-in name"),
        [InputRequired(_("Please fill this in.")), Length(2, 40)],
        description=_("Lower-case letters and digits, such as a staff number."),
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    name = StringField(
        _("Name of the person"),
        [InputRequired(_("Please fill this in.")), Length(1, 80)],
        render_kw={"autocomplete": "off"},
    )
