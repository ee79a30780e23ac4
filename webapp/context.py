"""What a view may ask its process for: database, moment, configuration, keys, chance."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, cast

from flask import current_app

from surveys.database.engine import Database
from surveys.opening.keys import KeyStore
from webapp.config import Config

EXTENSION: Final = "gongping"


def system_clock() -> datetime:
    """Return the present moment, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Context:
    """What an application was built with."""

    config: Config
    database: Database
    clock: Callable[[], datetime] = system_clock
    random_bytes: Callable[[int], bytes] = secrets.token_bytes


def _context() -> Context:
    return cast("Context", current_app.extensions[EXTENSION])


def database() -> Database:
    """Return the way to PostgreSQL."""
    return _context().database


def now() -> datetime:
    """Return the moment of this request, aware."""
    return _context().clock()


def clock() -> Callable[[], datetime]:
    """Return what tells the moment, for work that goes on after the request."""
    return _context().clock


def config() -> Config:
    """Return what this process runs with."""
    return _context().config


def random_bytes(n: int) -> bytes:
    """Return `n` bytes nobody can foresee."""
    return _context().random_bytes(n)


def keys() -> KeyStore:
    """Return the keys kept in the data directory."""
    return KeyStore(config().data_dir / "keys", random_bytes=_context().random_bytes)
