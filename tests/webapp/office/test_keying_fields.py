"""Fields of the keying page, as the questionnaire reads them."""

from typing import cast

import pytest

from surveys.casting.papers import Paper, Target
from surveys.casting.sealing import PublicKeys
from surveys.errors import Invalid
from surveys.setup.questionnaires import DONT_KNOW, QuestionnaireContent
from surveys.setup.words import Words
from tests.small_county import small_form
from webapp.office.keying_fields import fields_sent, key_rows

NAME = Words(zh="样例", en="Sample")
UNKNOWN = {"code": "dk", "label": {"zh": "不了解"}, "dont_know": True}


@pytest.fixture
def paper() -> Paper:
    """A paper with one number from 0 to 10, or "don't know"."""
    number = {"code": "M", "kind": "number", "text": {"zh": "几分？"}, "low": 0, "high": 10}
    content = {**small_form(), "items": [{**number, "options": [UNKNOWN]}]}
    return Paper(
        campaign_id=1,
        batch_id=1,
        group_id=1,
        county=NAME,
        campaign=NAME,
        group=NAME,
        home=None,
        targets=(Target(1, NAME),),
        content=QuestionnaireContent.model_validate(content),
        open_code=False,
        n_issued=1,
        sample=True,
        keys=cast("PublicKeys", None),
        keys_kept="server",
    )


def test_a_number_has_a_box_for_dont_know_beside_it(paper: Paper) -> None:
    ((row,),) = key_rows(paper, frozenset())
    assert [field.name for field in row.fields] == ["a0_0", "a0_0_dk"]


def test_the_box_alone_says_dont_know(paper: Paper) -> None:
    read = paper.sheet.read(fields_sent(paper, {"a0_0": "", "a0_0_dk": "1"}))
    assert read.packed == bytes([DONT_KNOW])


def test_a_number_alone_is_the_number(paper: Paper) -> None:
    read = paper.sheet.read(fields_sent(paper, {"a0_0": "7", "a0_0_dk": ""}))
    assert read.packed == bytes([8])


def test_both_are_no_answer_that_the_questionnaire_knows(paper: Paper) -> None:
    with pytest.raises(Invalid):
        paper.sheet.read(fields_sent(paper, {"a0_0": "7", "a0_0_dk": "1"}))
