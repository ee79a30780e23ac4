"""The words of each status, for errors that have none of their own."""

from typing import Final, NamedTuple

from flask_babel import lazy_gettext as _


class ErrorWords(NamedTuple):
    """What an error's page says."""

    status: int
    title: str
    what: str
    next_step: str


BY_STATUS: Final = {
    words.status: words
    for words in (
        ErrorWords(
            400,
            _("This request could not be read"),
            _("What your browser sent was not complete or not in the form we expect."),
            _("Go back, reload the page and try again."),
        ),
        ErrorWords(
            401,
            _("Please log in"),
            _("This page is only for people with an account."),
            _("Log in and open the page again."),
        ),
        ErrorWords(
            403,
            _("This page is not open to you"),
            _("Your account does not have the role that this page or this act needs."),
            _("If you need it for your work, ask an administrator to give you the role."),
        ),
        ErrorWords(
            404,
            _("There is nothing at this address"),
            _("The page does not exist, or what it showed has been removed."),
            _("Check the address, or start again from the home page."),
        ),
        ErrorWords(
            405,
            _("This cannot be done here"),
            _("The page exists, but it does not answer to this kind of request."),
            _("Go back and use the buttons of the page."),
        ),
        ErrorWords(
            409,
            _("This is not possible now"),
            _("Things have moved on since the page was loaded, and the step no longer fits."),
            _("Reload the page to see how things stand, then decide again."),
        ),
        ErrorWords(
            410,
            _("This is over"),
            _("What you are looking for was open for a time and is closed now."),
            _("Nothing more needs to be done."),
        ),
        ErrorWords(
            413,
            _("The file is too large"),
            _("Files of up to 5 MB are accepted."),
            _("Remove what is not needed from the file and try again."),
        ),
        ErrorWords(
            415,
            _("This kind of file is not accepted"),
            _("The file is not of the kind that this page reads."),
            _("Save it in the format named on the page and try again."),
        ),
        ErrorWords(
            422,
            _("Something needs to be corrected"),
            _("What was entered breaks a rule, so nothing was saved."),
            _("Go back, correct it and send it again."),
        ),
        ErrorWords(
            429,
            _("A moment, please"),
            _("Too many requests came from your network in a short time."),
            _("Wait a few seconds and try again. Nothing was lost."),
        ),
        ErrorWords(
            500,
            _("Something went wrong on our side"),
            _("An unexpected error occurred. It was noted, without anything that you entered."),
            _("Try again in a minute. If it happens again, tell the assessment office."),
        ),
        ErrorWords(
            503,
            _("The system is busy"),
            _("Too many people are using it at this moment, or the database is restarting."),
            _("Wait a few seconds and try again. Nothing was lost."),
        ),
    )
}
