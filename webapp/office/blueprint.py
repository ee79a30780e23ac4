"""The office's pages, and the stage navigation that stands beside each of them."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, request
from sqlalchemy.exc import NoResultFound

from webapp.access import signed_in
from webapp.context import database
from webapp.office.navigation import Navigation, navigation

office = Blueprint("office", __name__, url_prefix="/office")


@office.context_processor
def stage_navigation() -> dict[str, Any]:
    """Give the pages of a period or campaign their navigation, from their address alone."""
    return {"navigation": _navigation()}


def _navigation() -> Navigation | None:
    ids = request.view_args or {}
    period_id, campaign_id = ids.get("period_id"), ids.get("campaign_id")
    if not signed_in() or (period_id is None and campaign_id is None):
        return None
    # The page about something that does not exist says so; it has no rooms beside it.
    with suppress(NoResultFound), database().transaction() as session:
        return navigation(session, path=request.path, period_id=period_id, campaign_id=campaign_id)
    return None
