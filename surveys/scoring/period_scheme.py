"""The scheme of a period: its whole text is kept with the period, so that freezing locks it.

Proportions, weights and thresholds are those of the day the period was loaded, whatever a later
release of the software ships under the same key. A scheme of the office's own goes by the key
``own``, and the period keeps its file as it was written.
"""

from functools import lru_cache
from typing import Any, Final

from surveys.errors import Invalid
from surveys.models import Period
from surveys.scoring.scheme_file import as_toml
from surveys.scoring.schemes import Scheme, preset, preset_text, scheme_from_toml

OWN: Final = "own"
# What goes into one cell of a workbook, with some room.
LONGEST_SCHEME: Final = 30_000


def kept_scheme(key: str, text: str = "") -> dict[str, Any]:
    """A scheme as a period keeps it: key, version, names, every rule, and the file of an own one.

    Raises
    ------
    NotFound : ``unknown_scheme``
    Invalid : as `own_scheme`
    """
    scheme = own_scheme(text) if key == OWN else preset(key)
    kept = {
        "preset": key,
        "version": scheme.version,
        "name": {"zh": scheme.zh, "en": scheme.en},
        "rules": scheme.model_dump(mode="json", exclude_defaults=True),
    }
    return {**kept, "text": text} if key == OWN else kept


@lru_cache(maxsize=16)
def own_scheme(text: str) -> Scheme:
    """Read an own scheme's file.

    Raises
    ------
    Invalid : ``scheme_too_long`` (length, most), and what `scheme_from_toml` raises
    """
    if len(text) > LONGEST_SCHEME:
        raise Invalid("scheme_too_long", length=len(text), most=LONGEST_SCHEME)
    return scheme_from_toml(text)


def scheme_file(period: Period) -> str:
    """The file of the scheme in force, as TOML.

    That of a preset is the one it was shipped with, or, where a later release ships another, the
    rules that the period keeps, written out again.
    """
    key = period.scheme.get("preset", "")
    if key == OWN:
        return str(period.scheme["text"])
    if period.scheme.get("rules") is None or scheme_of(period) == preset(key):
        return preset_text(key)
    return as_toml(scheme_of(period))


def scheme_of(period: Period) -> Scheme:
    """The scheme as the period keeps it; NotFound ``unknown_scheme`` where it names no preset."""
    rules = period.scheme.get("rules")
    if rules is not None:
        return Scheme.model_validate(rules)
    return preset(period.scheme.get("preset", ""))
