"""Keys of a sample campaign, made once."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from surveys.casting.sealing import seal
from surveys.opening.keys import Key, PublicKeyring, Role, keyring_of, new_key


@dataclass(frozen=True)
class Campaign:
    """A campaign's keys, secret and public."""

    name: str
    keys: dict[Role, Key]
    ring: PublicKeyring

    def seal(self, body: bytes) -> bytes:
        return seal(
            body,
            campaign=self.name,
            keys=self.ring.sealing,
            casting_key=self.keys[Role.CASTING].signing_key(),
        )


def campaign_named(name: str, *, suite: int = 1) -> Campaign:
    random_bytes = random.Random(f"{name}/{suite}").randbytes
    keys = {
        role: new_key(role, campaign=name, random_bytes=random_bytes, suite=suite) for role in Role
    }
    return Campaign(name, keys, keyring_of(key.public_part for key in keys.values()))


@pytest.fixture(scope="session")
def campaign() -> Campaign:
    return campaign_named("7")


@pytest.fixture
def random_bytes() -> Callable[[int], bytes]:
    return random.Random(3).randbytes
