"""The forms of issuing: how codes go on paper, an extra batch."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateTimeLocalField, Field, IntegerField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from surveys.errors import Invalid
from surveys.issuing.issue_batch import MOST_CODES, BatchOrder
from surveys.issuing.layouts import DEFAULT_LAYOUT, layout_of
from surveys.models import RaterGroup, Target, Unit
from webapp.context import config
from webapp.languages import name_of

MISSING = _("Please fill this in.")


def one_at_least(_form: FlaskForm, field: Field) -> None:
    """Refuse an empty choice; a browser would want every box ticked of a field that is required."""
    if not field.data:
        raise ValidationError(gettext("Choose at least one unit."))


def _unit_id(text: str | int | None) -> int | None:
    return None if text in {"", "None", None} else int(str(text))


LAYOUT_NAMES = {
    "slips12": _("12 slips to cut (63 × 69 mm)"),
    "slips8": _("8 large slips to cut (95 × 69 mm)"),
    "folded8": _("8 slips to fold, print inside (105 × 74 mm)"),
    "labels24": _("24 labels, 3 × 8 (70 × 37 mm)"),
    "labels21": _("21 labels, 3 × 7 (63.5 × 38.1 mm)"),
}
FORM_NAMES = {
    "sheets": _("Sheets to print (PDF)"),
    "links": _("Links for a message gateway (CSV)"),
    "papers": _("Paper ballots to tick by hand, in Chinese (PDF)"),
    "papers_en": _("Paper ballots to tick by hand, in English (PDF)"),
}
PAPER_NAMES = {"a4": "A4", "a3": "A3"}


def units_to_be_rated() -> SelectMultipleField:
    """The field in which units are ticked for a ballot."""
    return SelectMultipleField(
        _("Units to be rated"),
        [one_at_least],
        coerce=int,
        description=_("They stand on the ballot in this order."),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class PrintForm(FlaskForm):  # type: ignore[misc]
    """How codes go out."""

    form = SelectField(
        _("Codes go out as"),
        choices=[SelectChoice(value, name) for value, name in FORM_NAMES.items()],
        default="sheets",
    )
    layout = SelectField(
        _("Slips on A4"),
        choices=[SelectChoice(value, name) for value, name in LAYOUT_NAMES.items()],
        default=DEFAULT_LAYOUT,
        description=_("Print at 100 %, without fitting to the page."),
    )
    paper = SelectField(
        _("Posters"),
        choices=[SelectChoice(value, name) for value, name in PAPER_NAMES.items()],
        default="a4",
    )

    @property
    def on_paper(self) -> bool:
        """Whether whole ballots are printed: then those of a single batch are, too."""
        return self.form.data in {"papers", "papers_en"}

    def require(self) -> None:
        """Refuse what the page does not offer; Invalid ``unknown_layout`` (layout)."""
        layout_of(self.layout.data)
        if self.form.data not in FORM_NAMES or self.paper.data not in PAPER_NAMES:
            raise Invalid("unknown_layout", layout=f"{self.form.data} {self.paper.data}")

    def choices(self) -> dict[str, str]:
        """As a job's arguments."""
        return {
            "form": self.form.data,
            "layout": self.layout.data,
            "paper": self.paper.data,
        }


class ExtraBatchForm(PrintForm):
    """A batch that the plan does not ask for."""

    group_id = SelectField(
        _("Rater group"),
        [InputRequired(MISSING)],
        coerce=int,
        description=_("Decides with which weight the ballots count."),
    )
    target_ids = units_to_be_rated()
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

    def offer(
        self, groups: Iterable[RaterGroup], targets: Sequence[Target], units: Sequence[Unit]
    ) -> None:
        """Let groups, those rated and units be chosen among these."""
        self.group_id.choices = [(group.id, name_of(group)) for group in groups]
        self.target_ids.choices = [(target.id, name_of(target)) for target in targets]
        homes = [(unit.id, name_of(unit)) for unit in units]
        self.home_unit_id.choices = [("", _("No unit in particular")), *homes]

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

    def ticked(self, target_id: int) -> bool:
        """Whether a unit or member is to be rated."""
        return target_id in (self.target_ids.data or ())


def _in_office(moment: datetime | None) -> datetime | None:
    """A moment as the office's clock shows it."""
    return None if moment is None else moment.replace(tzinfo=ZoneInfo(config().timezone))
