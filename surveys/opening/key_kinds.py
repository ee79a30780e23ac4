"""The five keys of a campaign: two officers', casting stamp, receipts and tags."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from surveys.casting.context import context
from surveys.casting.sealing import PublicKeys
from surveys.casting.suites import SUITES, X25519, OpeningKey, suite_numbered
from surveys.errors import Invalid, NotFound

SECRET_BYTES = 32
SIGNING_BYTES = 32
_LONGEST_PART = 8192


class Role(StrEnum):
    """What a key is for."""

    OFFICER_A = "officer_a"
    OFFICER_B = "officer_b"
    CASTING = "casting"
    RECEIPTS = "receipts"
    TAGS = "tags"


OFFICERS = (Role.OFFICER_A, Role.OFFICER_B)


@dataclass(frozen=True, slots=True)
class PublicPart:
    """What everybody may know of a key.

    Parameters
    ----------
    role, campaign : whose it is
    suite : the sealing suite of an officer's key, 0 for the others
    public : raw public key; for tags the hash of the secret, which has no public key
    signing : of an officer's key the raw Ed25519 key that checks the officer's signatures, else
        empty
    """

    role: Role
    campaign: str
    suite: int
    public: bytes
    signing: bytes = b""

    @property
    def fingerprint(self) -> str:
        """Six groups of five digits, to be read out and compared: the same in any language."""
        digest = hashlib.sha256(
            context(f"fingerprint-{self.role}", self.campaign)
            + bytes([self.suite])
            + self.public
            + self.signing
        ).digest()
        digits = f"{int.from_bytes(digest) % 10**30:030}"
        return " ".join(digits[start : start + 5] for start in range(0, 30, 5))

    def as_json(self) -> dict[str, str | int]:
        """Make a plain mapping that `public_part` reads."""
        return {
            "role": self.role.value,
            "campaign": self.campaign,
            "suite": self.suite,
            "public": base64.b64encode(self.public).decode(),
            **({"signing": base64.b64encode(self.signing).decode()} if self.signing else {}),
            "fingerprint": self.fingerprint,
        }

    def verifying_key(self) -> Ed25519PublicKey:
        """Give the key that checks what this key signed.

        Raises
        ------
        Invalid : ``wrong_role`` (role), where it signs nothing
        """
        raw = self.signing if self.role in OFFICERS else self.public
        if self.role is Role.TAGS or len(raw) != SIGNING_BYTES:
            raise Invalid("wrong_role", role=self.role.value)
        return Ed25519PublicKey.from_public_bytes(raw)


@dataclass(frozen=True, slots=True)
class Key:
    """A secret key; its printed form does not show the secret.

    Parameters
    ----------
    role, campaign, suite : as in `PublicPart`
    secret : 32 bytes, 96 for an officer's key of suite 2
    """

    role: Role
    campaign: str
    suite: int
    secret: bytes = field(repr=False)

    @property
    def public_part(self) -> PublicPart:
        """What everybody may know of it."""
        signing = b""
        if self.role in OFFICERS:
            public = suite_numbered(self.suite).public_bytes(self.secret)
            signing = self.signing_key().public_key().public_bytes_raw()
        elif self.role is Role.TAGS:
            public = hashlib.sha256(context("tags", self.campaign) + self.secret).digest()
        else:
            public = self.signing_key().public_key().public_bytes_raw()
        return PublicPart(self.role, self.campaign, self.suite, public, signing)

    @property
    def fingerprint(self) -> str:
        """Of the public part."""
        return self.public_part.fingerprint

    def opening_key(self) -> OpeningKey:
        """Give an officer's key to open a layer with.

        Raises
        ------
        Invalid : ``wrong_role`` (role)
        """
        if self.role not in OFFICERS:
            raise Invalid("wrong_role", role=self.role.value)
        return suite_numbered(self.suite).opening_key(self.secret)

    def signing_key(self) -> Ed25519PrivateKey:
        """Give the key to sign with: stamps, receipts, or as an officer the close.

        An officer's is derived from the secret that opens, so that one paper copy holds both; what
        is learnt of the one tells nothing of the other (HKDF, RFC 5869).

        Raises
        ------
        Invalid : ``wrong_role`` (role)
        """
        if self.role is Role.TAGS:
            raise Invalid("wrong_role", role=self.role.value)
        secret = self.secret
        if self.role in OFFICERS:
            info = context(f"sign-{self.role}", self.campaign)
            secret = HKDF(SHA256(), SIGNING_BYTES, salt=None, info=info).derive(self.secret)
        return Ed25519PrivateKey.from_private_bytes(secret)


def secret_bytes(role: Role, suite: int) -> int:
    """Length of a key's secret; Invalid ``unknown_suite``."""
    return suite_numbered(suite).secret_bytes if role in OFFICERS else SECRET_BYTES


