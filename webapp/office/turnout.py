"""Watch ballots come back, while nobody can read them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from math import inf
from typing import Final, NamedTuple
from weakref import WeakKeyDictionary

from flask import Response, render_template, request, url_for
from flask_babel import format_time, get_locale
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from surveys.database.engine import Database
from surveys.models import CampaignState, RaterGroup, Role, Unit
from surveys.models.campaigns import RaterScope
from surveys.monitoring.minimums import GroupMinimum
from surveys.monitoring.papers import all_papers
from surveys.monitoring.samples import sample_open_campaigns
from surveys.monitoring.turnout import Count, Turnout, total_of
from surveys.monitoring.watch import Watch
from webapp.access import role
from webapp.context import clock, database
from webapp.jobs import chore
from webapp.languages import name_of
from webapp.listings import KINDS, ListTools, file_addresses, table_file
from webapp.office import turnout_stream as stream
from webapp.office.blueprint import office
from webapp.office.turnout_watch import seen

READERS = (Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
# Where the unit of a row is the one that is rated, the minimum can be marked in its cell.
ABOUT_THE_UNIT = frozenset({RaterScope.OWN, RaterScope.UNIT})
# Tints of the table's cells, from hardly any ballots to all of them.
N_TINTS = 5

SORT_BY_NAME = "unit"
# Searched and sorted tables that are kept of one count.
MOST_LOOKS = 32
EVERY_TEN_MINUTES = "*/10 * * * *"


@dataclass(frozen=True)
class Cell:
    """One cell of the table: a count, its tint 0..5, and whether the unit has too few ballots."""

    count: Count | None
    tint: int
    short: bool


class Line(NamedTuple):
    """One row of the table."""

    unit: Unit
    cells: tuple[Cell, ...]

    @property
    def short(self) -> bool:
        """Whether the unit has too few ballots of some group."""
        return any(cell.short for cell in self.cells)

    def share(self, column: int) -> float:
        """By which the table is sorted; what has no share stands last."""
        count = self.cells[column].count
        if count is None:
            return inf
        return float(count.n_returned) if count.share is None else count.share


@dataclass(frozen=True)
class Wanted:
    """Which rows of the table a reader wants to see, and in which order.

    Parameters
    ----------
    text : part of a unit's name
    short : those with too few ballots alone
    sort : ``"unit"`` for the order of the set-up, or a group's id: lowest share first
    """

    text: str = ""
    short: bool = False
    sort: str = SORT_BY_NAME

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Wanted":
        """Read the address."""
        return cls(
            arguments.get("q", "").strip(),
            arguments.get("short") == "1",
            arguments.get("sort", SORT_BY_NAME),
        )

    @property
    def arguments(self) -> dict[str, str]:
        """For the address of the same look; what goes without saying is left out."""
        found = {"q": self.text, "short": "1" if self.short else "", "sort": self.sort}
        return {name: value for name, value in found.items() if value not in {"", SORT_BY_NAME}}

    def rows(self, rows: tuple[Line, ...], columns: tuple[RaterGroup, ...]) -> tuple[Line, ...]:
        """Pick and sort."""
        part = self.text.casefold()
        found = [
            row
            for row in rows
            if (not self.short or row.short)
            and (part in row.unit.name_zh.casefold() or part in row.unit.name_en.casefold())
        ]
        ids = [str(group.id) for group in columns]
        if self.sort in ids:
            column = ids.index(self.sort)
            found.sort(key=lambda row: row.share(column))
        return tuple(found)


_DRAWN: Final[WeakKeyDictionary[Watch, dict[tuple[str, Wanted], Markup]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class TurnoutPage:
    """What the page shows.

    Parameters
    ----------
    personal, by_open_code : codes of their own and ballots with open codes; None where the
        campaign has no such group
    on_paper : of the codes of their own those keyed in from paper; None where none may be shown
    rows : of `n_rows` units those wanted, with a cell for each of the columns
    """

    watch: Watch
    personal: Count | None
    on_paper: Count | None
    by_open_code: Count | None
    columns: tuple[RaterGroup, ...]
    n_rows: int
    rows: tuple[Line, ...]
    wanted: Wanted

    @property
    def turnout(self) -> Turnout:
        """What was counted."""
        return self.watch.turnout

    @property
    def minimums(self) -> Mapping[int, GroupMinimum]:
        """By group."""
        return self.watch.minimums

    @property
    def as_of(self) -> str:
        """When it was counted."""
        return str(format_time(self.watch.at, "HH:mm:ss"))

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


@office.get("/campaigns/<int:campaign_id>/turnout")
@role(*READERS)
def turnout_page(campaign_id: int) -> str:
    """Show how many ballots came back."""
    page = look(campaign_id)
    return render_template(
        "office/turnout/turnout.html", page=page, table=drawn_table(page), tools=tools_of(page)
    )


@office.get("/campaigns/<int:campaign_id>/turnout/live")
@role(*READERS)
def turnout_live(campaign_id: int) -> str:
    """Show total and groups alone."""
    return render_template("office/turnout/totals.html", page=look(campaign_id))


@office.get("/campaigns/<int:campaign_id>/turnout/live/units")
@role(*READERS)
def turnout_live_units(campaign_id: int) -> str:
    """Show the table of units alone: its scrolling region stays where the reader moved it."""
    return drawn_table(look(campaign_id))


@office.get("/campaigns/<int:campaign_id>/turnout/wall")
@role(*READERS)
def turnout_wall(campaign_id: int) -> str:
    """Show the count as large as a wall wants it."""
    return render_template("office/turnout/wall.html", page=look(campaign_id))


@office.get("/campaigns/<int:campaign_id>/turnout/live/wall")
@role(*READERS)
def turnout_live_wall(campaign_id: int) -> str:
    """Show the wall's figures alone."""
    return render_template("office/turnout/wall_figures.html", page=look(campaign_id))


