"""What differs between two long texts, line by line, with a little of what stands around it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

AROUND: Final = 2
"""Lines shown before and after what differs."""


class LineState(StrEnum):
    """What became of a line; ``skipped`` stands for the lines between two places that differ."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class TextLine:
    """A line of either text, with its number from 1 there: that of the later text if it is kept."""

    state: LineState
    number: int | None = None
    text: str = ""


def line_differences(before: str, after: str) -> tuple[TextLine, ...]:
    r"""The lines that differ and `AROUND` lines about them, in their order; none of equal texts.

    Examples
    --------
    >>> [(line.state.value, line.text) for line in line_differences("a\nb", "a\nc")]
    [('kept', 'a'), ('removed', 'b'), ('added', 'c')]
    """
    old, new = before.splitlines(), after.splitlines()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    found: list[TextLine] = []
    shown_to = 0
    for place in matcher.get_grouped_opcodes(AROUND):
        if place[0][3] > 0:
            found.append(TextLine(LineState.SKIPPED))
        for tag, old_from, old_to, new_from, new_to in place:
            if tag == "equal":
                found += _lines(LineState.KEPT, new, new_from, new_to)
            else:
                found += _lines(LineState.REMOVED, old, old_from, old_to)
                found += _lines(LineState.ADDED, new, new_from, new_to)
        shown_to = place[-1][4]
    if found and shown_to < len(new):
        found.append(TextLine(LineState.SKIPPED))
    return tuple(found)


def _lines(state: LineState, text: Sequence[str], start: int, end: int) -> Iterator[TextLine]:
    return (TextLine(state, number + 1, text[number]) for number in range(start, end))
