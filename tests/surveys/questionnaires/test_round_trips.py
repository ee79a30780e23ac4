"""What is written is read again as the same questionnaire."""

from hypothesis import given, settings

from surveys.questionnaires.exchange.json_files import content_hash, read_json, write_json
from surveys.questionnaires.exchange.office_workbook import (
    read_office_workbook,
    write_office_workbook,
)
from surveys.questionnaires.exchange.xlsform_reading import read_xlsform
from surveys.questionnaires.exchange.xlsform_writing import write_xlsform
from surveys.setup.questionnaires import QuestionnaireContent
from surveys.setup.reading_process import Cell, sheets_of
from tests.surveys.questionnaires.strategies import contents


def cells(data: bytes) -> dict[str, list[list[Cell]]]:
    """A workbook's cells, read in this process: a child for each example takes too long."""
    return {sheet["name"]: sheet["rows"] for sheet in sheets_of(data)}


@settings(max_examples=150, deadline=None)
@given(contents())
def test_json_comes_back_the_same(content: QuestionnaireContent) -> None:
    back = read_json(write_json(content))
    assert back == content
    assert content_hash(back) == content_hash(content)


@settings(max_examples=60, deadline=None)
@given(contents())
def test_the_offices_workbook_comes_back_the_same(content: QuestionnaireContent) -> None:
    assert read_office_workbook(cells(write_office_workbook([content]))) == (content,)


@settings(max_examples=60, deadline=None)
@given(contents())
def test_an_xlsform_comes_back_the_same(content: QuestionnaireContent) -> None:
    assert read_xlsform(cells(write_xlsform(content))) == content


@settings(max_examples=20, deadline=None)
@given(contents())
def test_a_file_of_the_same_content_has_the_same_bytes(content: QuestionnaireContent) -> None:
    assert write_xlsform(content) == write_xlsform(content)
    assert write_office_workbook([content]) == write_office_workbook([content])
