"""Words of errors while a box is closed and opened: each stops the opening, none loses a ballot."""

from typing import Final

from flask_babel import lazy_gettext as _

from webapp.error_words.statuses import ErrorWords

_STOP = _("Stop here, leave everything as it is and tell the auditor. The box is still shut.")
_DOES_NOT_ADD_UP = _("The box does not add up")
_KEY_FILE = _("The key cannot be used")
_RIGHT_KEY = _("Take the key that was made for this campaign and this officer.")
_PAPER_KEY = _("Restore the key from its paper copy.")
_BAD_KEYS = _("The campaign's keys do not fit together")
_NEW_KEYS = _("Have the keys made anew before the campaign opens.")


def _stopped(what: str) -> ErrorWords:
    return ErrorWords(422, _DOES_NOT_ADD_UP, what, _STOP)


def _key(what: str, next_step: str) -> ErrorWords:
    return ErrorWords(422, _KEY_FILE, what, next_step)


OPENING: Final = {
    "campaign_not_closed": ErrorWords(
        409,
        _("The campaign is not closed"),
        _("A box is opened once, after its campaign was closed."),
        _("Reload the page to see how things stand."),
    ),
    "already_requested": ErrorWords(
        409,
        _("The opening has been asked for already"),
        _("One officer has asked for it; it waits for a second one."),
        _("Let another officer confirm it."),
    ),
    "no_request": ErrorWords(
        404,
        _("Nobody has asked for the opening"),
        _("The request was withdrawn, or never made."),
        _("Let one officer ask for the opening; a second one confirms it."),
    ),
    "same_person": ErrorWords(
        403,
        _("A second person is needed"),
        _("Who took the first step cannot take the second one too."),
        _("Ask a colleague with the same role to log in and confirm."),
    ),
    "bad_stamp": _stopped(_("%(n)s ballots were not made by this server.")),
    "duplicate_nonce": _stopped(_("%(n)s ballots occur more than once.")),
    "duplicate_leaf": _stopped(_("An envelope occurs more than once.")),
    "count_differs": _stopped(_("%(expected)s ballots went in, %(got)s came out.")),
    "bad_layer": _stopped(_("%(n)s envelopes were damaged under the outer seal.")),
    "bad_envelope": _stopped(_("%(n)s envelopes were changed after they were cast.")),
    "foreign_ballot": _stopped(_("%(n)s ballots belong to no batch of this campaign.")),
    "batch_overfull": _stopped(
        _("%(n)s ballots claim to be of batch %(batch)s, which can have %(most)s at most.")
    ),
    "key_opens_nothing": _key(_("The key opens none of the %(n)s envelopes."), _RIGHT_KEY),
    "wrong_key": _key(_("This is another key than the one of this campaign."), _RIGHT_KEY),
    "wrong_role": _key(_("This key is meant for another purpose: %(role)s."), _RIGHT_KEY),
    "key_file_damaged": _key(_("The key file is damaged."), _PAPER_KEY),
    "passphrase_needed": _key(
        _("The key is locked with a passphrase."), _("Enter the officer's passphrase.")
    ),
    "wrong_passphrase": _key(
        _("The passphrase is wrong."), _("Let the officer enter it once more.")
    ),
    "paper_lines_missing": _key(
        _("The paper copy was not typed in full."), _("Type every line of the paper copy.")
    ),
    "paper_line_wrong": _key(
        _("Line %(line)s of the paper copy holds a typing error."), _("Type that line again.")
    ),
    "key_file": ErrorWords(
        404, _("A key is missing"), _("The server does not have this campaign's key."), _PAPER_KEY
    ),
    "public_key": ErrorWords(
        404,
        _("A key is missing"),
        _("The campaign's public keys are not complete: %(role)s."),
        _NEW_KEYS,
    ),
    "key_file_exists": ErrorWords(
        409,
        _("The key exists already"),
        _("A key is never written over."),
        _("Go on with the key that is there."),
    ),
    "canary_silent": ErrorWords(
        422, _BAD_KEYS, _("A trial ballot could not be opened again."), _NEW_KEYS
    ),
    "public_key_unreadable": ErrorWords(
        422, _BAD_KEYS, _("A public key cannot be read."), _NEW_KEYS
    ),
    "bad_public_key": ErrorWords(
        422, _BAD_KEYS, _("A public key cannot be read: %(role)s."), _NEW_KEYS
    ),
    "suites_differ": ErrorWords(
        422, _BAD_KEYS, _("The two officers' keys are of different kinds."), _NEW_KEYS
    ),
    "role_twice": ErrorWords(422, _BAD_KEYS, _("A key occurs twice: %(role)s."), _NEW_KEYS),
    "campaigns_differ": ErrorWords(
        422, _BAD_KEYS, _("The keys were made for different campaigns."), _NEW_KEYS
    ),
    "unknown_suite": ErrorWords(
        422, _BAD_KEYS, _("This kind of key is not known here."), _NEW_KEYS
    ),
    "bad_campaign_name": ErrorWords(
        422, _BAD_KEYS, _("The campaign's name in the key is not usable."), _NEW_KEYS
    ),
    "leaf": ErrorWords(
        404,
        _("There is no such envelope"),
        _("The published list is shorter than that."),
        _("Check the number and try again."),
    ),
    "unsafe_database_settings": ErrorWords(
        403,
        _("The database is not set up safely"),
        _("Some of its settings could lose ballots or reveal them, so no campaign opens."),
        _("Ask the administrator to run “gongping check” and correct what it names."),
    ),
}