@office.get(f"/campaigns/<int:campaign_id>/turnout.<{KINDS}>")
@role(*READERS)
def turnout_page_file(campaign_id: int, kind: str) -> Response:
    """Give the table of units as it is shown, coarse where it is shown coarse."""
    page = look(campaign_id)
    headers = [_("Unit"), *(name_of(group) for group in page.columns)]
    rows = (
        [name_of(unit), *(counted_text(cell.count) for cell in cells)] for unit, cells in page.rows
    )
    return table_file(f"turnout-{page.turnout.campaign.code}", kind, headers, rows)


@office.get("/campaigns/<int:campaign_id>/turnout/stream")
@role(*READERS)
def turnout_stream(campaign_id: int) -> Response:
    """Tell a page when the counts have moved; 204 where too many listen: it then asks by itself."""
    if not stream.LISTENERS.acquire(blocking=False):
        return Response(status=HTTPStatus.NO_CONTENT)
    here, at = database(), clock()
    return stream.listen(lambda: shown(here, campaign_id, at, stream.LOOK_EVERY_S))


def shown(
    here: Database, campaign_id: int, at: Callable[[], datetime], patience: float = 0.0
) -> tuple[Count, ...]:
    """What the page tells, coarse where it is coarse: an event must not tell of a single ballot."""
    found = seen(here, campaign_id, clock=at, patience=patience)
    cells = [count for _unit, groups in found.turnout.units for count in groups.values()]
    groups = [count for _group, count in found.turnout.groups]
    return (*groups, *found.papers.values(), *cells)


@chore("sample_turnout", cron=EVERY_TEN_MINUTES)
def sample_turnout(session: Session, now: datetime) -> None:
    """Keep how the turnout grows, whether somebody looks or not."""
    sample_open_campaigns(session, now=now)


def look(campaign_id: int) -> TurnoutPage:
    """Count now, or take the count of a moment ago."""
    found = seen(database(), campaign_id, clock=clock())
    return page_of(found, Wanted.of(request.args))


def page_of(found: Watch, wanted: Wanted) -> TurnoutPage:
    """Lay the counts out."""
    counted = found.turnout
    in_table = {group_id for _unit, cells in counted.units for group_id in cells}
    columns = tuple(group for group, _count in counted.groups if group.id in in_table)
    personal = [each for each in counted.groups if not each[0].open_code]
    opened = [each for each in counted.groups if each[0].open_code]
    rows = tuple(
        Line(
            unit,
            tuple(cell_of(unit, group, cells.get(group.id), found.minimums) for group in columns),
        )
        for unit, cells in counted.units
    )
    return TurnoutPage(
        watch=found,
        personal=total_of(personal) if personal else None,
        on_paper=all_papers(found.papers),
        by_open_code=total_of(opened) if opened else None,
        columns=columns,
        n_rows=len(rows),
        rows=wanted.rows(rows, columns),
        wanted=wanted,
    )


def tools_of(page: TurnoutPage) -> ListTools:
    """Search and files of the table of units."""
    campaign_id = page.turnout.campaign.id
    asked = page.wanted.arguments
    return ListTools(
        n_rows=page.n_rows,
        n_found=len(page.rows),
        wanted=page.wanted.text,
        url=url_for("office.turnout_page", campaign_id=campaign_id),
        files=file_addresses("office.turnout_page", campaign_id=campaign_id, **asked),
        kept={name: value for name, value in asked.items() if name == "sort"},
    )


def drawn_table(page: TurnoutPage) -> Markup:
    """The table of units: of a large county the most of the page's work, so drawn once for all."""
    drawn = _DRAWN.setdefault(page.watch, {})
    look = (str(get_locale()), page.wanted)
    if look not in drawn:
        table = Markup(render_template("office/turnout/units.html", page=page))  # noqa: S704
        if len(drawn) >= MOST_LOOKS:
            return table
        drawn[look] = table
    return drawn[look]


def cell_of(
    unit: Unit, group: RaterGroup, count: Count | None, minimums: Mapping[int, GroupMinimum]
) -> Cell:
    """One cell of the table."""
    share = (count.share if count else None) or 0.0
    about_unit = group.scope in ABOUT_THE_UNIT and count is not None
    return Cell(
        count=count,
        tint=min(round(share * N_TINTS), N_TINTS),
        short=about_unit and unit.id in minimums[group.id].short_unit_ids,
    )


def counted_text(count: Count | None) -> str:
    """A count for a table's cell; "≥" where it was rounded down."""
    if count is None:
        return ""
    n = f"≥ {count.n_returned}" if count.coarse else str(count.n_returned)
    return n if count.n_issued is None else f"{n} / {count.n_issued}"
