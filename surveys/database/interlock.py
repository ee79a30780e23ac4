"""The start-up interlock: no campaign opens on a server that could lose or leak ballots."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from surveys.errors import Refused

# The first three keep what was acknowledged, the checksums show what the disk spoiled;
# the rest keep times, statements, values and keys out of the server's files.
ALLOWED: Final = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "synchronous_commit": ("on", "remote_write", "remote_apply"),
    "data_checksums": ("on",),
    "track_commit_timestamp": ("off",),
    "log_statement": ("none",),
    "log_parameter_max_length": ("0",),
    "log_parameter_max_length_on_error": ("0",),
    "log_error_verbosity": ("terse",),
}

_IN_FORCE = text("SELECT name, setting AS value FROM pg_settings WHERE name = ANY(:names)")

# ALTER ROLE and ALTER DATABASE lie in wait for other sessions than this one.
_IN_WAIT = text("""
    SELECT split_part(entry, '=', 1) AS name, substr(entry, strpos(entry, '=') + 1) AS value
    FROM pg_db_role_setting, unnest(setconfig) AS entry
    WHERE split_part(entry, '=', 1) = ANY(:names)
    ORDER BY entry
""")


@dataclass(frozen=True)
class UnsafeSetting:
    """A setting of the server, its value (empty: the server does not know it), what may stand."""

    name: str
    value: str
    allowed: tuple[str, ...]


def unsafe_settings(connection: Connection) -> tuple[UnsafeSetting, ...]:
    """The server's settings that stand in the way, in this session and set for roles."""
    names = {"names": list(ALLOWED)}
    in_force = {row.name: row.value for row in connection.execute(_IN_FORCE, names)}
    in_wait = [(row.name, row.value) for row in connection.execute(_IN_WAIT, names)]
    found = [(name, in_force.get(name, "")) for name in ALLOWED]
    return tuple(
        UnsafeSetting(name, value, ALLOWED[name])
        for name, value in dict.fromkeys(found + in_wait)
        if value not in ALLOWED[name]
    )


def require_safe(connection: Connection) -> None:
    """Raise Refused("unsafe_database_settings", settings=…) unless the server is safe."""
    if settings := unsafe_settings(connection):
        raise Refused("unsafe_database_settings", settings=settings)
