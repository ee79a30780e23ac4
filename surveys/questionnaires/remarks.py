"""What is to be said about a questionnaire: a code, a place and facts; the web finds the words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Remark:
    """One fault or warning.

    Parameters
    ----------
    code : what it is
    item : code of the item it concerns, or "" for the whole form
    value : what was found
    expected : what it is held against: bounds, sums, known codes
    """

    code: str
    item: str = ""
    value: str = ""
    expected: tuple[str, ...] = ()
