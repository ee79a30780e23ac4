"""One code on the wall of a meeting hall, with a countdown."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask import redirect, render_template, url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from markupsafe import Markup
from werkzeug.wrappers import Response
from wtforms import DateTimeLocalField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from surveys.issuing.codes import printed
from surveys.issuing.hall import LONGEST_MINUTES, Hall, HallOrder, hall_of, open_hall
from surveys.issuing.overview import issuing_overview, rated_of
from surveys.issuing.qr import qr_svg
from surveys.issuing.sheets import payload
from surveys.issuing.targets import targets_of
from surveys.models import Role
from webapp.access import current_account, role
from webapp.context import config, database, now, random_bytes
from webapp.languages import name_of
from webapp.office.blueprint import office
from webapp.office.issuing_forms import units_to_be_rated


class HallForm(FlaskForm):  # type: ignore[misc]
    """Who is in the hall, about whom, and how long."""

    group_id = SelectField(_("Rater group"), coerce=int)
    target_ids = units_to_be_rated()
    minutes = IntegerField(
        _("Minutes"),
        [InputRequired(_("Please fill this in.")), NumberRange(1, LONGEST_MINUTES)],
        default=20,
        description=_("The countdown on the wall; after it the code admits no ballot."),
        render_kw={"inputmode": "numeric", "min": 1, "max": LONGEST_MINUTES},
    )
    starts_at = DateTimeLocalField(
        _("Valid from"), [Optional()], description=_("Leave it empty to begin at once.")
    )


@office.get("/campaigns/<int:campaign_id>/issuing/hall")
@role(Role.ORGANIZER)
def hall_form(campaign_id: int) -> str:
    """Ask who is in the hall."""
    form = HallForm()
    offer(campaign_id, form)
    return render_template("office/issuing/hall_form.html", form=form, campaign_id=campaign_id)


@office.post("/campaigns/<int:campaign_id>/issuing/hall")
@role(Role.ORGANIZER)
def start_hall(campaign_id: int) -> Response | tuple[str, int]:
    """Issue the code and show it."""
    form = HallForm()
    offer(campaign_id, form)
    if not form.validate():
        page = render_template("office/issuing/hall_form.html", form=form, campaign_id=campaign_id)
        return page, 422
    order = HallOrder(
        campaign_id,
        form.group_id.data,
        tuple(
            choice for choice, _name in form.target_ids.choices if choice in form.target_ids.data
        ),
        in_office(form.starts_at.data) or now(),
        form.minutes.data,
    )
    with database().transaction() as session:
        issued = open_hall(
            session, order=order, random_bytes=random_bytes, now=now(), by=current_account().id
        )
    return redirect(url_for("office.hall", campaign_id=campaign_id, code=issued.codes[0]))


@office.get("/campaigns/<int:campaign_id>/issuing/hall/<code>")
@role(Role.ORGANIZER, Role.OFFICER)
def hall(campaign_id: int, code: str) -> str:
    """Show the code as large as the wall is."""
    found, names = seen(campaign_id, code)
    svg = qr_svg(payload(config().base_url, found.code, in_path=config().code_in_path))
    return render_template(
        "office/issuing/hall.html",
        hall=found,
        names=names,
        qr=Markup(svg),  # noqa: S704  # made here, of letters and digits
        code=printed(found.code).replace("-", " "),
        address=config().base_url.split("://")[-1] + "/b",
    )


@office.get("/campaigns/<int:campaign_id>/issuing/hall/<code>/live")
@role(Role.ORGANIZER, Role.OFFICER)
def hall_live(campaign_id: int, code: str) -> str:
    """Show the countdown and the count alone."""
    found, _names = seen(campaign_id, code)
    return render_template("office/issuing/hall_standing.html", hall=found)


def seen(campaign_id: int, code: str) -> tuple[Hall, str]:
    """The hall, and who is rated there."""
    with database().transaction() as session:
        found = hall_of(session, campaign_id=campaign_id, code=code, now=now())
        rated = rated_of(found.batch.target_ids, targets_of(found.campaign))
        names = name_of(rated.whole or rated.targets[0])
        if rated.whole is None and len(rated.targets) > 1:
            names = gettext(", ").join(name_of(target) for target in rated.targets[:6])
            names += "…" if len(rated.targets) > 6 else ""
    return found, names


def offer(campaign_id: int, form: HallForm) -> None:
    """Fill the form's lists: groups with an open code, all units or members."""
    with database().transaction() as session:
        overview = issuing_overview(session, campaign_id=campaign_id)
        groups = [group for group in overview.campaign.groups if group.open_code]
        form.group_id.choices = [(group.id, name_of(group)) for group in groups]
        form.target_ids.choices = [(each.id, name_of(each)) for each in overview.targets]


def in_office(moment: datetime | None) -> datetime | None:
    """A moment as the office's clock shows it."""
    return None if moment is None else moment.replace(tzinfo=ZoneInfo(config().timezone))
