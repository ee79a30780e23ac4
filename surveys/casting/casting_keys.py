"""The three keys the server needs while ballots come in: stamp, receipts, tags."""

from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from surveys.errors import Conflict
from surveys.opening.keys import SERVER_ROLES, KeyStore, Role


@dataclass(frozen=True, slots=True)
class CastingKeys:
    """One campaign's keys on the server.

    Parameters
    ----------
    stamp : signs ballots, so that nobody can add one later
    receipts : signs receipts
    tags : 32 bytes under which network and device tags are made
    """

    stamp: Ed25519PrivateKey = field(repr=False)
    receipts: Ed25519PrivateKey = field(repr=False)
    tags: bytes = field(repr=False)


def casting_keys(store: KeyStore, campaign_id: int) -> CastingKeys:
    """Read the keys from the store; its errors."""
    return CastingKeys(
        stamp=store.load(Role.CASTING, campaign_id).signing_key(),
        receipts=store.load(Role.RECEIPTS, campaign_id).signing_key(),
        tags=store.load(Role.TAGS, campaign_id).secret,
    )


class CastingKeyring:
    """Keys in memory for as long as their files exist."""

    def __init__(self, store: KeyStore) -> None:
        self._store = store
        self._kept: dict[int, CastingKeys] = {}
        self._files: dict[int, tuple[Path, ...]] = {}
        self._lock = Lock()

    def of(self, campaign_id: int) -> CastingKeys:
        """Give the keys of a campaign.

        Raises
        ------
        Conflict : ``campaign_closed``, once one of its keys is destroyed
        """
        files = self._files.get(campaign_id)
        if files is None:
            files = tuple(self._store.path(role, campaign_id) for role in SERVER_ROLES)
            self._files[campaign_id] = files
        if not all(file.exists() for file in files):
            # Destroyed keys must not live on in the memory of a worker.
            self._kept.pop(campaign_id, None)
            raise Conflict("campaign_closed")
        with self._lock:
            if campaign_id not in self._kept:
                self._kept[campaign_id] = casting_keys(self._store, campaign_id)
            return self._kept[campaign_id]
