"""Planning a campaign: how exact its scores will be, and what a clique could do to them."""

from dataclasses import dataclass
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import DecimalField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from surveys.models import Campaign, CampaignKind, Period, RaterGroup, Role
from surveys.scoring.precision import Asked, Assumptions, Precision, asked_of, precision
from webapp.access import role
from webapp.context import database
from webapp.languages import name_of
from webapp.office.blueprint import office
from webapp.plots import Scale

TURNOUT: Final = "turnout_"
USUAL_TURNOUT: Final = {True: 100, False: 80}
"""In %: the size of an open code already says how many will vote."""
WIDTH, HEIGHT, LEFT, BOTTOM = 640, 240, 52, 34


class PlanForm(FlaskForm):  # type: ignore[misc]
    """What the plan takes for granted; each group adds its turnout."""

    class Meta:
        """Nothing is changed, so the address itself says all."""

        csrf = False

    spread = DecimalField(
        _("Spread of single ballots, in points"),
        [InputRequired(), NumberRange(1, 50, _("Between 1 and 50."))],
        places=None,
        description=_("Standard deviation. 8 where all are content, 12 as a rule, 20 in dispute."),
    )
    usual = DecimalField(
        _("Usual score, in points"),
        [InputRequired(), NumberRange(0, 100, _("Between 0 and 100."))],
        places=None,
    )
    difference = DecimalField(
        _("Difference of two units, in points"),
        [InputRequired(), NumberRange(0.1, 50, _("Between 0.1 and 50."))],
        places=None,
        description=_("How far apart must two units be before their order matters?"),
    )
    clique = IntegerField(
        _("Size of a clique"),
        [InputRequired(), NumberRange(1, 10_000, _("Between 1 and 10,000."))],
        description=_("Voters who agree to give one unit the lowest or the highest mark."),
    )


class PersonPlanForm(PlanForm):
    """The same where persons are rated."""

    difference = DecimalField(
        _("Difference of two persons, in points"),
        [InputRequired(), NumberRange(0.1, 50, _("Between 0.1 and 50."))],
        places=None,
        description=_("How far apart must two persons be before their order matters?"),
    )
    clique = IntegerField(
        _("Size of a clique"),
        [InputRequired(), NumberRange(1, 10_000, _("Between 1 and 10,000."))],
        description=_("Voters who agree to give one person the lowest or the highest mark."),
    )


@dataclass(frozen=True)
class Curve:
    """Half widths over the turnout as a line on a drawing of WIDTH × HEIGHT.

    Parameters
    ----------
    points : of the line
    marks : (y, half width) of the scale; steps : (x, turnout in %)
    now : y of the plan's own half width
    """

    points: str
    marks: tuple[tuple[str, float], ...]
    steps: tuple[tuple[str, int], ...]
    now: str


@office.get("/periods/<int:period_id>/planning")
@role(Role.ORGANIZER, Role.AUDITOR)
def period_planning(period_id: int) -> Response | str:
    """Lead to the plan of the period's first campaign; the others stand beside it."""
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        campaigns = sorted(campaign.id for campaign in period.campaigns)
    if campaigns:
        return redirect(url_for("office.planning", campaign_id=campaigns[0]))
    return render_template("office/planning/none.html", period=period)


@office.get("/campaigns/<int:campaign_id>/planning")
@role(Role.ORGANIZER, Role.AUDITOR)
def planning(campaign_id: int) -> str:
    """Show what the campaign can promise under the stated assumptions."""
    with database().transaction() as session:
        campaign = session.get_one(Campaign, campaign_id)
        asked = asked_of(session, campaign)
        form = plan_form(asked, persons=campaign.kind is CampaignKind.MEMBER)
        given = assumptions(form, asked)
        shown = None if asked is None or given is None else precision(asked, given)
    drawn: dict[str, Any] = (
        {} if shown is None else {"curve": curve_of(shown), "reach": reach_of(shown)}
    )
    return render_template(
        "office/planning/page.html",
        campaign=campaign,
        reverse=campaign.kind is CampaignKind.REVERSE,
        asked=asked,
        form=form,
        given=given,
        plan=shown,
        **drawn,
    )


def plan_form(asked: Asked | None, *, persons: bool) -> FlaskForm:
    """The form with a turnout for each group, as the address says or as usual."""
    groups = () if asked is None else asked.groups
    fields = {f"{TURNOUT}{group.id}": turnout_field(group) for group in groups}
    defaults = Assumptions({})
    usual = {f"{TURNOUT}{group.id}": USUAL_TURNOUT[group.open_code] for group in groups} | {
        "spread": f"{defaults.spread:g}",
        "usual": f"{defaults.usual:g}",
        "difference": f"{defaults.difference:g}",
        "clique": defaults.clique,
    }
    kind = PersonPlanForm if persons else PlanForm
    whole = type("CampaignPlanForm", (kind,), fields)
    return whole(formdata=request.args or None, data=usual)


def turnout_field(group: RaterGroup) -> IntegerField:
    """The turnout of one group, in per cent."""
    return IntegerField(
        name_of(group), [InputRequired(), NumberRange(1, 100, _("Between 1 and 100."))]
    )


def assumptions(form: FlaskForm, asked: Asked | None) -> Assumptions | None:
    """What the form says; None where a field is wrong."""
    if asked is None or (request.args and not form.validate()):
        return None
    data = form.data
    return Assumptions(
        turnout={group.id: data[f"{TURNOUT}{group.id}"] / 100 for group in asked.groups},
        spread=float(data["spread"]),
        usual=float(data["usual"]),
        difference=float(data["difference"]),
        clique=int(data["clique"]),
    )


def curve_of(plan: Precision) -> Curve:
    """Draw the half widths."""
    top = max(*(half for _turnout, half in plan.curve), plan.half_width, 0.1) * 1.08
    step = next(each for each in (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50) if top / each <= 6)

    def across(turnout: int) -> str:
        return f"{LEFT + (WIDTH - LEFT - 28) * (turnout - 10) / 90:.1f}"

    def down(half: float) -> str:
        return f"{8 + (HEIGHT - BOTTOM - 8) * (1 - half / top):.1f}"

    return Curve(
        points=" ".join(f"{across(turnout)},{down(half)}" for turnout, half in plan.curve),
        marks=tuple((down(k * step), k * step) for k in range(int(top / step) + 1)),
        steps=tuple((across(turnout), turnout) for turnout in range(10, 101, 10)),
        now=down(plan.half_width),
    )


def reach_of(plan: Precision) -> Scale:
    """One scale for what a clique does in each group, nought in the middle."""
    most = max((max(-group.down, group.up) for group in plan.groups), default=1.0)
    most = max(most, 0.1) * 1.05
    step = next(each for each in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0) if most / each <= 4)
    return Scale(-most, most, step)
