"""The keys of campaigns, kept in a directory of the server.

`key_kinds` says what keys there are, `key_files` how one is written, `paper` how it is printed.
"""

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from surveys.casting.suites import X25519
from surveys.errors import Invalid, NotFound
from surveys.opening.key_files import (
    USUAL_COST,
    PassphraseCost,
    destroy_key_file,
    key_text,
    read_key_file,
    write_key_file,
)
from surveys.opening.key_kinds import (
    OFFICERS,
    Key,
    PublicKeyring,
    PublicPart,
    Role,
    keyring_of,
    new_key,
    public_keyring,
    public_part,
)

__all__ = [
    "OFFICERS",
    "SERVER_ROLES",
    "Key",
    "KeyStore",
    "PublicKeyring",
    "PublicPart",
    "Role",
    "keyring_of",
    "new_key",
    "public_keyring",
    "public_part",
]

SERVER_ROLES = (Role.CASTING, Role.RECEIPTS, Role.TAGS)
_CAMPAIGN = re.compile(r"[A-Za-z0-9_-]{1,64}")


class KeyStore:
    """Key files of many campaigns: ``DIRECTORY/CAMPAIGN/ROLE.key``.

    Parameters
    ----------
    directory : outside the database and its backups; made with mode 0700 when first needed
    random_bytes : a cryptographic source; another one is for tests
    """

    def __init__(
        self, directory: Path, *, random_bytes: Callable[[int], bytes] = os.urandom
    ) -> None:
        self._directory = directory
        self._random_bytes = random_bytes

    def path(self, role: Role, campaign: str | int) -> Path:
        """Where a key lies or would lie; Invalid ``bad_campaign_name`` (campaign)."""
        if not _CAMPAIGN.fullmatch(str(campaign)):
            raise Invalid("bad_campaign_name", campaign=str(campaign))
        return self._directory / str(campaign) / f"{role}.key"

    def create(
        self,
        campaign: str | int,
        *,
        roles: Iterable[Role] = tuple(Role),
        suite: int = X25519.number,
    ) -> PublicKeyring:
        """Make and keep new keys; Conflict ``key_file_exists`` (path) if one is there.

        Parameters
        ----------
        campaign : its id
        roles : all five, or `SERVER_ROLES` where officers bring their own
        suite : of the officers' keys
        """
        keys = [
            new_key(role, campaign=campaign, random_bytes=self._random_bytes, suite=suite)
            for role in roles
        ]
        for key in keys:
            self.save(key)
        return keyring_of(key.public_part for key in keys)

    def save(
        self, key: Key, *, passphrase: str | None = None, cost: PassphraseCost = USUAL_COST
    ) -> Path:
        """Keep a key; Conflict ``key_file_exists`` (path)."""
        path = self.path(key.role, key.campaign)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = key_text(key, random_bytes=self._random_bytes, passphrase=passphrase, cost=cost)
        write_key_file(path, text)
        return path

    def load(
        self,
        role: Role,
        campaign: str | int,
        *,
        passphrase: str | None = None,
        expected: str | None = None,
    ) -> Key:
        """Fetch a key; errors of `read_key_file`, and Invalid ``wrong_role`` (role).

        Parameters
        ----------
        role, campaign : which
        passphrase : None for a file that needs none
        expected : fingerprint it must have
        """
        key = read_key_file(self.path(role, campaign), passphrase=passphrase, expected=expected)
        if (key.role, key.campaign) != (role, str(campaign)):
            raise Invalid("wrong_role", role=key.role.value)
        return key

    def roles(self, campaign: str | int) -> list[Role]:
        """Whose keys are here."""
        return [role for role in Role if self.path(role, campaign).exists()]

    def destroy(self, campaign: str | int) -> list[Role]:
        """Destroy all keys of a campaign, and say which; NotFound ``key_file`` if none."""
        roles = self.roles(campaign)
        if not roles:
            raise NotFound("key_file", path=str(self._directory / str(campaign)))
        for role in roles:
            destroy_key_file(self.path(role, campaign), random_bytes=self._random_bytes)
        return roles
