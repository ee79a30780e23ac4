"""The findings of a campaign as a list: searched, and saved to be gone through in a meeting.

Saved is what the page shows: no ballot, no code, and of the time of casting what the evidence says.
"""

from typing import Final

from flask import Response, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _

from surveys.models import Decision, Finding, FindingLevel, Role, Verdict
from surveys.review.listing import ListedFinding, Review, Standing, review_of
from webapp.access import role
from webapp.context import database
from webapp.languages import language, name_of
from webapp.listings import KINDS, Cell, Columns, Listing, words_wanted
from webapp.office.blueprint import office
from webapp.office.check_words import LEVELS, check_words, listed

STANDINGS: Final = {
    Standing.FREE: _("Needs no decision"),
    Standing.WAITING: _("Waits for a decision"),
    Standing.SECOND: _("Waits for a second person"),
    Standing.SETTLED: _("Settled"),
}


@office.get(f"/campaigns/<int:campaign_id>/review.<{KINDS}>")
@role(Role.ORGANIZER, Role.AUDITOR)
def review_file(campaign_id: int, kind: str) -> Response:
    """Give the findings that the address asks for as a file."""
    with database().transaction() as session:
        found = review_of(session, campaign_id=campaign_id)
    return listed_findings(found, chosen_level()).file(f"findings-{campaign_id}", kind)


def listed_findings(found: Review | None, level: FindingLevel | None) -> Listing[ListedFinding]:
    """The findings of one level, or all, by their columns."""
    rows = () if found is None else found.of_level(level)
    columns: Columns[ListedFinding] = {
        gettext("No."): lambda each: each.finding.position,
        gettext("Level"): lambda each: str(LEVELS[each.finding.level][0]),
        gettext("Check"): lambda each: str(check_words(each.finding.check).name),
        gettext("State"): lambda each: str(STANDINGS[each.standing]),
        gettext("lifted"): lambda each: listed([name_of(unit) for unit in each.lifted]),
        gettext("sunk"): lambda each: listed([name_of(unit) for unit in each.sunk]),
        gettext("Raters of"): lambda each: listed([name_of(unit) for unit in each.homes]),
        gettext("Evidence"): lambda each: evidence_of(each.finding),
        gettext("Ballots"): lambda each: each.finding.n_ballots,
        gettext("Unit that moves most"): lambda each: name_of(each.harmed),
        gettext("Place with them"): lambda each: _harm(each, "rank_with"),
        gettext("Place without them"): lambda each: _harm(each, "rank_without"),
        gettext("Decision"): lambda each: decision_words(each.finding.decision),
        gettext("Reason"): lambda each: d.reason if (d := each.finding.decision) else "",
        gettext("Decided by"): lambda each: d.decider.name if (d := each.finding.decision) else "",
        gettext("Confirmed by"): lambda each: confirmer_of(each.finding),
    }
    return Listing(rows, columns, words_wanted())


def chosen_level() -> FindingLevel | None:
    """The level that the address asks for; None for all."""
    asked = request.args.get("level", "")
    return FindingLevel(asked) if asked in set(FindingLevel) else None


def _harm(each: ListedFinding, fact: str) -> Cell:
    harm = each.finding.harm
    return None if harm is None else int(harm[fact])


def evidence_of(finding: Finding) -> str:
    """What was seen, in the page's language."""
    return finding.evidence_en if language() == "en" else finding.evidence_zh


def decision_words(decision: Decision | None) -> str:
    """The decision in one line."""
    if decision is None:
        return ""
    if decision.verdict is Verdict.DISMISSED:
        return str(gettext("Dismissed"))
    if decision.excludes_ballots:
        return str(gettext("Upheld; ballots left out"))
    return str(gettext("Upheld; ballots stay"))


def confirmer_of(finding: Finding) -> str:
    """Who confirmed the decision."""
    decision = finding.decision
    return decision.confirmer.name if decision and decision.confirmer else ""
