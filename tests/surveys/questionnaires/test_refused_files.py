"""Files that are not understood are refused with sheet, row and column."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.errors import Invalid
from surveys.questionnaires.exchange.json_files import as_document, read_json, write_json
from surveys.questionnaires.exchange.reading import read_questionnaires
from surveys.questionnaires.exchange.xlsform_reading import read_xlsform
from surveys.questionnaires.library import library
from surveys.setup.problems import RowProblem

Rows = list[list[Any]]

SURVEY: Rows = [
    ["type", "name", "label::zh", "label::English (en)", "required", "relevant", "constraint"],
    ["select_one dealt", "C1", "打过交道吗？", "Dealt with?", "yes", None, None],
    ["select_one likes", "C2", "服务态度", "Manners", "yes", "${C1} != 'no'", None],
    ["integer", "C3", "打几分", "Mark", "yes", "${C1} = 'yes'", ". >= 1 and . <= 10"],
    ["text", "C4", "建议", "Advice", "no", "${C3} <= 3", "string-length(.) <= 80"],
    ["note", "C5", "谢谢", "Thanks", None, None, None],
]
CHOICES: Rows = [
    ["list_name", "name", "label::zh", "label::en", "gp_points", "gp_dont_know"],
    ["dealt", "yes", "是", "Yes", None, None],
    ["dealt", "no", "否", "No", None, None],
    ["likes", "good", "好", "Good", "100", None],
    ["likes", "bad", "差", "Bad", "0", None],
    ["likes", "dk", "不了解", "Don't know", None, "yes"],
]
SETTINGS: Rows = [["form_title", "form_id", "default_language"], ["问卷", "folk", "zh"]]


def book(sheet: str = "", cell: str = "", value: Any = None) -> dict[str, Rows]:
    """The form, with one cell spoilt."""
    sheets = {
        "survey": [list(row) for row in SURVEY],
        "choices": [list(row) for row in CHOICES],
        "settings": [list(row) for row in SETTINGS],
    }
    if sheet:
        row, column = int(cell[1:]) - 1, ord(cell[0]) - ord("A")
        line = sheets[sheet][row]
        line.extend([None] * (column + 1 - len(line)))
        line[column] = value
    return sheets


def problems_of(sheets: dict[str, Rows]) -> tuple[RowProblem, ...]:
    """What is wrong with it."""
    with pytest.raises(Invalid, match="bad_rows") as caught:
        read_xlsform(sheets)
    rows = caught.value.facts["rows"]
    assert isinstance(rows, tuple)
    return rows


def test_a_form_made_elsewhere_is_understood() -> None:
    form = read_xlsform(book())
    assert [item.kind.value for item in form.items] == [
        "choice",
        "rating",
        "number",
        "comment",
        "note",
    ]
    assert form.items[1].options == ()
    assert [option.code for option in form.options] == ["good", "bad", "dk"]
    assert (form.items[2].low, form.items[2].high) == (1, 10)
    assert form.items[3].max_length == 80
    assert form.items[3].show_if[0].values == (1, 2, 3)
    assert form.items[0].text.en == "Dealt with?"
    assert form.code == "folk"


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "code"),
    [
        ("survey", "H1", "appearance", "unknown_column"),
        ("survey", "C1", "hint::zh", "unknown_column"),
        ("survey", "A2", "geopoint", "unknown_type"),
        ("survey", "A2", "select_one gone", "unknown_list"),
        ("survey", "B3", "C1", "duplicate"),
        ("survey", "B3", "题一", "bad_code"),
        ("survey", "E3", "maybe", "not_a_choice"),
        ("survey", "F3", "${C9} = 'no'", "bad_relevant"),
        ("survey", "F3", "${C1} = 'maybe'", "bad_relevant"),
        ("survey", "F3", "once(today())", "bad_relevant"),
        ("survey", "F5", "${C3} + 1 = 3", "bad_relevant"),
        ("survey", "G4", "regex(., '[0-9]+')", "bad_constraint"),
        ("survey", "G4", None, "scale_missing"),
        ("survey", "A6", "begin_group", "group_not_ended"),
        ("survey", "A6", "end_group", "group_not_begun"),
        ("choices", "G1", "image", "unknown_column"),
        ("choices", "B3", "yes", "duplicate"),
        ("choices", "E4", "much", "not_a_number"),
        ("choices", "E4", "101", "out_of_range"),
        ("settings", "D1", "style", "unknown_column"),
    ],
)
def test_what_is_not_understood_is_named_by_its_cell(
    sheet: str, cell: str, value: Any, code: str
) -> None:
    found = problems_of(book(sheet, cell, value))
    assert (sheet, code) in {(problem.sheet, problem.code) for problem in found}
    named = {problem.cell for problem in found if problem.code == code}
    assert cell in named or code in {"scale_missing", "group_not_ended"}


def test_a_sheet_that_nobody_knows_is_refused() -> None:
    sheets = book() | {"entities": [["a"], ["b"]]}
    assert problems_of(sheets)[0].code == "unknown_sheet"


def test_an_unknown_key_in_json_is_refused_with_the_way_to_it() -> None:
    document = json.loads(write_json(library().questionnaires[0]))
    document["questionnaire"]["items"][2]["colour"] = "red"
    with pytest.raises(Invalid, match="bad_rows") as caught:
        read_json(json.dumps(document).encode())
    rows = caught.value.facts["rows"]
    assert isinstance(rows, tuple)
    (problem,) = rows
    assert (problem.code, problem.column) == ("unknown_key", "items/2/colour")


@pytest.mark.parametrize("data", [b"{", b"{}", b"[]", b'{"a": "\xff"}', b"{" * 5000])
def test_json_that_is_none_of_ours_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match=r"json_unreadable|not_a_questionnaire"):
        read_json(data)


def test_json_leaves_out_what_goes_without_saying() -> None:
    assert "most_targets" not in as_document(library().questionnaires[0])


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60).map(lambda tail: b"{" + tail))
def test_any_bytes_are_a_questionnaire_or_a_clear_refusal(data: bytes) -> None:
    with pytest.raises(Invalid):
        read_questionnaires(data)


CELL = st.none() | st.text(max_size=12) | st.sampled_from([cell for row in SURVEY for cell in row])


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["survey", "choices", "settings"]), st.integers(1, 6), st.integers(0, 7), CELL
)
def test_any_cell_leaves_a_form_or_a_clear_refusal(
    sheet: str, row: int, column: int, value: str | None
) -> None:
    rows = {"survey": 6, "choices": 6, "settings": 2}[sheet]
    sheets = book(sheet, f"{chr(ord('A') + column)}{min(row, rows)}", value)
    with suppress(Invalid):
        assert read_xlsform(sheets).items
