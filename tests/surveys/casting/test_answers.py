"""Form fields → answer bytes."""

import pytest

from surveys.casting.answers import Answers, AnswerSheet, Problem
from surveys.casting.comments import clean_comment
from surveys.casting.packing import Comment
from surveys.errors import Invalid
from surveys.setup.questionnaires import DONT_KNOW
from tests.surveys.casting.forms import DEMOCRATIC, RECOGNITION, REVERSE

ONE = AnswerSheet(DEMOCRATIC, 1)
FOUR = AnswerSheet(DEMOCRATIC, 4)
CITIZEN = AnswerSheet(RECOGNITION, 1)


def ticked(sheet: AnswerSheet, value: str = "2") -> dict[str, str]:
    """Give every item the same answer."""
    return {name: value for row in sheet.names for name in row}


def problems(sheet: AnswerSheet, fields: dict[str, str]) -> tuple[Problem, ...]:
    """Read a ballot that cannot be taken."""
    with pytest.raises(Invalid) as caught:
        sheet.read(fields)
    assert caught.value.code == "bad_answers"
    found = caught.value.facts["problems"]
    assert isinstance(found, tuple)
    return found


def test_an_option_becomes_its_number_counted_from_one() -> None:
    assert ONE.read(ticked(ONE, "4")).packed == bytes([4] * 6)


def test_dont_know_becomes_255() -> None:
    assert ONE.read(ticked(ONE, "5")).packed == bytes([DONT_KNOW] * 6)


def test_targets_follow_one_another_in_the_frozen_order() -> None:
    fields = ticked(FOUR) | {"a1_0": "3", "a3_5": "4"}
    expected = bytearray([2] * 24)
    expected[6] = 3
    expected[23] = 4
    assert FOUR.read(fields).packed == bytes(expected)


def test_every_item_wants_an_answer() -> None:
    fields = ticked(FOUR)
    del fields["a2_3"], fields["a3_0"]
    assert problems(FOUR, fields) == (
        Problem("missing", "a2_3", 2, 3),
        Problem("missing", "a3_0", 3, 0),
    )


@pytest.mark.parametrize("value", ["0", "6", "-1", "1 ", "\uff12", "x", "255"])
def test_an_option_that_is_not_offered_is_refused(value: str) -> None:
    found = problems(ONE, ticked(ONE) | {"a0_2": value})
    assert found == (Problem("unknown_option", "a0_2", 0, 2),)


@pytest.mark.parametrize("name", ["a1_0", "a0_6", "c1", "d1"])
def test_a_field_that_is_not_on_the_paper_is_refused(name: str) -> None:
    assert problems(ONE, ticked(ONE) | {name: "1"}) == (Problem("unknown_field", name),)


def test_fields_of_the_page_that_are_no_answers_are_let_pass() -> None:
    fields = ticked(ONE) | {"csrf_token": "t", "nonce": "n", "code": "c", "action": "send"}
    assert ONE.read(fields).packed == bytes([2] * 6)


def test_one_tick_says_dont_know_to_a_whole_target() -> None:
    fields = ticked(FOUR)
    for item in range(6):
        del fields[f"a1_{item}"]
    packed = FOUR.read(fields | {"d1": "1"}).packed
    assert packed[6:12] == bytes([DONT_KNOW] * 6)


def test_an_answer_given_stands_beside_dont_know_at_once() -> None:
    fields = ticked(FOUR, "3") | {"d0": "1"}
    assert FOUR.read(fields).packed[:6] == bytes([3] * 6)


def test_dont_know_at_once_is_not_offered_about_a_single_target() -> None:
    assert not ONE.offers_dont_know_at_once
    assert problems(ONE, {"d0": "1"})[0] == Problem("missing", "a0_0", 0, 0)


def test_who_does_not_know_the_unit_hands_in_an_empty_ballot() -> None:
    assert CITIZEN.read({"a0_0": "4"}) == Answers(bytes([DONT_KNOW, 0, 0, 0, 0, 0, 0]))


def test_answers_that_were_routed_past_are_dropped_with_the_comment() -> None:
    fields = ticked(CITIZEN, "1") | {"a0_0": "4", "c0": "anything"}
    assert CITIZEN.read(fields) == Answers(bytes([DONT_KNOW, 0, 0, 0, 0, 0, 0]))


def test_who_only_heard_of_the_unit_answers_the_overall_item_alone() -> None:
    assert CITIZEN.read({"a0_0": "3", "a0_6": "2"}).packed == bytes([3, 0, 0, 0, 0, 0, 2])


