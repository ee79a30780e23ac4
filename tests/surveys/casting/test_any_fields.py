"""Whatever is sent: a ballot or a clear refusal, and never anything else."""

from typing import Any
from urllib.parse import parse_qsl

from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.casting.answers import Answers, AnswerSheet, Problem
from surveys.casting.packing import BallotBody, pack, unpack
from surveys.errors import Invalid
from surveys.setup.questionnaires import QuestionnaireContent
from tests.surveys.casting.forms import DEMOCRATIC, RECOGNITION
from tests.surveys.questionnaires.strategies import contents

ANYTHING = st.text(max_size=8) | st.sampled_from(["", "0", "1", "2", "5", "10", "255", "dont_know"])


def read(sheet: AnswerSheet, fields: dict[str, str]) -> Answers | None:
    """Read; None where it is refused with its reasons."""
    try:
        answers = sheet.read(fields)
    except Invalid as error:
        problems = error.facts["problems"]
        assert isinstance(problems, tuple)
        assert problems
        assert all(isinstance(problem, Problem) for problem in problems)
        return None
    return answers


def whole(sheet: AnswerSheet, answers: Answers) -> bool:
    """Whether the answers can be sealed and opened again."""
    body = BallotBody(batch=1, answers=answers.packed, comments=answers.comments)
    return unpack(pack(body)) == body and (
        len(answers.packed) == sheet.n_targets * sheet.content.row_bytes
    )


def fields_of(sheet: AnswerSheet) -> st.SearchStrategy[dict[str, str]]:
    """Fields of the page and others, with values that fit or do not."""
    known = st.sampled_from(sorted(sheet._known))
    foreign = st.text("acd0123_", max_size=8) | st.text(max_size=5)
    return st.dictionaries(known | foreign, ANYTHING, max_size=40)


@settings(max_examples=300, deadline=None)
@given(st.data(), contents(), st.integers(1, 3))
def test_any_fields_are_a_ballot_or_a_clear_refusal(
    data: st.DataObject, content: QuestionnaireContent, n_targets: int
) -> None:
    sheet = AnswerSheet(content, n_targets)
    answers = read(sheet, data.draw(fields_of(sheet)))
    assert answers is None or whole(sheet, answers)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_ballot_or_a_clear_refusal(body: bytes) -> None:
    sheet = AnswerSheet(RECOGNITION, 1)
    fields = dict(parse_qsl(body.decode("latin-1"), keep_blank_values=True))
    answers = read(sheet, fields)
    assert answers is None or whole(sheet, answers)


@settings(max_examples=100, deadline=None)
@given(st.data(), st.integers(1, 4))
def test_the_quick_way_and_the_long_way_read_the_same(data: st.DataObject, n_targets: int) -> None:
    quick, long = AnswerSheet(DEMOCRATIC, n_targets), AnswerSheet(DEMOCRATIC, n_targets)
    object.__setattr__(long, "_all_at_once", None)
    names = [name for row in quick.names for name in row]
    fields: dict[str, Any] = {
        name: data.draw(st.sampled_from(["1", "2", "3", "4", "5", "5", "4", "9"])) for name in names
    }
    assert quick._all_at_once is not None
    assert read(quick, fields) == read(long, fields)
