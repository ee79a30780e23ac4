"""Batches as lists: searched, and saved; the account of all codes likewise.

Counts are as coarse in a file as on the page, and what the page keeps back is in no file.
"""

from collections.abc import Mapping

from flask import Response
from flask_babel import gettext, ngettext

from surveys.issuing.overview import (
    IssuedLine,
    IssuingOverview,
    PlannedLine,
    Rated,
    issuing_overview,
)
from surveys.issuing.reconcile import AccountLine, Reconciliation, reconciliation
from surveys.models import Batch, RaterGroup, Role
from surveys.monitoring.turnout import Count
from webapp.access import role
from webapp.context import clock, database
from webapp.languages import moment, name_of
from webapp.listings import KINDS, Cell, Columns, Listing, words_wanted
from webapp.office.blueprint import office
from webapp.office.turnout_watch import seen

READERS = (Role.ORGANIZER, Role.OFFICER, Role.AUDITOR)
BatchLine = PlannedLine | IssuedLine
BatchNames = Mapping[int, tuple[RaterGroup, IssuedLine]]


@office.get(f"/campaigns/<int:campaign_id>/issuing.<{KINDS}>")
@role(*READERS)
def issuing_file(campaign_id: int, kind: str) -> Response:
    """Give planned and issued batches as a file."""
    returned = seen(database(), campaign_id, clock=clock()).returned
    with database().transaction() as session:
        overview = issuing_overview(session, campaign_id=campaign_id, returned=returned)
    return listed_batches(overview).file(f"batches-{overview.campaign.code}", kind)


@office.get(f"/campaigns/<int:campaign_id>/issuing/accounts.<{KINDS}>")
@role(*READERS)
def code_accounts_file(campaign_id: int, kind: str) -> Response:
    """Give the account of all codes as a file."""
    overview, accounts = accounts_of(campaign_id)
    listing = listed_accounts(accounts, names_of(overview))
    return listing.file(f"codes-{overview.campaign.code}", kind)


def accounts_of(campaign_id: int) -> tuple[IssuingOverview, Reconciliation]:
    """The account, and the batches with their names; the box is counted once for both."""
    with database().transaction() as session:
        accounts = reconciliation(session, campaign_id=campaign_id)
        returned = {line.batch.id: line.account.n_returned for line in accounts.lines}
        return issuing_overview(session, campaign_id=campaign_id, returned=returned), accounts


def names_of(overview: IssuingOverview) -> BatchNames:
    """Group and line of each issued batch."""
    return {line.batch.id: (each.group, line) for each in overview.issued for line in each.lines}


def listed_batches(overview: IssuingOverview) -> Listing[BatchLine]:
    """Planned and issued batches by their columns."""
    planned: list[BatchLine] = [line for each in overview.planned for line in each.lines]
    issued: list[BatchLine] = [line for each in overview.issued for line in each.lines]
    columns: Columns[BatchLine] = {
        gettext("Batch"): lambda line: line.batch.id if isinstance(line, IssuedLine) else None,
        gettext("Rater group"): lambda line: name_of(line.group),
        gettext("Who is rated"): lambda line: rated_text(line.rated),
        gettext("Sent to"): lambda line: name_of(line.home),
        gettext("Codes"): n_codes,
        gettext("Returned"): lambda line: (
            counted_text(line.count) if isinstance(line, IssuedLine) else None
        ),
        gettext("Valid"): lambda line: (
            window_text(line.batch) if isinstance(line, IssuedLine) else ""
        ),
        gettext("State"): state_text,
    }
    return Listing(planned + issued, columns, words_wanted())


def listed_accounts(accounts: Reconciliation, names: BatchNames) -> Listing[AccountLine]:
    """The batches whose account is shown, by their columns."""
    rows = [line for line in accounts.lines if line.shown or not line.account.fits]
    columns: Columns[AccountLine] = {
        gettext("Batch"): lambda line: line.batch.id,
        gettext("Rater group"): lambda line: name_of(names[line.batch.id][0]),
        gettext("Who is rated"): lambda line: rated_text(names[line.batch.id][1].rated),
        gettext("Sent to"): lambda line: name_of(names[line.batch.id][1].home),
        gettext("Issued"): lambda line: line.account.n_issued + line.account.n_replaced,
        gettext("of them replacements"): lambda line: line.account.n_replaced,
        gettext("Returned"): lambda line: line.account.n_returned,
        gettext("of them on paper"): lambda line: counted_text(line.papers),
        gettext("Void"): lambda line: line.account.n_void,
        gettext("of them unreadable papers"): lambda line: line.account.n_spoiled,
        gettext("Unreturned"): lambda line: line.account.n_unreturned,
        gettext("of them papers that wait for another reading"): lambda line: (
            line.account.n_being_keyed
        ),
        gettext("Adds up"): lambda line: gettext("Yes") if line.account.fits else gettext("No"),
    }
    return Listing(rows, columns, words_wanted())


def n_codes(line: BatchLine) -> int:
    """Codes of a batch; an open code is one."""
    if isinstance(line, IssuedLine):
        return line.batch.n_issued
    return 1 if line.group.open_code else line.order.n


def state_text(line: BatchLine) -> str:
    """Planned, issued or void."""
    if isinstance(line, PlannedLine):
        return str(gettext("Planned"))
    return str(gettext("Void") if line.void else gettext("Issued"))


def rated_text(rated: Rated) -> str:
    """Whom a ballot is about, in one line."""
    n = len(rated.targets)
    if rated.whole is not None:
        many = (
            ngettext("%(num)s member", "%(num)s members", n)
            if rated.of_members
            else ngettext("%(num)s unit", "%(num)s units", n)
        )
        return f"{name_of(rated.whole)} ({many})"
    first = name_of(rated.targets[0])
    if n == 1:
        return first
    others = (
        ngettext("and %(num)s other member", "and %(num)s other members", n - 1)
        if rated.of_members
        else ngettext("and %(num)s other unit", "and %(num)s other units", n - 1)
    )
    return f"{first} {others}"


def counted_text(count: Count) -> Cell:
    """A number where it is exact; else at least so many, as the page says it."""
    if not count.coarse:
        return count.n_returned
    if count.n_returned:
        return f"≥ {count.n_returned}"
    kept_back = count.n_issued is not None and 0 < count.n_issued < 5
    return str(gettext("shown after the close") if kept_back else gettext("fewer than 5"))


def window_text(batch: Batch) -> str:
    """When a batch's codes are valid."""
    if batch.opens_at and batch.closes_at:
        return f"{moment(batch.opens_at)} – {moment(batch.closes_at)}"
    if batch.opens_at:
        return str(gettext("from %(moment)s", moment=moment(batch.opens_at)))
    if batch.closes_at:
        return str(gettext("until %(moment)s", moment=moment(batch.closes_at)))
    return str(gettext("as the campaign"))
