"""Words of errors while a box is closed and opened: each stops the opening, none loses a ballot."""

from typing import Final

from flask_babel import lazy_gettext as _

from webapp.error_words.statuses import ErrorWords

_STOP = _("Stop here, leave everything as it is and tell the auditor. The box is still shut.")
_DOES_NOT_ADD_UP = _("The box does not add up")
_KEY_FILE = _("The key cannot be used")
_RIGHT_KEY = _("Take the key that was made for this campaign and this officer.")
_PAPER_KEY = _("Restore the key from its paper copy.")
_RIGHT_FILE = _("Take the file that was made for this campaign and this step.")
_FETCH_AGAIN = _("Fetch or copy the file once more: nothing is lost.")
_BAD_KEYS = _("The campaign's keys do not fit together")
_NEW_KEYS = _("Have the keys made anew before the campaign opens.")


def _stopped(what: str) -> ErrorWords:
    return ErrorWords(422, _DOES_NOT_ADD_UP, what, _STOP)


# What the facts ``role``, ``got`` and ``expected`` say of a key and of a box on its way.
NAMES: Final = {
    "officer_a": _("Officer A"),
    "officer_b": _("Officer B"),
    "casting": _("the server, while votes are cast"),
    "receipts": _("The server, at the close"),
    "tags": _("the server, while votes are cast"),
    "sealed": _("sealed box"),
    "layer_b": _("officer A's result"),
    "opened": _("officer B's result"),
}


def _key(what: str, next_step: str) -> ErrorWords:
    return ErrorWords(422, _KEY_FILE, what, next_step)


def _file(what: str, next_step: str) -> ErrorWords:
    return ErrorWords(422, _("This file does not fit here"), what, next_step)


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
    "bad_stamp": _stopped(_("Ballots that this server did not make: %(n)s.")),
    "duplicate_nonce": _stopped(_("Ballots that occur more than once: %(n)s.")),
    "duplicate_leaf": _stopped(_("An envelope occurs more than once.")),
    "count_differs": _stopped(_("Ballots that went in: %(expected)s; that came out: %(got)s.")),
    "bad_layer": _stopped(_("Envelopes that are damaged under the outer seal: %(n)s.")),
    "bad_envelope": _stopped(_("Envelopes that were changed after they were cast: %(n)s.")),
    "foreign_ballot": _stopped(_("Ballots that belong to no batch of this campaign: %(n)s.")),
    "time_differs": _stopped(_("Ballots with a time that is not theirs: %(n)s.")),
    "batch_overfull": _stopped(
        _("%(n)s ballots claim to be of batch %(batch)s, which can have %(most)s at most.")
    ),
    "no_officer": ErrorWords(
        403,
        _("This is no officer's log-in"),
        _("Name or password of “%(login)s” are wrong, or the account has not the role of officer."),
        _("Try again; after several failures the account has to wait."),
    ),
    "no_campaign": ErrorWords(
        404,
        _("There is no such campaign"),
        _("This server has no campaign %(campaign)s."),
        _("Look for its number in the address of its pages."),
    ),
    "no_layer": ErrorWords(
        404,
        _("Officer A's result is missing"),
        _("Nobody has handed in what officer A opened, or it was withdrawn."),
        _("Hand in the file that officer A made; another person then brings officer B's."),
    ),
    "keys_with_officers": ErrorWords(
        409,
        _("The officers keep their keys themselves"),
        _("This server does not have them, so it cannot open the box alone."),
        _("Let officer A open the exported file on the officer's own computer and hand it in."),
    ),
    "keys_on_server": ErrorWords(
        409,
        _("The keys of this campaign lie on the server"),
        _("No file needs to be brought from outside."),
        _("Open the box on its page."),
    ),
    "keys_handed_in": ErrorWords(
        409,
        _("The officers' keys were handed in already"),
        _("Two public keys are with this campaign; no others are taken beside them."),
        _("Go on with these keys, or take them back first."),
    ),
    "no_keys_handed_in": ErrorWords(
        404,
        _("No officers' keys were handed in"),
        _("They were taken back, or never handed in."),
        _("Hand in both public parts on the page where codes are issued."),
    ),
    "canary_unanswered": ErrorWords(
        409,
        _("The keys are not proven yet"),
        _("Both officers first open the trial ballot, so that no key is lost before it matters."),
        _("Let officer A and then officer B open it and enter the answer."),
    ),
    "box_file_opened": _file(
        _("Both layers of this file are off already."), _("Hand it in where the campaign waits.")
    ),
    "box_file_foreign": _file(_("It was not made by this platform."), _RIGHT_FILE),
    "box_file_damaged": _file(_("It was damaged or changed on its way."), _FETCH_AGAIN),
    "box_file_truncated": _file(
        _("It breaks off: %(got)s of %(n)s entries are there."), _FETCH_AGAIN
    ),
    "box_file_campaign": _file(
        _("It belongs to campaign %(got)s, not to campaign %(expected)s."), _RIGHT_FILE
    ),
    "box_file_canary": _file(_("It is the trial ballot, not the box."), _RIGHT_FILE),
    "box_file_step": _file(_("This is the %(got)s; the %(expected)s is needed here."), _RIGHT_FILE),
    "box_file_root": _file(
        _("Its envelopes do not lead to the root that was published at the close."), _FETCH_AGAIN
    ),
    "close_unreadable": _file(_("Its close statement cannot be read."), _FETCH_AGAIN),
    "close_differs": _file(
        _("Its close statement is another one than that of this box."), _RIGHT_FILE
    ),
    "close_signature_missing": _file(
        _("The close statement in it is not signed with this key: %(by)s."),
        _("Let that officer open the file anew with “gongping box open”, which signs it."),
    ),
    "close_signature_wrong": _file(
        _("A signature under its close statement is wrong: %(by)s."),
        _("Stop here, keep the file and tell the auditor. The box is still shut."),
    ),
    "leaves_unsorted": _file(_("Its envelopes do not stand in order."), _FETCH_AGAIN),
    "layer_differs": _file(
        _("It was made from another file than the one that officer A handed in."),
        _("Let officer B open that very file; or withdraw officer A's and hand it in anew."),
    ),
    "key_of_other_campaign": _key(
        _("The key was made for campaign %(got)s, not for campaign %(expected)s."), _RIGHT_KEY
    ),
    "officer_key_missing": ErrorWords(
        422, _BAD_KEYS, _("A public key is missing: %(role)s."), _("Hand in one of each officer.")
    ),
    "passphrase_short": _key(
        _("The passphrase is too short: it needs %(least)s characters."),
        _("Take six random words or more."),
    ),
    "passphrases_differ": _key(
        _("The two passphrases are not the same."), _("Begin again and type it twice.")
    ),
    "file_exists": ErrorWords(
        409,
        _("The file exists already"),
        _("Nothing is written over: %(path)s"),
        _("Choose another name."),
    ),
    "key_opens_nothing": _key(_("The key opens no envelope of %(n)s."), _RIGHT_KEY),
    "wrong_key": _key(
        _("Another key is expected here: fingerprint %(expected)s. This one has %(got)s."),
        _RIGHT_KEY,
    ),
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
    "key_file": ErrorWords(404, _("A key is missing"), _("The key file is not there."), _PAPER_KEY),
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
    "canary_answer_wrong": ErrorWords(
        422,
        _("The keys are not proven yet"),
        _("This is not the answer that lies in the trial ballot."),
        _(
            "Compare it with officer B's screen and enter it again. If it stays wrong, take the"
            " keys back and make new ones."
        ),
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
        422, _BAD_KEYS, _("This kind of key is not supported here."), _NEW_KEYS
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
