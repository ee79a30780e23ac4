"""Numbers inside sentences look as they do in tables: 12,345 ballots.

Every sentence with facts passes through here, whether a page, an error or a command speaks it.
Hence a message writes its counts as ``%(name)s``; with ``%(name)d`` they could not be written out.
"""

from collections.abc import Mapping
from typing import Any, Final

from babel import Locale
from babel.numbers import format_decimal

# They tell which one, not how many: editors and spreadsheets show them without separators.
NAMES_OF_NUMBERS: Final = frozenset(
    {"batch", "campaign", "line", "port", "position", "row", "seed", "seq", "version"}
)


def with_separators(facts: Mapping[str, Any], locale: Locale | str) -> dict[str, Any]:
    """Return the facts of a sentence, its counts written out with the locale's separators.

    Examples
    --------
    >>> with_separators({"num": 12345, "line": 12345, "of": 7, "unit": "水务局"}, "en")
    {'num': '12,345', 'line': 12345, 'of': 7, 'unit': '水务局'}
    """
    return {
        name: format_decimal(fact, "#,##0", locale=locale) if _is_long(name, fact) else fact
        for name, fact in facts.items()
    }


def _is_long(name: str, fact: object) -> bool:
    return type(fact) is int and abs(fact) >= 1000 and name not in NAMES_OF_NUMBERS
