"""Notes on codes that stand twice, or lead nowhere."""

from collections.abc import Collection, Iterable
from typing import Final

from surveys.setup.problems import Place, Problems

# So many known codes may stand in a note; more would hide it.
MOST_SHOWN: Final = 20


def note_doubles(
    coded: Iterable[tuple[tuple[str, ...], Place]], header: str, problems: Problems
) -> None:
    """Note each key (one code or several) that already stood in a row above."""
    first: dict[tuple[str, ...], int] = {}
    for key, place in coded:
        row = first.setdefault(key, place.row)
        if all(key) and row != place.row:
            problems.add(place, header, "duplicate", value=" · ".join(key), expected=(str(row),))


def note_unknown(
    named: Iterable[tuple[str, Place]],
    header: str,
    problems: Problems,
    *,
    code: str,
    known: Collection[str],
) -> None:
    """Note under `code` each name that is not known; a few known ones stand in the facts."""
    for name, place in named:
        if name and name not in known:
            few = tuple(known) if len(known) <= MOST_SHOWN else ()
            problems.add(place, header, code, value=name, expected=few)
