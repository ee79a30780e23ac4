"""The office's home: every period, where it stands, what comes next."""

from flask import render_template

from surveys.models import Role
from surveys.monitoring.stages import Stage, period_stages
from webapp.access import role
from webapp.context import database
from webapp.office.blueprint import office
from webapp.office.navigation import campaign_reached, next_step, room_name, rooms


@office.get("")
@role(Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
def home() -> str:
    """Show the periods, the latest first."""
    with database().transaction() as session:
        standings = period_stages(session)
    periods = [(each, next_step(each), rooms(each)) for each in standings]
    return render_template(
        "office/home.html",
        periods=periods,
        campaign_reached=campaign_reached,
        room_name=room_name,
        Stage=Stage,
    )
