"""Words of errors while a period is set up and its codes are issued."""

from typing import Final

from flask_babel import lazy_gettext as _

from webapp.error_words.statuses import ErrorWords

_OTHER_FILE = _("Choose another file and load it again. Nothing was changed.")
_NOT_A_WORKBOOK = ErrorWords(
    422,
    _("This file is neither a workbook nor a table"),
    _("The file could not be read as an .xlsx workbook, nor as a .csv table."),
    _("Open it in your spreadsheet program, save it as “Excel workbook (.xlsx)” and try again."),
)

SETUP: Final = {
    "unknown_scheme": ErrorWords(
        404,
        _("There is no such scheme"),
        _("There is no scheme “%(scheme)s”. Known ones: %(known)s."),
        _("Give one of these keys, or the path of a TOML file."),
    ),
    "bad_rows": ErrorWords(
        422,
        _("The workbook needs corrections"),
        _("Some rows cannot be taken over; each is named with its sheet, row and column."),
        _("Correct them in the workbook and load it again. Nothing was changed."),
    ),
    "csv_broken": ErrorWords(
        422,
        _("The text file is broken"),
        _("A quotation mark in it is opened and never closed, so that rows run into one another."),
        _("Save the table as “Excel workbook (.xlsx)” and load that."),
    ),
    "nothing_recognised": ErrorWords(
        422,
        _("No table of the set-up was found"),
        _("No sheet has a known name, or all headers of a table, within its first eight rows."),
        _("Download the template of the table, copy your rows into it, and load that."),
    ),
    "period_not_named": ErrorWords(
        422,
        _("The file does not say which period it is for"),
        _("A new period needs the sheet 考核周期 with its code, name and dates."),
        _("Begin the period by hand, then load the file on its page; or add the sheet."),
    ),
    "nothing_changes": ErrorWords(
        409,
        _("Nothing would change"),
        _("All rows of the file already stand in the set-up, exactly so."),
        _("There is nothing to do."),
    ),
    "scheme_too_long": ErrorWords(
        422,
        _("The scheme is too long"),
        _("It has %(length)s characters; there is room for %(most)s."),
        _("Leave out remarks, and try again."),
    ),
    "scheme_not_toml": ErrorWords(
        422,
        _("This is no TOML"),
        _(
            "The file cannot be read from this line on: a quotation mark, a bracket or an equals "
            "sign is missing or too many."
        ),
        _("Mend the line, and check again."),
    ),
    "scheme_invalid": ErrorWords(
        422,
        _("The scheme does not hold together"),
        _("Some entries are missing, unknown or do not add up."),
        _("Mend what is named, and check again."),
    ),
    "scheme_lacks_categories": ErrorWords(
        422,
        _("The scheme lacks categories"),
        _("The period has these categories, and the scheme does not know them: %(categories)s."),
        _("Add them to the scheme, or change the categories of the period first."),
    ),
    "setup_changed_meanwhile": ErrorWords(
        409,
        _("The set-up has changed meanwhile"),
        _("Somebody changed the same table after this preview was made."),
        _("Load the file again and look at the new preview."),
    ),
    "change_settled": ErrorWords(
        409,
        _("This change is settled already"),
        _("It has been taken over, given up or undone."),
        _("Go back to the set-up and look how it stands."),
    ),
    "undo_too_late": ErrorWords(
        409,
        _("This can no longer be undone"),
        _("The same table was changed afterwards, or something depends on what would go."),
        _("Undo the later change first, or correct the rows by hand."),
    ),
    "results_certified": ErrorWords(
        409,
        _("The results are certified"),
        _("Figures stand still from the first signature on."),
        _("The certifier can withdraw the signature, as long as the second one is missing."),
    ),
    "row_exists": ErrorWords(
        409,
        _("Such a row stands here already"),
        _("There already is one with “%(key)s”."),
        _("Change that one, or give this one another code."),
    ),
    "row_not_found": ErrorWords(
        404,
        _("This row is not there any more"),
        _("Somebody may have removed it or changed its code."),
        _("Go back to the table and look for it."),
    ),
    "period_exists": ErrorWords(
        409,
        _("There is such a period already"),
        _("The code %(period)s belongs to another period."),
        _("Choose another code."),
    ),
    "file_empty": ErrorWords(
        422, _("The file is empty"), _("The file holds nothing."), _OTHER_FILE
    ),
    "file_too_large": ErrorWords(
        413, _("The file is too large"), _("Files of up to 5 MB are accepted."), _OTHER_FILE
    ),
    "not_a_workbook": _NOT_A_WORKBOOK,
    "file_encrypted_or_old": ErrorWords(
        422,
        _("This workbook is encrypted or old"),
        _("Workbooks with a password, and the old .xls format, cannot be read."),
        _("Remove the password or save it as “Excel workbook (.xlsx)” and try again."),
    ),
    "archive_harmful": ErrorWords(
        422,
        _("This workbook is refused"),
        _("The file is built in a way that could harm the server; no spreadsheet program does so."),
        _("Copy the contents into a new workbook and load that."),
    ),
    "sheet_too_large": ErrorWords(
        422,
        _("A sheet is too large"),
        _("A sheet may have 60,000 rows and 60 columns; one of these claims more."),
        _("Delete empty rows and columns behind the table, save and try again."),
    ),
    "too_many_sheets": ErrorWords(
        422,
        _("The workbook has too many sheets"),
        _("A workbook may have 40 sheets."),
        _("Delete the sheets that do not belong to the set-up, save and try again."),
    ),
    "setup_incomplete": ErrorWords(
        409,
        _("The set-up is not complete"),
        _("Something is still missing before the period can be frozen."),
        _("Complete what the checklist names, then freeze."),
    ),
    "period_frozen": ErrorWords(
        409,
        _("This period is frozen"),
        _("Its rules stay as they are, so that results can be checked against them."),
        _("Figures (values, bonus, deduction, vetoes) may still be loaded or entered."),
    ),
    "other_period": ErrorWords(
        409,
        _("The workbook is of another period"),
        _("The page is about period %(period)s, the workbook about %(found)s."),
        _("Open the page of the other period, or choose another file."),
    ),
    "period_not_frozen": ErrorWords(
        409,
        _("The period is not frozen yet"),
        _("Codes can be issued once units, groups and questionnaires are fixed."),
        _("Freeze the period first."),
    ),
    "campaign_not_draft": ErrorWords(
        409,
        _("The campaign has been opened already"),
        _("A campaign is opened for voting once."),
        _("Reload the page to see how it stands."),
    ),
    "nothing_issued": ErrorWords(
        409,
        _("No codes have been issued"),
        _("A campaign without codes would be open to nobody."),
        _("Issue at least one batch, then open the campaign."),
    ),
    "keys_kept_unknown": ErrorWords(
        422,
        _("Where are the keys kept?"),
        _("The officers' keys are kept either on the server or by the officers."),
        _("Choose one of the two and try again."),
    ),
    "bad_group": ErrorWords(
        422,
        _("This rater group is not of this campaign"),
        _("The batch names a rater group that this campaign does not have."),
        _("Choose a group from the list."),
    ),
    "bad_batch_size": ErrorWords(
        422,
        _("This number of codes cannot be issued"),
        _("A batch has between 1 and %(most)s codes."),
        _("Enter another number, or issue several batches."),
    ),
    "bad_targets": ErrorWords(
        422,
        _("These units cannot be rated together"),
        _("A batch rates units of its own period, each once, and never the raters' own unit."),
        _("Choose the units again."),
    ),
    "bad_window": ErrorWords(
        422,
        _("The times do not fit"),
        _("A batch has to open before it closes."),
        _("Correct the times and try again."),
    ),
    "questionnaire_faulty": ErrorWords(
        422,
        _("The questionnaire cannot be used yet"),
        _("Its page lists what forbids it."),
        _("Mend these places in the builder, then try again."),
    ),
    "questionnaire_frozen": ErrorWords(
        409,
        _("This version is frozen"),
        _("It was put to voters and never changes again."),
        _("Begin a new version from it."),
    ),
    "draft_exists": ErrorWords(
        409,
        _("There is a draft of “%(form)s” already"),
        _("Only one version of a questionnaire is edited at a time."),
        _("Go on with that draft, or throw it away first."),
    ),
    "draft_changed_meanwhile": ErrorWords(
        409,
        _("Somebody else has changed this draft"),
        _("The page you edited is older than what is stored; saving would undo their work."),
        _("Open the draft again and repeat your change."),
    ),
    "not_a_questionnaire": ErrorWords(
        422,
        _("No questionnaire was found in this file"),
        _("It is neither our JSON, nor an XLSForm, nor a workbook with the sheet 测评表."),
        _("Export any questionnaire to see how such a file looks."),
    ),
    "json_unreadable": ErrorWords(
        422,
        _("This JSON cannot be read"),
        _("The mistake is in line %(line)s, column %(column)s."),
        _("Correct it, or export the questionnaire again."),
    ),
    "no_questionnaire_version": ErrorWords(
        404,
        _("There is no such questionnaire"),
        _("It was thrown away, or the address is wrong."),
        _("Go back to the shelf of questionnaires."),
    ),
    "no_questionnaire": ErrorWords(
        404,
        _("There is no such questionnaire"),
        _("The library does not have it."),
        _("Go back to the shelf of questionnaires."),
    ),
    "no_scale": ErrorWords(
        404,
        _("There is no such scale"),
        _("The library does not have it."),
        _("Go back and choose one from the list."),
    ),
}
