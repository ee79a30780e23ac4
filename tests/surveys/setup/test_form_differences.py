"""What differs between two contents of a questionnaire."""

from decimal import Decimal

from surveys.questionnaires.library import library
from surveys.setup.form_differences import FormDifference, form_difference
from surveys.setup.questionnaires import QuestionnaireContent
from surveys.setup.words import Words

FORM = library().questionnaire("gr_citizen")


def compared(after: QuestionnaireContent, before: QuestionnaireContent = FORM) -> FormDifference:
    return form_difference(before.model_dump_json(), after.model_dump_json())


def test_the_same_form_has_no_difference() -> None:
    found = compared(FORM)
    assert (found.parts, found.items, found.reordered) == ((), (), False)


def test_a_changed_item_names_what_changed() -> None:
    other = FORM.items[1].model_copy(update={"text": Words(zh="改"), "weight": Decimal(1)})
    found = compared(FORM.model_copy(update={"items": (FORM.items[0], other, *FORM.items[2:])}))
    assert [(each.code, each.parts) for each in found.items] == [(other.code, ("text", "weight"))]


def test_items_are_new_gone_and_in_another_order() -> None:
    first, second, *rest = FORM.items
    new = first.model_copy(update={"code": "NEW"})
    found = compared(FORM.model_copy(update={"items": (second, first, new, *rest[1:])}))
    states = {each.code: (each.before is None, each.after is None) for each in found.items}
    assert states == {"NEW": (True, False), rest[0].code: (False, True)}
    assert found.reordered


def test_a_rule_of_the_whole_form_is_named() -> None:
    found = compared(FORM.model_copy(update={"title": Words(zh="新"), "most_targets": 7}))
    assert found.parts == ("title", "most_targets")


def test_all_items_of_a_form_that_was_not_there_are_new() -> None:
    found = form_difference("", FORM.model_dump_json())
    assert [each.code for each in found.items] == [item.code for item in FORM.items]
    assert all(each.before is None for each in found.items)
