"""What a methodologist would say."""

from decimal import Decimal
from typing import Any

import pytest

from surveys.questionnaires.faults import faults
from surveys.questionnaires.library import library
from surveys.questionnaires.reading_time import answering_seconds
from surveys.questionnaires.warnings import warnings
from surveys.setup.questionnaires import Item, ItemKind, QuestionnaireContent
from surveys.setup.words import Words

CITIZEN = library().questionnaire("gr_citizen")


def asking(zh: str, en: str = "How they work", **more: Any) -> QuestionnaireContent:
    """The citizens' form with another second item."""
    item = Item(code="C2", text=Words(zh=zh, en=en), weight=Decimal(15), **more)
    return CITIZEN.model_copy(update={"items": (CITIZEN.items[0], item, *CITIZEN.items[2:])})


def said(content: QuestionnaireContent, code: str) -> set[tuple[str, str]]:
    """(item, value) of the warnings of one code."""
    return {(each.item, each.value) for each in warnings(content) if each.code == code}


@pytest.mark.parametrize(
    ("zh", "en", "word"),
    [
        ("您一定对服务满意吧", "Service", "您一定"),
        ("成效显著的改革", "Reform", "成效显著"),
        ("服务", "Their excellent service", "excellent"),
        ("服务", "Of course you like it", "Of course"),
    ],
)
def test_leading_words_are_named(zh: str, en: str, word: str) -> None:
    assert ("C2", word) in said(asking(zh, en), "leading")


@pytest.mark.parametrize(
    ("zh", "en", "joined"),
    [
        ("服务态度和办事效率", "Service", {("C2", "和")}),
        ("办事公正、依法办事", "Service", {("C2", "、")}),
        ("服务", "Fairness and speed", {("C2", "and")}),
        ("服务：态度、效率、结果", "Service: manners and speed", set()),
        ("您和这个单位打过交道吗", "Service", set()),
    ],
)
def test_two_questions_in_one_are_named(zh: str, en: str, joined: set[tuple[str, str]]) -> None:
    found = {each for each in said(asking(zh, en), "double_barrelled") if each[0] == "C2"}
    assert found == joined


def test_a_long_item_is_named_with_its_seconds() -> None:
    assert ("C2", "25") in said(asking("题" * 100), "item_long")


def test_a_form_that_takes_too_long_says_in_which_language() -> None:
    long = CITIZEN.model_copy(update={"intro": Words(zh="字" * 400, en="w")})
    (found,) = (each for each in warnings(long) if each.code == "takes_long")
    assert found.expected == ("120", "zh")
    assert int(found.value) > 120


def test_a_scale_without_dont_know_is_named() -> None:
    without = CITIZEN.model_copy(update={"options": CITIZEN.options[:4]})
    assert said(without, "no_dont_know") == {("", "")}
    assert not said(CITIZEN, "no_dont_know")


def test_numbers_without_dont_know_are_named() -> None:
    numbers = asking("服务", kind=ItemKind.NUMBER, low=0, high=10)
    assert said(numbers, "no_dont_know") == {("C2", "")}


def test_points_that_do_not_fall_are_named() -> None:
    first, second, *others = CITIZEN.options
    rising = CITIZEN.model_copy(update={"options": (second, first, *others)})
    assert said(rising, "points_not_falling") == {("", "80 100 60 0")}


def test_uneven_steps_are_named() -> None:
    assert said(CITIZEN, "steps_uneven") == {("", "60")}


def test_more_good_answers_than_bad_ones_are_named() -> None:
    assert said(CITIZEN, "scale_unbalanced") == {("", "2")}
    even = library().scale("satisfied5").options
    assert not said(CITIZEN.model_copy(update={"options": even}), "scale_unbalanced")


def test_words_missing_in_a_further_language_are_counted() -> None:
    uyghur = CITIZEN.model_copy(update={"title": Words(zh="表", en="Form", ug="جەدۋەل")})
    (found,) = (each for each in warnings(uyghur) if each.code == "language_incomplete")
    assert found.expected == ("ug",)


def test_the_librarys_questionnaires_have_no_fault() -> None:
    found = {each.code: faults(each) for each in library().questionnaires}
    assert found == {"mz_team": (), "mz_member": (), "gr_citizen": (), "fx_assessor": ()}


def test_the_librarys_scales_fall_and_offer_dont_know() -> None:
    for scale in library().scales:
        form = CITIZEN.model_copy(update={"options": scale.options})
        codes = {each.code for each in warnings(form) if not each.item}
        assert not codes & {"no_dont_know", "points_not_falling"}, scale.code


def test_the_citizens_form_takes_about_a_minute() -> None:
    assert 60 < answering_seconds(CITIZEN, "zh") < 67