def new_key(
    role: Role,
    *,
    campaign: str | int,
    random_bytes: Callable[[int], bytes],
    suite: int = X25519.number,
) -> Key:
    """Make a key.

    Parameters
    ----------
    role, campaign : whose it is
    random_bytes : a cryptographic source, such as ``os.urandom``
    suite : for officers; the other roles take none

    Raises
    ------
    Invalid : ``unknown_suite`` (suite)
    """
    kind = suite if role in OFFICERS else 0
    return Key(role, str(campaign), kind, random_bytes(secret_bytes(role, suite)))


def public_part(facts: Mapping[str, object]) -> PublicPart:
    """Read what `PublicPart.as_json` wrote, and hold it against its own fingerprint.

    Raises
    ------
    Invalid : ``public_key_unreadable``
    """
    match facts:
        case {
            "role": str(role),
            "campaign": str(campaign),
            "suite": int(suite),
            "public": str(public),
            "fingerprint": str(fingerprint),
            **more,
        } if 0 <= suite <= max(SUITES):
            try:
                part = PublicPart(
                    Role(role),
                    campaign,
                    suite,
                    base64.b64decode(public, validate=True),
                    base64.b64decode(str(more.get("signing", "")), validate=True),
                )
            except ValueError:
                raise Invalid("public_key_unreadable") from None
            if part.fingerprint == fingerprint:
                return part
    raise Invalid("public_key_unreadable")


def public_part_from_text(text: str) -> PublicPart:
    """Read the file that an officer hands in; Invalid ``public_key_unreadable``."""
    try:
        facts = json.loads(text) if len(text) <= _LONGEST_PART else None
    except ValueError:
        facts = None
    return public_part(facts if isinstance(facts, dict) else {})


@dataclass(frozen=True, slots=True)
class PublicKeyring:
    """The public parts of one campaign, frozen with it and published.

    Parameters
    ----------
    parts : one for each role of the campaign
    """

    parts: Mapping[Role, PublicPart]

    def part(self, role: Role) -> PublicPart:
        """One of them; NotFound ``public_key`` (role)."""
        if role not in self.parts:
            raise NotFound("public_key", role=role.value)
        return self.parts[role]

    @property
    def sealing(self) -> PublicKeys:
        """The officers, as `surveys.casting.sealing.seal` wants them."""
        a, b = (self.part(role) for role in OFFICERS)
        if a.suite != b.suite:
            raise Invalid("suites_differ", officer_a=a.suite, officer_b=b.suite)
        return PublicKeys(a.public, b.public, a.suite)

    def verifying_key(self, role: Role) -> Ed25519PublicKey:
        """Key that checks stamps (casting), receipts, or an officer's signatures."""
        return self.part(role).verifying_key()

    def as_json(self) -> list[dict[str, str | int]]:
        """Make a plain list that `public_keyring` reads, in the order of the roles."""
        return [self.parts[role].as_json() for role in Role if role in self.parts]


def public_keyring(facts: Iterable[Mapping[str, object]]) -> PublicKeyring:
    """Read what `PublicKeyring.as_json` wrote; errors of `public_part`."""
    return keyring_of(public_part(fact) for fact in facts)


def keyring_of(parts: Iterable[PublicPart]) -> PublicKeyring:
    """Put public parts together.

    Raises
    ------
    Invalid : ``campaigns_differ`` (campaigns), ``role_twice`` (role)
    """
    ring: dict[Role, PublicPart] = {}
    for part in parts:
        if part.role in ring:
            raise Invalid("role_twice", role=part.role.value)
        ring[part.role] = part
    campaigns = {part.campaign for part in ring.values()}
    if len(campaigns) > 1:
        raise Invalid("campaigns_differ", campaigns=sorted(campaigns))
    return PublicKeyring(ring)
