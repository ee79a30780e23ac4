"""A scheme written out as a file, and what differs between two."""

import pytest

from surveys.errors import Invalid
from surveys.models import Period
from surveys.scoring.period_scheme import kept_scheme, own_scheme, scheme_file, scheme_of
from surveys.scoring.scheme_changes import scheme_changes
from surveys.scoring.scheme_file import as_toml
from surveys.scoring.schemes import preset, preset_keys, preset_text, scheme_from_toml


@pytest.mark.parametrize("key", preset_keys())
def test_a_scheme_written_out_is_read_again_as_it_was(key: str) -> None:
    assert scheme_from_toml(as_toml(preset(key))) == preset(key)


def test_a_scheme_does_not_differ_from_itself() -> None:
    assert scheme_changes(preset("ankang"), preset("ankang")) == ()


def test_a_changed_entry_is_named_by_the_part_it_stands_in() -> None:
    text = preset_text("liuyang").replace('share = "0.30" }', 'share = "0.25" }')
    (change,) = scheme_changes(preset("liuyang"), scheme_from_toml(text))
    assert [step.zh or step.field for step in change.path] == ["grades", "优秀", "quota", "share"]
    assert (change.before, change.after) == ("0.30", "0.25")


def test_a_part_that_is_gone_and_one_that_is_new_are_told_whole() -> None:
    text = preset_text("liuyang").replace('key = "talk"', 'key = "warned"')
    found = scheme_changes(preset("liuyang"), scheme_from_toml(text))
    assert [(each.before is None, each.after is None) for each in found] == [
        (True, False),
        (False, True),
    ]


def test_another_order_of_grades_differs() -> None:
    scheme = preset("liuyang")
    other = scheme.model_copy(update={"grades": scheme.grades[::-1]})
    (change,) = scheme_changes(scheme, other)
    assert change.field == "order"


def test_a_period_keeps_the_file_of_an_own_scheme() -> None:
    text = f"# 本地修订\n{preset_text('liuyang')}"
    period = Period(scheme=kept_scheme("own", text))
    assert scheme_file(period) == text
    assert scheme_of(period) == preset("liuyang")


def test_rules_that_no_preset_has_any_more_are_written_out() -> None:
    kept = kept_scheme("liuyang")
    kept["rules"] = {**kept["rules"], "total_floor": "1"}
    written = scheme_file(Period(scheme=kept))
    assert scheme_from_toml(written) == scheme_of(Period(scheme=kept))


def test_a_file_that_fits_no_cell_is_refused() -> None:
    with pytest.raises(Invalid, match="scheme_too_long"):
        own_scheme("#" * 30_001)
