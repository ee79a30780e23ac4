"""The scheme of a period: its whole text is kept with the period, so that freezing locks it.

Proportions, weights and thresholds are those of the day the period was loaded, whatever a later
release of the software ships under the same key.
"""

from typing import Any

from surveys.models import Period
from surveys.scoring.schemes import Scheme, preset


def kept_scheme(key: str) -> dict[str, Any]:
    """A preset as a period keeps it: key, version, names, and every rule."""
    scheme = preset(key)
    return {
        "preset": key,
        "version": scheme.version,
        "name": {"zh": scheme.zh, "en": scheme.en},
        "rules": scheme.model_dump(mode="json", exclude_defaults=True),
    }


def scheme_of(period: Period) -> Scheme:
    """The scheme as the period keeps it; NotFound ``unknown_scheme`` where it names no preset."""
    rules = period.scheme.get("rules")
    if rules is not None:
        return Scheme.model_validate(rules)
    return preset(period.scheme.get("preset", ""))
