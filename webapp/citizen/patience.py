"""When to come again, where the database is busy."""

from secrets import randbelow
from typing import Final

SOONEST_RETRY: Final = 2
# Spread, so that a full hall does not come back in the same second.
RETRY_SPREAD: Final = 4


def retry_after() -> tuple[str, str]:
    """The header that says in how many seconds."""
    return "Retry-After", str(SOONEST_RETRY + randbelow(RETRY_SPREAD))
