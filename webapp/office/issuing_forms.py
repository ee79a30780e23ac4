"""The form of an extra batch."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, IntegerField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from surveys.issuing.issue_batch import MOST_CODES, BatchOrder
from surveys.models import RaterGroup, Unit
from webapp.context import config
from webapp.languages import name_of

MISSING = _("Please fill this in.")


def _unit_id(text: str | int | None) -> int | None:
    return None if text in {"", "None", None} else int(str(text))


class ExtraBatchForm(FlaskForm):  # type: ignore[misc]
    """A batch that the plan does not ask for."""

    group_id = SelectField(
        _("Rater group"),
        [InputRequired(MISSING)],
        coerce=int,
        description=_("Decides with which weight the ballots count."),
    )
    target_ids = SelectMultipleField(
        _("Units to be rated"),
        [InputRequired(_("Choose at least one unit."))],
        coerce=int,
        description=_("They stand on the ballot in this order."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )
    home_unit_id = SelectField(
        _("Sent to"),
        coerce=_unit_id,
        description=_("The unit whose people get the codes, if they are of one unit."),
    )
    n = IntegerField(
        _("Number of codes"),
        [InputRequired(MISSING), NumberRange(1, MOST_CODES)],
        description=_("With an open code this is one poster, whatever the number."),
        render_kw={"inputmode": "numeric", "min": 1, "max": MOST_CODES},
    )
    opens_at = DateTimeLocalField(
        _("Valid from"),
        [Optional()],
        description=_("Leave both empty: the codes are valid while the campaign is open."),
    )
    closes_at = DateTimeLocalField(_("Valid until"), [Optional()])

    def offer(self, groups: Iterable[RaterGroup], units: Sequence[Unit]) -> None:
        """Let groups and units be chosen among these."""
        self.group_id.choices = [(group.id, name_of(group)) for group in groups]
        self.target_ids.choices = [(unit.id, name_of(unit)) for unit in units]
        self.home_unit_id.choices = [("", _("No unit in particular")), *self.target_ids.choices]

    def order(self, campaign_id: int) -> BatchOrder:
        """What to issue."""
        return BatchOrder(
            campaign_id,
            self.group_id.data,
            tuple(choice for choice, _name in self.target_ids.choices if self.ticked(choice)),
            self.n.data,
            self.home_unit_id.data,
            _in_office(self.opens_at.data),
            _in_office(self.closes_at.data),
        )

    def ticked(self, unit_id: int) -> bool:
        """Whether a unit is to be rated."""
        return unit_id in (self.target_ids.data or ())


def _in_office(moment: datetime | None) -> datetime | None:
    """A moment as the office's clock shows it."""
    return None if moment is None else moment.replace(tzinfo=ZoneInfo(config().timezone))
