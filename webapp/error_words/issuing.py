"""Words of errors while codes are issued, and of work in the background."""

from typing import Final

from flask_babel import lazy_gettext as _

from webapp.error_words.statuses import ErrorWords

ISSUING: Final = {
    "nothing_planned": ErrorWords(
        409,
        _("Nothing is left to issue"),
        _("Every batch that is planned has been issued."),
        _("Look at the list of issued batches. “Print other codes” stands beside each."),
    ),
    "not_planned": ErrorWords(
        409,
        _("This batch is issued already"),
        _("Somebody issued it since the page was loaded, or the plan has changed."),
        _("Reload the page to see how things stand. Nothing was issued twice."),
    ),
    "issuing_under_way": ErrorWords(
        409,
        _("Codes are being issued"),
        _("Another download of this campaign's sheets is under way."),
        _("Wait until it has ended, then reload the page."),
    ),
    "no_batch": ErrorWords(
        404,
        _("There is no such batch"),
        _("This campaign has no batch %(batch)s."),
        _("Go back to the list of issued batches."),
    ),
    "annulled_only_while_open": ErrorWords(
        409,
        _("No code can be replaced now"),
        _("Single codes are replaced while voting is open, neither before nor after."),
        _("Before voting make the whole batch void; after the close nothing can be changed."),
    ),
    "already_requested_annulment": ErrorWords(
        409,
        _("Another code waits already"),
        _("Somebody asked that a code be replaced; it waits for a second person."),
        _("Confirm or withdraw that request first, then ask again."),
    ),
    "no_annulment": ErrorWords(
        404,
        _("No code waits to be replaced"),
        _("The request was withdrawn, carried out, or never made."),
        _("Reload the page to see how things stand."),
    ),
    "code_not_of_campaign": ErrorWords(
        404,
        _("This code is not one of this campaign's"),
        _("The code is spelled correctly, but was not issued here."),
        _("Look on the slip which evaluation it is for, and open that one's page."),
    ),
    "poster_not_annulled": ErrorWords(
        409,
        _("A poster's code is not replaced"),
        _("Many people vote with it, each with a ballot of their own."),
        _("Make the poster's batch void and put up a new one."),
    ),
    "worker_died": ErrorWords(
        500,
        _("The work was interrupted again and again"),
        _("Its process died three times before it was done. No part of it was stored."),
        _("Tell who runs the server: it may lack memory. Then start it again."),
    ),
    "job_cancelled": ErrorWords(
        409,
        _("The work was cancelled"),
        _("Somebody stopped it. No part of it was stored."),
        _("Start it again when you want it done."),
    ),
    "no_job": ErrorWords(
        404,
        _("There is no such work"),
        _("Either it never was, or another account started it."),
        _("Start it again from its own page."),
    ),
    "job_ended": ErrorWords(
        409,
        _("The work has ended already"),
        _("It was done, failed or was cancelled before you asked."),
        _("Reload the page to see how it ended."),
    ),
    "job_not_failed": ErrorWords(
        409,
        _("This work did not fail"),
        _("Only work that failed or was cancelled is tried again."),
        _("Reload the page to see how it stands."),
    ),
    "job_taken_over": ErrorWords(
        409,
        _("Another worker did it"),
        _("This worker was taken for dead. What it did was taken back; the other's work counts."),
        _("Nothing needs to be done."),
    ),
    "work_unknown": ErrorWords(
        500,
        _("The worker does not know this work"),
        _("It runs another version of the program than the pages do."),
        _("Restart the server and all workers, then start the work again."),
    ),
    "nothing_unused": ErrorWords(
        409,
        _("No code is left unused"),
        _("Every code of this batch was used or is void already."),
        _("Issue an extra batch if more people are to vote."),
    ),
    "no_handout": ErrorWords(
        404,
        _("There is no such file"),
        _("This campaign has no file with this number."),
        _("Go back to the page on which codes are issued."),
    ),
    "handout_fetched": ErrorWords(
        409,
        _("The file is gone"),
        _("It was fetched or destroyed before; it can be fetched once."),
        _("If nobody has it, print other codes in place of those not used."),
    ),
    "handout_being_fetched": ErrorWords(
        409,
        _("The file is being fetched"),
        _("Another download of it is under way at this moment."),
        _("Wait a minute. If it breaks off, the file can be fetched again."),
    ),
    "file_gone": ErrorWords(
        404,
        _("The file cannot be read"),
        _("It is not in the data directory, or not as it was written."),
        _("Codes: print others in place of those not used. A box: hand the file in again."),
    ),
    "unknown_layout": ErrorWords(
        422,
        _("There is no such layout"),
        _("“%(layout)s” is none of the layouts on the page."),
        _("Go back and choose one from the list."),
    ),
    "bad_minutes": ErrorWords(
        422,
        _("This is no length for a meeting"),
        _("%(minutes)s minutes were given; 1 to %(most)s are possible."),
        _("Go back and correct the number."),
    ),
    "group_without_open_code": ErrorWords(
        422,
        _("This group votes with slips"),
        _("A code for a whole hall needs a rater group with an open code."),
        _("Go back and choose such a group, or hand out slips."),
    ),
    "poster_on_paper": ErrorWords(
        409,
        _("This code is an open one"),
        _("Paper ballots are keyed in under codes that admit one ballot each."),
        _("Look on the paper for the code of a slip."),
    ),
    "keyed_by_you": ErrorWords(
        403,
        _("You have read this paper already"),
        _("Every reading of a paper is another person's, so that a slip of the finger shows."),
        _("Put it on the pile for somebody else, and take the next one."),
    ),
    "unforeseen": ErrorWords(
        500,
        _("Something went wrong on our side"),
        _("The work ended with an error that was not foreseen. No part of it was stored."),
        _("Start it again. If it happens again, tell who runs the server."),
    ),
    "box": ErrorWords(
        404,
        _("There is no such box"),
        _("No campaign with this number is or was open."),
        _("Start again from the look-up page."),
    ),
    "receipt": ErrorWords(
        404,
        _("Nothing is published under this address"),
        _("A list and its proofs exist once a campaign is closed, for ballots in its box."),
        _("Look your receipt up by its number."),
    ),
    "root_differs": ErrorWords(
        409,
        _("The list does not fit its root"),
        _("The published list was changed after the close: it leads to another root."),
        _("Keep your receipt and tell the supervising office."),
    ),
}
