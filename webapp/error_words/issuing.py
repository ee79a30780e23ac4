"""Words of errors while codes are issued, and of work in the background."""

from typing import Final

from flask_babel import lazy_gettext as _

from webapp.error_words.statuses import ErrorWords

ISSUING: Final = {
    "nothing_planned": ErrorWords(
        409,
        _("Nothing is left to issue"),
        _("Every batch that is planned has been issued."),
        _("Look at the list of issued batches. To print one again, make it void first."),
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
        _("The work was interrupted"),
        _("The server stopped or was restarted in the middle of it. No part of it was stored."),
        _("Start it again."),
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
