"""What forbids to put a questionnaire to voters."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings

from surveys.errors import Invalid
from surveys.questionnaires.faults import faults, require_faultless
from surveys.setup.questionnaires import (
    Condition,
    Item,
    ItemKind,
    Option,
    QuestionnaireContent,
    Quota,
    Section,
)
from surveys.setup.words import Words
from tests.surveys.casting.forms import DEMOCRATIC, RECOGNITION, REVERSE
from tests.surveys.questionnaires.strategies import contents

W = Words(zh="字", en="w")


def extra(kind: ItemKind, **more: Any) -> QuestionnaireContent:
    """The team's form with one more item at its end."""
    item = Item(code="X", kind=kind, text=W, **more)
    return DEMOCRATIC.model_copy(update={"items": (*DEMOCRATIC.items, item)})


def options(n: int, **more: Any) -> tuple[Option, ...]:
    """As many options."""
    return tuple(Option(code=f"o{place}", label=W, **more) for place in range(n))


@pytest.mark.parametrize("form", [DEMOCRATIC, RECOGNITION, REVERSE])
def test_the_known_questionnaires_have_no_fault(form: QuestionnaireContent) -> None:
    assert faults(form) == ()


@settings(max_examples=150, deadline=None)
@given(contents())
def test_what_the_tests_draw_has_no_fault(form: QuestionnaireContent) -> None:
    assert faults(form) == ()


BAD: list[tuple[str, QuestionnaireContent]] = [
    ("no_items", DEMOCRATIC.model_copy(update={"items": ()})),
    ("item_code_twice", DEMOCRATIC.model_copy(update={"items": DEMOCRATIC.items * 2})),
    ("weights_not_100", DEMOCRATIC.model_copy(update={"items": DEMOCRATIC.items[:3]})),
    ("item_cannot_have_weight", extra(ItemKind.SEVERAL, options=options(3), weight=Decimal(1))),
    ("item_cannot_have_weight", extra(ItemKind.RATING, weight=Decimal(-1))),
    ("number_of_options", extra(ItemKind.CHOICE)),
    ("number_of_options", extra(ItemKind.CHOICE, options=options(1))),
    ("number_of_options", extra(ItemKind.CHOICE, options=options(21))),
    ("number_of_options", DEMOCRATIC.model_copy(update={"options": options(1)})),
    ("option_code_twice", extra(ItemKind.CHOICE, options=options(2) * 2)),
    ("dont_know_twice", extra(ItemKind.CHOICE, options=options(4, dont_know=True))),
    (
        "dont_know_with_points",
        extra(ItemKind.CHOICE, options=options(3, dont_know=True, points=Decimal(1))),
    ),
    ("points_out_of_range", extra(ItemKind.CHOICE, options=options(2, points=Decimal(101)))),
    ("no_option_has_points", DEMOCRATIC.model_copy(update={"options": options(3)})),
    ("options_not_for_this_kind", extra(ItemKind.NOTE, options=options(3))),
    ("number_has_only_dont_know", extra(ItemKind.NUMBER, low=0, high=10, options=options(2))),
    ("scale_of_numbers", extra(ItemKind.NUMBER, low=5, high=5)),
    ("scale_of_numbers", extra(ItemKind.NUMBER, low=0, high=254)),
    ("length_of_comment", extra(ItemKind.COMMENT, max_length=0)),
    ("length_of_comment", extra(ItemKind.COMMENT, max_length=201)),
    ("number_of_ticks", extra(ItemKind.SEVERAL, options=options(3), most=4)),
    ("number_of_ticks", extra(ItemKind.RANKING, options=options(3), fewest=3, most=2)),
    ("note_required", extra(ItemKind.NOTE, required=True)),
    ("unknown_section", extra(ItemKind.NOTE, section="nowhere")),
    (
        "section_out_of_order",
        extra(ItemKind.NOTE).model_copy(
            update={
                "sections": (Section(code="A", title=W), Section(code="B", title=W)),
                "items": tuple(
                    item.model_copy(update={"section": "B" if place == 0 else "A"})
                    for place, item in enumerate(DEMOCRATIC.items)
                ),
            }
        ),
    ),
    (
        "condition_on_no_earlier_item",
        extra(ItemKind.NOTE, show_if=(Condition(item="X", values=(1,)),)),
    ),
    ("condition_on_no_option", extra(ItemKind.NOTE, show_if=(Condition(item="T1", values=(9,)),))),
    (
        "quota_option_unknown",
        DEMOCRATIC.model_copy(update={"quota": Quota(option=9, share=Decimal("0.3"))}),
    ),
    (
        "quota_share_out_of_range",
        DEMOCRATIC.model_copy(update={"quota": Quota(option=1, share=Decimal(0))}),
    ),
    (
        "quota_without_item",
        DEMOCRATIC.model_copy(update={"quota": Quota(option=1, share=Decimal(1), item="no")}),
    ),
]


@pytest.mark.parametrize(("code", "form"), BAD)
def test_a_fault_is_named(code: str, form: QuestionnaireContent) -> None:
    assert code in {remark.code for remark in faults(form)}


def test_a_form_with_faults_is_refused_with_all_of_them() -> None:
    with pytest.raises(Invalid, match="questionnaire_faulty") as caught:
        require_faultless(DEMOCRATIC.model_copy(update={"items": ()}))
    remarks = caught.value.facts["remarks"]
    assert isinstance(remarks, tuple)
    assert {remark.code for remark in remarks} >= {"no_items", "weights_not_100"}