def test_who_only_heard_of_the_unit_still_owes_the_overall_item() -> None:
    assert problems(CITIZEN, {"a0_0": "3"}) == (Problem("missing", "a0_6", 0, 6),)


def test_the_first_question_may_not_be_left_out() -> None:
    fields = ticked(CITIZEN)
    del fields["a0_0"]
    assert problems(CITIZEN, fields) == (Problem("missing", "a0_0", 0, 0),)


@pytest.mark.parametrize(
    ("n_targets", "limit"), [(2, 1), (3, 1), (6, 1), (7, 2), (10, 3), (40, 12)]
)
def test_the_quota_is_a_share_rounded_down_and_at_least_one(n_targets: int, limit: int) -> None:
    assert AnswerSheet(DEMOCRATIC, n_targets).quota_limit == limit


def test_one_target_alone_has_no_quota() -> None:
    assert ONE.quota_limit is None
    assert ONE.read(ticked(ONE, "1")).packed == bytes([1] * 6)


def test_a_form_without_a_quota_has_none() -> None:
    assert AnswerSheet(REVERSE, 5).quota_limit is None


def test_the_quota_counts_the_overall_item_alone() -> None:
    fields = ticked(FOUR, "1") | {"a0_5": "2", "a1_5": "2", "a2_5": "2"}
    assert FOUR.read(fields).packed[23] == 1


def test_more_targets_at_the_top_than_the_quota_allows_are_refused() -> None:
    fields = ticked(FOUR) | {"a0_5": "1", "a2_5": "1", "a3_5": "1"}
    assert problems(FOUR, fields) == (Problem("over_quota", item=5, limit=1, found=3),)


def test_the_overall_item_is_the_last_rating_without_weight() -> None:
    overall = RECOGNITION.overall
    assert overall is not None
    assert overall.code == "C7"


def test_a_comment_is_kept_with_its_target() -> None:
    assert FOUR.read(ticked(FOUR) | {"c2": " 办事快 "}).comments == (Comment(2, "办事快"),)


def test_an_empty_comment_is_none() -> None:
    assert FOUR.read(ticked(FOUR) | {"c2": " \r\n\t "}).comments == ()


def test_a_comment_of_the_greatest_length_is_taken() -> None:
    assert len(ONE.read(ticked(ONE) | {"c0": "好" * 200}).comments[0].text) == 200


def test_a_longer_comment_is_refused_with_its_length() -> None:
    found = problems(ONE, ticked(ONE) | {"c0": "好" * 201})
    assert found == (Problem("comment_too_long", "c0", 0, limit=200, found=201),)


def test_comments_that_do_not_fit_the_envelope_together_are_refused() -> None:
    fields = ticked(FOUR) | {f"c{target}": "好" * 200 for target in range(4)}
    (found,) = problems(FOUR, fields)
    assert (found.kind, found.found) == ("comments_too_long", 2400)
    assert found.limit == FOUR.room_for_comments


def test_comments_that_just_fit_can_be_sealed() -> None:
    room = FOUR.room_for_comments
    n_third = (room - 1201) // 3
    texts = ["好" * 200, "好" * 200, "好" * n_third, "." * (room - 1200 - 3 * n_third)]
    answers = FOUR.read(ticked(FOUR) | {f"c{place}": text for place, text in enumerate(texts)})
    assert sum(len(comment.text.encode()) for comment in answers.comments) == room


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("打13800001234找我", "打***找我"),
        ("138-0000-1234", "***"),
        ("+86 138 0000 1234", "***"),
        ("".join(chr(0xFF10 + int(digit)) for digit in "13800001234"), "***"),
        ("110101199001011237", "***"),
        ("11010119900101123X", "***"),
        ("0731-88886666", "***"),
        ("88886666", "***"),
        ("2024年到2025年", "2024年到2025年"),
        ("20240506", "20240506"),
        ("等了45分钟，交了1200元", "等了45分钟，交了1200元"),
    ],
)
def test_numbers_that_name_a_person_are_masked(written: str, kept: str) -> None:
    assert clean_comment(written) == kept


def test_control_and_direction_characters_are_taken_out() -> None:
    assert clean_comment("a\x00b\x1b[31m\u202ec\u200d\ud800") == "ab[31mc"


def test_line_feeds_stay_but_not_heaps_of_them() -> None:
    assert clean_comment("a\r\nb\rc\n\n\n\nd") == "a\nb\nc\n\nd"
