"""A file of questionnaires, whatever its format."""

from surveys.errors import Invalid
from surveys.questionnaires.exchange.json_files import read_json
from surveys.questionnaires.exchange.office_workbook import read_office_workbook
from surveys.questionnaires.exchange.xlsform_columns import SURVEY
from surveys.questionnaires.exchange.xlsform_reading import read_xlsform
from surveys.setup.cells import read_cells
from surveys.setup.questionnaires import QuestionnaireContent
from surveys.setup.sheets.forms import FORMS

ZIP = b"PK"


def read_questionnaires(data: bytes) -> tuple[QuestionnaireContent, ...]:
    """Read JSON, an XLSForm or a workbook in the office's layout; a whole period's will do.

    Raises
    ------
    Invalid : ``not_a_questionnaire``, ``bad_rows`` (rows), and what `read_json` and `read_cells`
        raise
    """
    if not data.startswith(ZIP) and data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return (read_json(data),)
    book = read_cells(data)
    if SURVEY in book:
        return (read_xlsform(book),)
    if FORMS.name in book:
        return read_office_workbook(book)
    raise Invalid("not_a_questionnaire", sheets=tuple(book))
