"""The front door: leads everybody to the pages that are theirs."""

from flask import current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from surveys.models import Role
from webapp.access import holds, public
from webapp.frame.blueprint import frame

# The first page that the process has and the visitor may open.
DOORS: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("office.home", (Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)),
    ("staff.home", (Role.REVIEWER,)),
    ("admin.accounts", (Role.ADMIN,)),
)


@frame.get("/")
@public
def welcome() -> Response | str:
    """Show what can be done here, or lead somebody who is logged in to the own pages."""
    for endpoint, roles in DOORS:
        if endpoint in current_app.view_functions and holds(*roles):
            return redirect(url_for(endpoint))
    return render_template("accounts/welcome.html")
