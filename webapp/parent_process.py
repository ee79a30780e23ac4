"""A server's worker ends with the process that started it, however that one ended."""

import ctypes
import os
import signal
import sys
from threading import Thread
from time import sleep
from typing import Final

# Which process serves, told to its workers by `gongping serve`.
SERVER_PROCESS: Final = "GONGPING_SERVER_PROCESS"
PR_SET_PDEATHSIG: Final = 1
LOOK_SECONDS: Final = 0.5


def end_with_server() -> None:
    """Let the kernel end this process when the server's main process dies, be it by kill -9.

    Otherwise a worker lives on, holds the port, and no server can be started in its place. An
    answer that is cut off costs nothing: the page sends its ballot again and gets the receipt.
    """
    named = os.environ.get(SERVER_PROCESS, "")
    if not named.isdecimal():
        return
    server = int(named)
    if not told_kernel():
        Thread(target=look, args=(server,), name="server-watch", daemon=True).start()
    if os.getppid() != server:  # it died before the kernel was told
        end()


def told_kernel() -> bool:
    """Ask Linux for it; other systems cannot."""
    if sys.platform != "linux":
        return False
    try:
        return bool(ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0)
    except (OSError, AttributeError):
        return False


def look(server: int) -> None:
    """Look again and again whether the server is still our parent."""
    while os.getppid() == server:
        sleep(LOOK_SECONDS)
    end()


def end() -> None:
    """End at once: nobody is left who could stop us gently."""
    os.kill(os.getpid(), signal.SIGKILL)
