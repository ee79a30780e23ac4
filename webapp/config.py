"""What a process runs with: read once from ``GONGPING_*``, frozen, and told clearly when wrong."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Final, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

AUDIENCES: Final = ("citizen", "board", "staff", "office", "admin", "api")
PREFIX: Final = "GONGPING_"
SECRET_FILE: Final = "secret_key"  # noqa: S105
LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")

T = TypeVar("T")


class ConfigError(Exception):
    """A variable is missing or wrong: its name, and what was expected."""

    def __init__(self, variable: str, expected: str) -> None:
        super().__init__(f"{variable}: expected {expected}")
        self.variable = variable
        self.expected = expected


@dataclass(frozen=True, kw_only=True)
class Config:
    """What a process runs with.

    Parameters
    ----------
    data_dir : where keys, the embedded database and the secret key live
    secret_key : signs the page cookie (which holds only the form token and notices)
    base_url : scheme and host under which voters reach us; printed in every QR code
    trusted_hosts : host names under which requests are answered
    audiences : for whom this process serves pages
    database_url : None for the embedded PostgreSQL
    box_database_url : the same database as the role that may only call the box's functions
    proxies : how many trusted proxies stand before us and add to X-Forwarded-For
    timezone : in which moments are shown
    login_hours : after how many hours a log-in ends at the latest
    code_in_path : print ``/B/CODE`` instead of ``/B#CODE``, where scanners drop what follows "#"
    """

    data_dir: Path
    secret_key: bytes
    base_url: str = "http://127.0.0.1:8000"
    trusted_hosts: tuple[str, ...] = LOOPBACK
    audiences: tuple[str, ...] = AUDIENCES
    database_url: str | None = None
    box_database_url: str | None = None
    proxies: int = 0
    timezone: str = "Asia/Shanghai"
    login_hours: int = 12
    code_in_path: bool = False

    @property
    def https(self) -> bool:
        """Whether voters reach us by https."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Config":
        """Read ``GONGPING_*``.

        Raises
        ------
        ConfigError : the variable's name and what was expected
        """
        read = _Reader(environ)
        data_dir = read("DATA_DIR", _path, default=_default_data_dir(environ))
        base_url = read("BASE_URL", _base_url, default=cls.base_url)
        database_url = read("DATABASE_URL", _postgresql, default=None)
        box_database_url = read("BOX_DATABASE_URL", _postgresql, default=None)
        if (database_url is None) != (box_database_url is None):
            raise ConfigError(
                f"{PREFIX}DATABASE_URL, {PREFIX}BOX_DATABASE_URL",
                "both (the owner's and the public role's address) or neither",
            )
        return cls(
            data_dir=data_dir,
            secret_key=read("SECRET_KEY", _secret, default=b"") or kept_secret(data_dir),
            base_url=base_url,
            trusted_hosts=read("TRUSTED_HOSTS", _names, default=_hosts_of(base_url)),
            audiences=read("AUDIENCES", _audiences, default=AUDIENCES),
            database_url=database_url,
            box_database_url=box_database_url,
            proxies=read("PROXIES", _small_number, default=0),
            timezone=read("TIMEZONE", _timezone, default=cls.timezone),
            login_hours=read("LOGIN_HOURS", _hours, default=cls.login_hours),
            code_in_path=read("CODE_IN_PATH", _yes_or_no, default=cls.code_in_path),
        )


class _Reader:
    """Reads variables, and names the one that is wrong."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def __call__(self, name: str, parse: Callable[[str], T], *, default: T) -> T:
        text = self.environ.get(PREFIX + name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError as error:
            raise ConfigError(PREFIX + name, str(error)) from None


def kept_secret(data_dir: Path) -> bytes:
    """Return the data directory's secret key, made at the first start, readable by us alone."""
    path = data_dir / SECRET_FILE
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not path.exists():
            fresh = data_dir / f"{SECRET_FILE}.{token_hex(8)}"
            fresh.touch(mode=0o600)
            fresh.write_text(token_hex(32), "ascii")
            fresh.chmod(0o400)
            _keep_first(fresh, path)
        return _secret(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise ConfigError(f"{PREFIX}DATA_DIR", f"a directory we may write to ({error})") from None


def _keep_first(fresh: Path, path: Path) -> None:
    """Of several processes that start at once, the first one's key stays."""
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _default_data_dir(environ: Mapping[str, str]) -> Path:
    home = environ.get("XDG_DATA_HOME")
    return (Path(home) if home else Path.home() / ".local" / "share") / "gongping"


def _path(text: str) -> Path:
    return Path(text).expanduser().resolve()


def _base_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise ValueError("scheme and host, such as https://vote.example.gov.cn")
    return f"{parts.scheme}://{parts.netloc}"


def _hosts_of(base_url: str) -> tuple[str, ...]:
    host = urlsplit(base_url).hostname or ""
    return LOOPBACK if host in {"localhost", "127.0.0.1", "::1"} else (host,)


def _postgresql(text: str) -> str:
    if not text.startswith("postgresql+psycopg://"):
        raise ValueError("an address that begins with postgresql+psycopg://")
    return text


def _secret(text: str) -> bytes:
    if len(text) < 32:
        raise ValueError("at least 32 random characters")
    return text.encode()


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _audiences(text: str) -> tuple[str, ...]:
    names = _names(text)
    if not names or not set(names) <= set(AUDIENCES):
        raise ValueError(f"names from {', '.join(AUDIENCES)}, separated by commas")
    return tuple(name for name in AUDIENCES if name in names)


def _small_number(text: str) -> int:
    if not text.isdecimal() or int(text) > 9:
        raise ValueError("a number from 0 to 9")
    return int(text)


def _yes_or_no(text: str) -> bool:
    if text.lower() not in {"yes", "no"}:
        raise ValueError("yes or no")
    return text.lower() == "yes"


def _hours(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 72:
        raise ValueError("a number of hours from 1 to 72")
    return int(text)


def _timezone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("a time zone such as Asia/Shanghai") from None
