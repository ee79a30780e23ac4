"""What `gongping score` says of a workbook's mistakes and of what people must decide."""

from surveys.scoring.notes import NoteCode
from webapp.commands.words import gettext as _


def decision_words() -> dict[NoteCode, str]:
    """What people must decide in a category."""
    return {
        NoteCode.TIE_STRADDLES_QUOTA: _("equal totals straddle the last seat"),
        NoteCode.NO_SEAT_FITS_BAND: _("no whole number of seats fits the band"),
        NoteCode.TOTALS_MISSING: _("totals are missing, places and seats are provisional"),
    }


def colour_words() -> dict[str, str]:
    """The colours of the board."""
    return {"green": _("green"), "yellow": _("yellow"), "red": _("red"), "grey": _("grey")}


def problem_words() -> dict[str, str]:
    """What is wrong with a cell or a row, to be read after its value."""
    return {
        "sheet_missing": _("the sheet is missing"),
        "sheet_empty": _("the sheet has no rows"),
        "column_missing": _("the column is missing"),
        "missing": _("must not be empty"),
        "not_a_number": _("is not a number"),
        "not_whole": _("is not a whole number"),
        "out_of_range": _("is out of range"),
        "too_many_places": _("has too many decimal places"),
        "not_a_choice": _("is not one of the values allowed"),
        "too_long": _("is too long"),
        "unknown_unit": _("is no unit of the sheet 单位"),
        "unknown_option": _("is no option of this questionnaire"),
        "given_twice": _("is given twice"),
        "indicator_differs": _("has another weight or conversion in an earlier row"),
        "veto_without_document": _(
            "must hold a document number: the item is not on the scheme's list"
        ),
        "unit_rates_itself": _("rates itself"),
        "same_person": _("must be somebody other than the proposer"),
        "no_facts_in_scheme": _("is no fact of this scheme: it names none"),
        "bad_parameter": _("is no parameter written as name=number"),
        "bad_occurrence": _("must be written as times × points: 3×0.5"),
        "leaves_wrong": _("begins a unit with the wrong number of indicators (expected, found)"),
        "weights_wrong": _("begins a unit whose weights have the wrong sum (expected, found)"),
        "tag_share_too_small": _("begins a unit with too little weight on key work"),
        "due_before_issued": _("lies before the day of issue"),
        "not_a_date": _("is not a date"),
        "formula_without_result": _("is a formula without a result: open and save the file once"),
    }
