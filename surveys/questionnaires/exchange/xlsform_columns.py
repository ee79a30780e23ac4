"""What of XLSForm is known here: sheets, columns, types; columns of our own begin with ``gp_``.

A column of words has a language behind two colons: ``label::zh``, ``label::English (en)``.
"""

import re
from typing import Final

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"

WORDED: Final = {SURVEY: ("label",), CHOICES: ("label",), SETTINGS: ("form_title", "gp_intro")}
COLUMNS: Final = {
    SURVEY: (
        "type",
        "name",
        "required",
        "relevant",
        "constraint",
        "parameters",
        "gp_kind",
        "gp_weight",
        "gp_options",
    ),
    CHOICES: ("list_name", "name", "gp_points", "gp_dont_know"),
    SETTINGS: (
        "form_id",
        "version",
        "default_language",
        "gp_kind",
        "gp_quota_option",
        "gp_quota_share",
        "gp_quota_item",
        "gp_most_units",
        "gp_random_order",
    ),
}
TYPES: Final = (
    "select_one",
    "select_multiple",
    "rank",
    "range",
    "integer",
    "text",
    "note",
    "begin_group",
    "end_group",
)
# The list of the options that all ratings have.
SCALE: Final = "scale"

_LANGUAGE: Final = re.compile(r"(?P<column>[a-z_]+)::(?:.*\((?P<named>[A-Za-z-]+)\)|(?P<tag>\S+))")


def column_of(sheet: str, header: str) -> tuple[str, str] | None:
    """Column and language of a header; None where it is not known. Without a language it is ""."""
    header = header.strip()
    if header in COLUMNS[sheet]:
        return header, ""
    if header in WORDED[sheet]:
        return header, ""
    match = _LANGUAGE.fullmatch(header)
    if match is None or match["column"] not in WORDED[sheet]:
        return None
    return match["column"], match["named"] or match["tag"]
