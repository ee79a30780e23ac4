"""Small disks of our own: one that fills up, one whose current is cut. Both want root."""

import fcntl
import os
import shutil
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL

import pytest

# Stops a mounted ext4 or xfs at once: what was not flushed never reaches the disk.
FS_IOC_SHUTDOWN = 0x8004587D
WITHOUT_FLUSHING = 2
RELEASED_WITHIN_S = 60


def require(*programs: str) -> None:
    """Skip, loudly, where this machine does not allow it."""
    if os.geteuid() != 0:
        pytest.skip("wants root, to mount a disk of its own")
    if missing := [program for program in programs if shutil.which(program) is None]:
        pytest.skip(f"wants {', '.join(missing)}")


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[Path]:
    """A disk in memory of so many megabytes."""
    require("mount", "umount")
    folder.mkdir()
    options = f"size={megabytes}m,mode=0755"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], check=False)
    if mounted.returncode:
        pytest.skip("this machine mounts no tmpfs, not even for root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


class LoopDisk:
    """An ext4 file system in a file, whose current can be cut.

    Cutting it drops all that the file system has not written out, as a power cut does; flushed
    blocks survive. It neither reorders nor tears what was flushed.

    Parameters
    ----------
    image : the file; made here
    folder : what it takes in, and where it is mounted from then on
    """

    def __init__(self, image: Path, folder: Path, *, megabytes: int) -> None:
        self.image, self.folder = image, folder
        with image.open("wb") as file:
            file.truncate(megabytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], check=True)
        self._owner = folder.stat()
        aside = image.with_suffix(".contents")
        folder.rename(aside)
        folder.mkdir()
        self.mount()
        # Without holes: a write into one needs the journal, whose cut ext4 does not always report.
        copy = ["cp", "-a", "--sparse=never", f"{aside}/.", str(folder)]
        subprocess.run(copy, check=True)
        os.sync()

    def mount(self) -> None:
        """Connect it; what its journal holds is played again."""
        command = ["mount", "-o", "loop", str(self.image), str(self.folder)]
        if subprocess.run(command, check=False).returncode:
            pytest.skip("this machine has no loop device, not even for root")
        os.chown(self.folder, self._owner.st_uid, self._owner.st_gid)
        self.folder.chmod(0o700)

    def cut(self) -> None:
        """Cut the current."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, FS_IOC_SHUTDOWN, struct.pack("I", WITHOUT_FLUSHING))
        finally:
            os.close(handle)

    def unmount(self) -> None:
        """Disconnect it; on a busy machine processes that were killed hold it a moment longer."""
        until = time.monotonic() + RELEASED_WITHIN_S
        while subprocess.run(["umount", self.folder], check=False, stderr=DEVNULL).returncode:
            assert time.monotonic() < until, "something holds the disk"
            time.sleep(0.2)


@contextmanager
def loop_disk(image: Path, folder: Path, *, megabytes: int) -> Iterator[LoopDisk]:
    """A mounted disk with what is in a folder, in place of the folder; gone afterwards."""
    require("mount", "umount", "mkfs.ext4", "losetup")
    disk = LoopDisk(image, folder, megabytes=megabytes)
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", folder], check=False)
        image.unlink()
