"""The empty workbooks: every sheet and column that the reader knows, with hints and lists."""

from io import BytesIO

import openpyxl
import pytest

from surveys.errors import Invalid
from surveys.scoring.schemes import Scheme, preset, preset_keys
from surveys.scoring.score import score
from surveys.scoring.template import template_sheets
from surveys.scoring.template_workbook import GUIDE, LISTS, template_workbook
from surveys.scoring.workbook import read_inputs, sheet_names
from surveys.setup.problems import RowProblem


def filled(scheme: Scheme) -> bytes:
    """The template with one unit in its roster, in the scheme's last category."""
    book = openpyxl.load_workbook(BytesIO(template_workbook(scheme)))
    book["单位"]["A2"] = "样例单位"
    book["单位"]["B2"] = scheme.categories[-1].zh
    if "人员" in book.sheetnames:
        book["人员"]["A2"], book["人员"]["B2"] = "样例甲", "样例单位"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("key", preset_keys())
def test_an_empty_template_is_refused_for_its_empty_roster_alone(key: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_inputs(preset(key), template_workbook(preset(key)))
    found = refused.value.facts["problems"]
    assert isinstance(found, tuple)
    assert [(p.sheet, p.code) for p in found if isinstance(p, RowProblem)] == [
        ("单位", "sheet_empty")
    ]


@pytest.mark.parametrize("key", preset_keys())
def test_a_template_with_a_unit_is_read_without_a_problem(key: str) -> None:
    scheme = preset(key)
    scores = score(scheme, read_inputs(scheme, filled(scheme)))
    assert [(line.unit, line.total) for line in scores.lines] == [("样例单位", None)]


@pytest.mark.parametrize("key", preset_keys())
def test_every_sheet_that_can_be_read_has_its_template(key: str) -> None:
    scheme = preset(key)
    made = {sheet.name for sheet in template_sheets(scheme)}
    readable = set(sheet_names(scheme))
    # Vetoes and facts have a sheet only where the scheme knows any.
    assert made <= readable
    assert readable - made <= {"一票否决", "人员一票否决", "事实认定", "人员事实认定"}


def test_choices_are_lists_and_headers_have_notes() -> None:
    book = openpyxl.load_workbook(BytesIO(template_workbook(preset("liuyang"))))
    assert book.sheetnames[0] == GUIDE
    units = book["单位"]
    lists = {str(rule.sqref): rule.formula1 for rule in units.data_validations.dataValidation}
    assert "工业强镇" in lists["B2:B2001"]
    assert units["A1"].comment is not None
    votes = book["民主测评票数"]
    rules = {str(rule.sqref): rule for rule in votes.data_validations.dataValidation}
    assert rules["A2:A2001"].formula1 == "'单位'!$A$2:$A$2000"
    assert rules["C2:C2001"].type == "whole"


def test_a_list_too_long_for_a_cell_stands_on_a_hidden_sheet() -> None:
    book = openpyxl.load_workbook(BytesIO(template_workbook(preset("liuyang"))))
    if LISTS in book.sheetnames:
        assert book[LISTS].sheet_state == "hidden"
    for sheet in book:
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.formula1 or "") <= 257


def test_the_same_scheme_gives_the_same_bytes() -> None:
    assert template_workbook(preset("ankang")) == template_workbook(preset("ankang"))
