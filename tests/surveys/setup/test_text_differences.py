"""What differs between two long texts is shown line by line, with what stands around it."""

from surveys.setup.text_differences import LineState, TextLine, line_differences

TEXT = "\n".join(f"line {number}" for number in range(1, 31))


def test_the_same_text_has_no_difference() -> None:
    assert line_differences(TEXT, TEXT) == ()


def test_a_changed_line_stands_in_both_versions_between_its_neighbours() -> None:
    found = line_differences(TEXT, TEXT.replace("line 10\n", "another\n"))
    assert [(line.state.value, line.number, line.text) for line in found] == [
        ("skipped", None, ""),
        ("kept", 8, "line 8"),
        ("kept", 9, "line 9"),
        ("removed", 10, "line 10"),
        ("added", 10, "another"),
        ("kept", 11, "line 11"),
        ("kept", 12, "line 12"),
        ("skipped", None, ""),
    ]


def test_lines_that_are_only_added_keep_the_numbers_of_the_later_text() -> None:
    found = line_differences("a\nb", "a\nnew\nb")
    assert TextLine(LineState.ADDED, 2, "new") in found
    assert found[-1] == TextLine(LineState.KEPT, 3, "b")
