"""Words of errors that a voter may meet; they are the calmest of all."""

from typing import Final

from flask_babel import lazy_gettext as _

from webapp.error_words.statuses import ErrorWords

_CHECK_CODE = _("Compare it with your sheet, letter by letter. Capitals do not matter.")
_LOAD_AGAIN = _("Scan the code again and answer once more. Your code is not used up.")
_NOT_SENT = _("Your answers could not be read")

VOTING: Final = {
    "code_unknown": ErrorWords(
        404,
        _("We do not know this code"),
        _("No evaluation has this code. Perhaps a letter was mistyped."),
        _CHECK_CODE,
    ),
    "too_many_wrong_codes": ErrorWords(
        429,
        _("A moment, please"),
        _("Many wrong codes came from your network just now. A right code is always let in."),
        _CHECK_CODE,
    ),
    "too_many_without_proof": ErrorWords(
        429,
        _("A moment, please"),
        _("Ballots without proof of work are taken in slowly, so that no program fills the box."),
        _("Wait a few seconds and send again. Nothing was lost."),
    ),
    "under_age": ErrorWords(
        403,
        _("Thank you for your interest"),
        _("Only people of 16 or older take part. Nothing was sent, and nothing you said is kept."),
        _("The code is not used up: an older member of your family may use it."),
    ),
    "code_mistyped": ErrorWords(
        422,
        _("One character of the code is wrong"),
        _("It is probably character %(position)s, in group %(group)s of four."),
        _CHECK_CODE,
    ),
    # The check characters do not fit, and no single character would explain it.
    "code_mistyped_somewhere": ErrorWords(
        422,
        _("The code is mistyped"),
        _("At least two of its characters are wrong or have changed places."),
        _CHECK_CODE,
    ),
    "code_bad_character": ErrorWords(
        422,
        _("A character does not fit"),
        _("“%(character)s” at place %(position)s does not occur in codes."),
        _CHECK_CODE,
    ),
    "code_wrong_length": ErrorWords(
        422,
        _("The code is not complete"),
        _("A code has %(expected)s letters and digits; you entered %(length)s."),
        _CHECK_CODE,
    ),
    "code_used": ErrorWords(
        409,
        _("This code has been used"),
        _("A ballot was already sent with this code; each code counts once."),
        _("If it was you, all is done. If it was not, tell the assessment office."),
    ),
    "batch_void": ErrorWords(
        410,
        _("This code is no longer valid"),
        _("The assessment office has withdrawn the sheet to which the code belongs."),
        _("Ask the assessment office for a new sheet."),
    ),
    "code_annulled": ErrorWords(
        410,
        _("This code is not valid any more"),
        _(
            "The assessment office gave out another code in its place, or withdrew it because "
            "nobody had used it. No ballot that was cast with it counts, and nobody has read one."
        ),
        _("Use the newest code you were given. If you have none, ask the assessment office."),
    ),
    "campaign_not_open": ErrorWords(
        409,
        _("This evaluation is not open"),
        _("Ballots can be sent only while the evaluation is open."),
        _("Keep your sheet and look again later; the code stays valid."),
    ),
    "campaign_closed": ErrorWords(
        410,
        _("This evaluation is closed"),
        _("The time for ballots is over; the box is shut and takes nothing more."),
        _("Thank you all the same. The results will be shown on the board."),
    ),
    "bad_answers": ErrorWords(
        422,
        _("Some answers need another look"),
        _("Not all answers fit the questionnaire. Nothing was sent yet."),
        _("Go back, look at the marked questions and send again."),
    ),
    "wrong_number_of_answers": ErrorWords(
        422,
        _("The ballot is not complete"),
        _("%(expected)s answers were expected, %(found)s arrived. Nothing was sent yet."),
        _LOAD_AGAIN,
    ),
    "bad_nonce": ErrorWords(
        422, _NOT_SENT, _("The page did not send all it should. Nothing was stored."), _LOAD_AGAIN
    ),
    "ballot_too_large": ErrorWords(
        422,
        _("The ballot is too long"),
        _("Answers and remarks together are longer than a ballot can hold."),
        _("Shorten the remarks and send again."),
    ),
    "comment_wrong_length": ErrorWords(
        422,
        _("A remark is too long"),
        _("A remark has at most %(longest)s characters; this one has %(length)s."),
        _("Shorten it and send again."),
    ),
    "comment_bad_character": ErrorWords(
        422,
        _("A remark holds a character that cannot be stored"),
        _("One of the remarks holds an invisible or special character."),
        _("Type the remark again and send it."),
    ),
    "comments_out_of_order": ErrorWords(
        422, _NOT_SENT, _("The remarks did not arrive in order."), _LOAD_AGAIN
    ),
    "ballot_unreadable": ErrorWords(
        422, _NOT_SENT, _("The ballot is not in the form we expect."), _LOAD_AGAIN
    ),
    "ballot_field_out_of_range": ErrorWords(
        422, _NOT_SENT, _("A value on the ballot is out of its range."), _LOAD_AGAIN
    ),
    "identity_wrong_length": ErrorWords(
        422, _NOT_SENT, _("The page did not send all it should. Nothing was stored."), _LOAD_AGAIN
    ),
    "receipt_wrong_length": ErrorWords(
        422,
        _("The receipt number is not complete"),
        _("A receipt number has %(expected)s letters and digits; you entered %(length)s."),
        _("Compare it with your receipt and try again."),
    ),
    "receipt_unreadable": ErrorWords(
        422,
        _("This is not a receipt"),
        _("What was entered cannot be read as a receipt."),
        _("Enter the number on your receipt, or scan its code again."),
    ),
}
