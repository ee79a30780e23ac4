"""Key files: JSON, mode 0400, the secret under a passphrase where a person keeps it."""

import base64
import json
import os
import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from surveys.errors import Conflict, Invalid, NotFound
from surveys.opening.key_kinds import Key, PublicPart, public_part, secret_bytes

FORMAT = "gongping-key-1"
_SALT_BYTES = 16
_NONCE_BYTES = 12
_LONGEST_FILE = 65_536


@dataclass(frozen=True, slots=True)
class PassphraseCost:
    """What one guess at a passphrase costs (Argon2id, RFC 9106).

    Parameters
    ----------
    iterations, lanes : as in RFC 9106
    memory_kib : at most 1 GiB, so that no hostile file eats the machine
    """

    iterations: int = 4
    lanes: int = 4
    memory_kib: int = 256 * 1024

    @property
    def bearable(self) -> bool:
        """Whether a file may ask for it."""
        return (
            1 <= self.iterations <= 32
            and 1 <= self.lanes <= 16
            and 8 * self.lanes <= self.memory_kib <= 1024 * 1024
        )


USUAL_COST = PassphraseCost()


def key_text(
    key: Key,
    *,
    random_bytes: Callable[[int], bytes],
    passphrase: str | None = None,
    cost: PassphraseCost = USUAL_COST,
) -> str:
    """Write a key as the text of a key file; without a passphrase the secret lies open."""
    facts: dict[str, object] = {"format": FORMAT, **key.public_part.as_json(), "protection": None}
    secret = key.secret
    if passphrase is not None:
        salt, nonce = random_bytes(_SALT_BYTES), random_bytes(_NONCE_BYTES)
        facts["protection"] = {
            "kdf": "argon2id",
            "cipher": "aes-256-gcm",
            "salt": base64.b64encode(salt).decode(),
            "nonce": base64.b64encode(nonce).decode(),
            **asdict(cost),
        }
        wrapping = _wrapping_key(passphrase, salt=salt, cost=cost)
        secret = AESGCM(wrapping).encrypt(nonce, secret, _bound(facts))
    facts["secret"] = base64.b64encode(secret).decode()
    return json.dumps(facts, indent=2) + "\n"


def key_from_text(text: str, *, passphrase: str | None = None) -> Key:
    """Read the text of a key file.

    Raises
    ------
    Invalid
        ``key_file_damaged``, ``passphrase_needed`` (role), ``wrong_passphrase`` (role)
    """
    facts = _facts(text)
    part = _part(facts)
    secret = _secret(facts, part, passphrase)
    if len(secret) != secret_bytes(part.role, part.suite or 1):
        raise Invalid("key_file_damaged")
    key = Key(part.role, part.campaign, part.suite, secret)
    if key.public_part != part:
        raise Invalid("key_file_damaged")
    return key


def _facts(text: str) -> dict[str, object]:
    try:
        facts = json.loads(text) if len(text) <= _LONGEST_FILE else None
    except ValueError:
        facts = None
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise Invalid("key_file_damaged")
    return facts


def _part(facts: Mapping[str, object]) -> PublicPart:
    try:
        return public_part(facts)
    except Invalid:
        raise Invalid("key_file_damaged") from None


def _secret(facts: Mapping[str, object], part: PublicPart, passphrase: str | None) -> bytes:
    secret = _decoded(facts.get("secret"))
    match facts.get("protection"):
        case None:
            return secret
        case {
            "kdf": "argon2id",
            "cipher": "aes-256-gcm",
            "salt": salt,
            "nonce": nonce,
            "iterations": int(iterations),
            "lanes": int(lanes),
            "memory_kib": int(memory_kib),
        }:
            cost = PassphraseCost(iterations, lanes, memory_kib)
        case _:
            raise Invalid("key_file_damaged")
    if passphrase is None:
        raise Invalid("passphrase_needed", role=part.role.value)
    if not cost.bearable or len(_decoded(nonce)) != _NONCE_BYTES:
        raise Invalid("key_file_damaged")
    wrapping = _wrapping_key(passphrase, salt=_decoded(salt), cost=cost)
    try:
        return AESGCM(wrapping).decrypt(_decoded(nonce), secret, _bound(facts))
    except InvalidTag:
        raise Invalid("wrong_passphrase", role=part.role.value) from None


def _decoded(text: object) -> bytes:
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else b""
    except ValueError:
        raise Invalid("key_file_damaged") from None


def _bound(facts: Mapping[str, object]) -> bytes:
    # Role, campaign and cost are sealed with the secret: a relabelled file does not open.
    known = {name: fact for name, fact in facts.items() if name != "secret"}
    return json.dumps(known, sort_keys=True, separators=(",", ":")).encode()


def _wrapping_key(passphrase: str, *, salt: bytes, cost: PassphraseCost) -> bytes:
    # Input methods write the same words in full or half width; both are the same passphrase.
    same = unicodedata.normalize("NFKC", passphrase).encode()
    if len(salt) < 8:
        raise Invalid("key_file_damaged")
    return Argon2id(
        salt=salt,
        length=32,
        iterations=cost.iterations,
        lanes=cost.lanes,
        memory_cost=cost.memory_kib,
    ).derive(same)


def write_key_file(path: Path, text: str) -> None:
    """Put a key file in place: whole or not at all, readable by its owner only.

    Raises
    ------
    Conflict : ``key_file_exists`` (path): a key is never written over
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), 0o400)
            os.fsync(file.fileno())
        # A link, not a rename: it fails where the name is taken.
        os.link(name, path)
    except FileExistsError:
        raise Conflict("key_file_exists", path=str(path)) from None
    finally:
        Path(name).unlink()
    _sync_directory(path.parent)


def read_key_file(path: Path, *, passphrase: str | None = None, expected: str | None = None) -> Key:
    """Read a key file.

    Parameters
    ----------
    path : the file
    passphrase : None for a file that needs none
    expected : fingerprint the key must have

    Raises
    ------
    NotFound : ``key_file`` (path)
    Invalid : as `key_from_text`; ``wrong_key`` (expected, got)
    """
    text = file_text(path)
    # The public part answers first: a wrong file is named before a passphrase is asked for.
    got = _part(_facts(text)).fingerprint
    if expected is not None and got != expected:
        raise Invalid("wrong_key", expected=expected, got=got)
    return key_from_text(text, passphrase=passphrase)


def public_part_of_file(path: Path) -> PublicPart:
    """Say whose key a file holds, without its passphrase; errors of `read_key_file`."""
    return _part(_facts(file_text(path)))


def file_text(path: Path) -> str:
    """A key file's text; NotFound ``key_file`` (path), Invalid ``key_file_damaged``."""
    try:
        return path.read_text("utf-8")
    except FileNotFoundError:
        raise NotFound("key_file", path=str(path)) from None
    except UnicodeDecodeError:
        raise Invalid("key_file_damaged") from None


def destroy_key_file(path: Path, *, random_bytes: Callable[[int], bytes]) -> None:
    """Write over the file, then remove it.

    A flash disk or a copying file system may keep the old blocks: keep keys that must vanish
    on an encrypted or a memory file system, and burn the paper copies.

    Raises
    ------
    NotFound : ``key_file`` (path)
    """
    try:
        path.chmod(0o600)
    except FileNotFoundError:
        raise NotFound("key_file", path=str(path)) from None
    with path.open("r+b") as file:
        size = os.fstat(file.fileno()).st_size
        for content in (random_bytes(size), bytes(size)):
            file.seek(0)
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    path.unlink()
    _sync_directory(path.parent)


def _sync_directory(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
