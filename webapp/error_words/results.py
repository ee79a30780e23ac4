"""Words of errors from examining to publishing."""

from typing import Final

from flask_babel import lazy_gettext as _

from webapp.error_words.statuses import ErrorWords

_RELOAD = _("Reload the page to see how things stand.")

RESULTS: Final = {
    "job_running": ErrorWords(
        409,
        _("This is being worked on"),
        _("The same work was started before and is not finished."),
        _("Wait until it is done; the page shows how far it is."),
    ),
    "box_not_opened": ErrorWords(
        409,
        _("A box is still shut"),
        _("Ballots can be examined and counted once two officers have opened the box."),
        _("Close the campaign and open its box first."),
    ),
    "kind_asked_twice": ErrorWords(
        409,
        _("Two campaigns of one kind"),
        _(
            "Scoring takes in one campaign of each kind. %(first)s and %(campaign)s are of the same"
            " kind: the votes of one of them would be lost."
        ),
        _("Nothing was scored. Ask those who keep this system to move one of them to its period."),
    ),
    "no_ballots": ErrorWords(
        409,
        _("There are no ballots"),
        _("The box of this campaign was empty, so there is nothing to examine."),
        _RELOAD,
    ),
    "campaign_certified": ErrorWords(
        409,
        _("The results are certified"),
        _("After certification neither findings nor decisions change any more."),
        _("If something is wrong, withdraw the certification first."),
    ),
    "findings_decided": ErrorWords(
        409,
        _("Decisions have been taken already"),
        _("A new examination would set aside findings on which somebody has decided."),
        _("Withdraw the decisions first, or keep this examination."),
    ),
    "findings_waiting": ErrorWords(
        409,
        _("Findings wait for a decision"),
        _("Findings of a campaign that two persons have not settled: %(n)s."),
        _("Decide on them and have each exclusion confirmed, then compute the scores."),
    ),
    "not_examined": ErrorWords(
        409,
        _("A campaign has not been examined"),
        _("Scores are computed once every opened box has been examined."),
        _("Examine the campaign and decide on its findings first."),
    ),
    "no_projects_in_scheme": ErrorWords(
        409,
        _("The scheme has no rule on projects"),
        _("States of projects follow from the scheme, and that of this period names none."),
        _("Before the freeze, write the rule into the scheme; see the scheme of Ankang."),
    ),
    "project_sheet_missing": ErrorWords(
        422,
        _("The sheet of projects is missing"),
        _("The workbook has no sheet %(sheet)s. It has: %(sheets)s."),
        _("Name the sheet so, and load the workbook again."),
    ),
    "no_projects": ErrorWords(
        422,
        _("There are no projects"),
        _("The sheet %(sheet)s has no row."),
        _("Fill in a row for each project, and load the workbook again."),
    ),
    "no_value": ErrorWords(
        404,
        _("There is no such value"),
        _("This unit has no figure on this indicator, so there is nothing to correct."),
        _("Enter the figure in the set-up first, or choose another indicator."),
    ),
    "value_stands_already": ErrorWords(
        409,
        _("The value stands already"),
        _("The corrected value is the one that is in force."),
        _("There is nothing to do, or the figure was mistyped."),
    ),
    "value_out_of_range": ErrorWords(
        422,
        _("The value is out of range"),
        _("A figure has at most thirteen digits before the point."),
        _("Correct the figure and try again."),
    ),
    "values_scored": ErrorWords(
        409,
        _("These values have been scored"),
        _("Values that a scoring rests on would be written over (%(n)s): %(rows)s."),
        _(
            "Correct them one by one under “Corrected values”: both versions are kept, each with "
            "its document. New values may still be loaded."
        ),
    ),
    "no_claim": ErrorWords(
        404,
        _("There is no such claim"),
        _("The bonus or deduction does not exist, or it was withdrawn."),
        _RELOAD,
    ),
    "already_approved": ErrorWords(
        409,
        _("Already approved"),
        _("Another person has approved this bonus or deduction."),
        _RELOAD,
    ),
    "times_out_of_range": ErrorWords(
        422,
        _("The number of times is out of range"),
        _("Something happened once at least and %(most)s times at most."),
        _("Correct the number."),
    ),
    "evidence_too_large": ErrorWords(
        422,
        _("The evidence is too large"),
        _("A file may have 5 MB at most."),
        _("Scan it with fewer dots, or in black and white."),
    ),
    "evidence_not_a_scan": ErrorWords(
        422,
        _("This is no scan"),
        _("Evidence is a PDF, PNG or JPEG file."),
        _("Save it in one of these formats and hand it in again."),
    ),
    "no_proposal": ErrorWords(
        404,
        _("There is no such proposal"),
        _("The scores were computed anew, and this proposal no longer follows from them."),
        _RELOAD,
    ),
    "date_in_future": ErrorWords(
        422,
        _("The date lies in the future"),
        _("A decision carries the date of its document, today at the latest."),
        _("Correct the date."),
    ),
    "no_ruling": ErrorWords(
        404,
        _("There is no such ruling"),
        _("The ruling does not exist, or it was withdrawn."),
        _RELOAD,
    ),
    "document_missing": ErrorWords(
        422,
        _("The document is missing"),
        _("A ruling names the document that orders it, in at most 200 characters."),
        _("Enter the number of the document and try again."),
    ),
    "points_out_of_range": ErrorWords(
        422,
        _("These points are out of range"),
        _("Points of a component lie between 0 and 100."),
        _("Correct the points and try again."),
    ),
    "no_decision": ErrorWords(
        404,
        _("There is no decision yet"),
        _("Nobody has decided on this finding, or the decision was withdrawn."),
        _RELOAD,
    ),
    "decision_confirmed": ErrorWords(
        409,
        _("The decision is confirmed"),
        _("What two persons have confirmed is not changed by one."),
        _RELOAD,
    ),
    "decision_changed": ErrorWords(
        409,
        _("The decision has changed"),
        _("It was changed after you opened the page, so nothing was confirmed."),
        _("Go back, reload the page and read the decision again before you confirm it."),
    ),
    "reason_missing": ErrorWords(
        422,
        _("A reason is missing"),
        _("Each decision carries its reason, so that it can be followed later."),
        _("Write one sentence and try again."),
    ),
    "reason_too_long": ErrorWords(
        422,
        _("The reason is too long"),
        _("A reason has at most %(most)s characters; this one has %(length)s."),
        _("Shorten it and try again."),
    ),
    "dismissed_excludes": ErrorWords(
        422,
        _("A dismissed finding excludes no ballots"),
        _("Ballots are left out only where the finding is upheld."),
        _("Uphold the finding, or keep the ballots."),
    ),
    "no_scores": ErrorWords(
        404,
        _("There are no scores yet"),
        _("The scores of this period have not been computed."),
        _("Compute the scores first."),
    ),
    "totals_missing": ErrorWords(
        409,
        _("Somebody has no total yet"),
        _("Units or persons without a total: %(n)s (%(codes)s). Nobody signs over them unawares."),
        _("Record a decision on their pages, or tick that they stay without a total."),
    ),
    "scores_out_of_date": ErrorWords(
        409,
        _("The scores are out of date"),
        _("Something they rest on has changed since they were computed."),
        _("Compute the scores again, then certify them."),
    ),
    "already_certified": ErrorWords(
        409,
        _("The scores are certified already"),
        _("A period is certified once, by two persons."),
        _RELOAD,
    ),
    "not_certified": ErrorWords(
        404,
        _("The scores are not certified"),
        _("Results are published only after two persons have certified them."),
        _("Let the first person certify the scores."),
    ),
    "second_signature_missing": ErrorWords(
        409,
        _("The second signature is missing"),
        _("One person has certified the scores; another one has to do so too."),
        _("Ask a colleague to log in and certify."),
    ),
    "already_published": ErrorWords(
        409,
        _("The results are public already"),
        _("What everybody has seen is not taken back silently."),
        _RELOAD,
    ),
    "no_member": ErrorWords(
        404,
        _("This person has no score"),
        _("The scores of this period have no person with this code."),
        _("Choose one from the list of members."),
    ),
    "unit_not_on_board": ErrorWords(
        404,
        _("This unit is not on the board"),
        _("The board of this period has no unit with this code."),
        _("Choose a unit from the board."),
    ),
    "no_reverse_evaluation": ErrorWords(
        404,
        _("There is no reverse evaluation of this unit"),
        _("The unit scored nobody in this period, or its results are not released yet."),
        _("Look again after the results have been certified."),
    ),
    "no_board": ErrorWords(
        404,
        _("No results have been published for this period"),
        _("Results appear here once they have been certified by two persons."),
        _("Look again later, or at another period."),
    ),
    "other_unit": ErrorWords(
        403,
        _("This page belongs to another unit"),
        _("A reviewer reads what was said of the own unit only."),
        _("Open the page of your own unit."),
    ),
}
