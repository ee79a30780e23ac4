"""The guardian: sleeps until the last user of a server is gone, then stops the server.

It matters only when users die (kill -9, a closed terminal): in order, the last user stops it.
It runs as a script on the standard library alone, to stay small while it sleeps.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path


def post_guardian(data_dir: Path) -> None:
    """Post a guardian unless one is there. Who calls uses the server and holds the gate."""
    # Imported here: the script must not need our package while it sleeps.
    from surveys.database.embedded.locks import lock_file, take  # noqa: PLC0415

    with lock_file(data_dir / "guardian.lock") as post:
        if take(post):
            script = (sys.executable, "-P", __file__)
            # Should it fail, the server still serves; the next user to leave stops it.
            subprocess.run(
                # The shell leaves at once: the guardian is nobody's child to wait for.
                ["/bin/sh", "-c", '"$0" "$@" &', *script, str(data_dir), str(post)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                pass_fds=[post],
                start_new_session=True,
                check=False,
            )


def keep_watch(data_dir: Path, *, post: int) -> None:
    """Wait until nobody uses the server, then stop it unless its last user did.

    Parameters
    ----------
    post : handle of the guardian's lock, inherited; left inside the gate, so that who enters
        next posts a new guardian
    """
    while True:
        _await_last_user(data_dir)
        if _stopped_in_order(data_dir, post=post):
            return
        sys.path.insert(0, str(Path(__file__).parents[3]))
        from surveys.database.embedded.server import stop_unused  # noqa: PLC0415

        if stop_unused(data_dir, post=post):
            return


def _await_last_user(data_dir: Path) -> None:
    try:
        handle = os.open(data_dir / "users.lock", os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return
    fcntl.flock(handle, fcntl.LOCK_EX)
    os.close(handle)  # at once: it may be somebody's turn to enter


def _stopped_in_order(data_dir: Path, *, post: int) -> bool:
    # Makes no file: the whole data directory may be on its way out.
    try:
        gate = os.open(data_dir / "gate.lock", os.O_RDWR | os.O_NOFOLLOW)
        fcntl.flock(gate, fcntl.LOCK_EX)
        alive = os.open(data_dir / "alive.lock", os.O_RDWR | os.O_NOFOLLOW)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(alive, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.close(post)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(alive)
        os.close(gate)


if __name__ == "__main__":
    keep_watch(Path(sys.argv[1]), post=int(sys.argv[2]))
