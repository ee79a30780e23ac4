"""Memory that was freed but that the C library keeps for later."""

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Hand freed memory back to the system, where the C library can.

    Many arrays of about a megabyte come and go while pieces are examined. glibc keeps their room:
    after ten million ballots that is some gigabytes, on top of which the next step would allocate.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
