"""Watch ballots come back, while nobody can read them."""

from dataclasses import dataclass
from datetime import datetime

from flask import render_template
from flask_babel import format_time
from sqlalchemy.orm import Session

from surveys.models import CampaignState, RaterGroup, Role, Unit
from surveys.models.campaigns import RaterScope
from surveys.monitoring.minimums import GroupMinimum, group_minimums
from surveys.monitoring.turnout import Count, Turnout, turnout
from webapp.access import role
from webapp.context import database, now
from webapp.office.blueprint import office

READERS = (Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
# Where the unit of a row is the one that is rated, the minimum can be marked in its cell.
ABOUT_THE_UNIT = frozenset({RaterScope.OWN, RaterScope.UNIT})
# Tints of the table's cells, from hardly any ballots to all of them.
N_TINTS = 5


@dataclass(frozen=True)
class Cell:
    """One cell of the table: a count, its tint 0..5, and whether the unit has too few ballots."""

    count: Count | None
    tint: int
    short: bool


@dataclass(frozen=True)
class TurnoutPage:
    """What the page shows.

    Parameters
    ----------
    personal, by_open_code : codes of their own and ballots with open codes; None where the
        campaign has no such group
    rows : units with a cell for each of the columns
    """

    turnout: Turnout
    minimums: dict[int, GroupMinimum]
    personal: Count | None
    by_open_code: Count | None
    columns: tuple[RaterGroup, ...]
    rows: tuple[tuple[Unit, tuple[Cell, ...]], ...]
    as_of: str

    @property
    def running(self) -> bool:
        """Whether ballots come in."""
        return self.turnout.campaign.state is CampaignState.OPEN

    @property
    def draft(self) -> bool:
        """Whether voting has not begun."""
        return self.turnout.campaign.state is CampaignState.DRAFT

    @property
    def issued(self) -> bool:
        """Whether there are codes at all."""
        return any(minimum.n_units for minimum in self.minimums.values())

    @property
    def coarse(self) -> bool:
        """Whether any count was rounded down."""
        counts = [count for _group, count in self.turnout.groups]
        counts += [cell.count for _unit, cells in self.rows for cell in cells if cell.count]
        return any(count.coarse for count in counts)


@office.get("/campaigns/<int:campaign_id>/turnout")
@role(*READERS)
def turnout_page(campaign_id: int) -> str:
    """Show how many ballots came back."""
    return render_template("office/turnout/turnout.html", page=look(campaign_id))


@office.get("/campaigns/<int:campaign_id>/turnout/live")
@role(*READERS)
def turnout_live(campaign_id: int) -> str:
    """Show total and groups alone."""
    return render_template("office/turnout/totals.html", page=look(campaign_id))


@office.get("/campaigns/<int:campaign_id>/turnout/live/units")
@role(*READERS)
def turnout_live_units(campaign_id: int) -> str:
    """Show the table of units alone: its scrolling region stays where the reader moved it."""
    return render_template("office/turnout/units.html", page=look(campaign_id))


def look(campaign_id: int) -> TurnoutPage:
    """Count now."""
    at = now()
    with database().transaction() as session:
        return page_of(session, campaign_id=campaign_id, at=at)


def page_of(session: Session, *, campaign_id: int, at: datetime) -> TurnoutPage:
    """Lay the counts out."""
    counted = turnout(session, campaign_id=campaign_id)
    minimums = group_minimums(session, campaign_id=campaign_id)
    in_table = {group_id for _unit, cells in counted.units for group_id in cells}
    columns = tuple(group for group, _count in counted.groups if group.id in in_table)
    personal = [count for group, count in counted.groups if not group.open_code]
    opened = [count for group, count in counted.groups if group.open_code]
    return TurnoutPage(
        turnout=counted,
        minimums=minimums,
        personal=sum_of(personal) if personal else None,
        by_open_code=sum_of(opened) if opened else None,
        columns=columns,
        rows=tuple(
            (unit, tuple(cell_of(unit, group, cells.get(group.id), minimums) for group in columns))
            for unit, cells in counted.units
        ),
        as_of=format_time(at, "HH:mm:ss"),
    )


def sum_of(counts: list[Count]) -> Count:
    """Groups together, all of them with codes of their own or all with open codes."""
    personal = [count.n_issued for count in counts if count.n_issued is not None]
    return Count(
        sum(personal) if personal else None,
        sum(count.n_returned for count in counts),
        any(count.coarse for count in counts),
    )


def cell_of(
    unit: Unit, group: RaterGroup, count: Count | None, minimums: dict[int, GroupMinimum]
) -> Cell:
    """One cell of the table."""
    share = (count.share if count else None) or 0.0
    about_unit = group.scope in ABOUT_THE_UNIT and count is not None
    return Cell(
        count=count,
        tint=min(round(share * N_TINTS), N_TINTS),
        short=about_unit and unit.id in minimums[group.id].short_unit_ids,
    )
