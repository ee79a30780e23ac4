"""A run of the demo and what it has made so far."""

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from surveys.opening.keys import KeyStore
from webapp.commands.demo.report import (
    Login,
)
from webapp.commands.installation import Installation


class Told(Protocol):
    """Who hears how far the run has come."""

    def start(self, stage: str, total: int) -> None:
        """Begin a stage of `total` steps."""

    def step(self, n: int = 1) -> None:
        """Count steps."""

    def share(self, share: float) -> None:
        """Set the share done, 0..1."""


@dataclass
class Demo:
    """One run, and what it has made so far."""

    installation: Installation
    seed: int
    ballots: int | None
    clock: Callable[[], datetime]
    people: dict[str, int] = field(default_factory=dict)
    logins: list[Login] = field(default_factory=list)
    files: list[str] = field(default_factory=list)

    @property
    def store(self) -> KeyStore:
        """The keys of the installation."""
        return KeyStore(self.installation.config.data_dir / "keys", random_bytes=os.urandom)

    @property
    def papers(self) -> Path:
        """Where sheets and workbooks are written."""
        return self.installation.config.data_dir / "demo"

    def transaction(self) -> AbstractContextManager[Session]:
        """One unit of work."""
        return self.installation.database.transaction()

    def write(self, name: str, content: bytes) -> None:
        """Keep a file and name it in the report."""
        path = self.papers / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.files.append(str(path))
