"""Passwords: kept as Argon2id only."""

from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from surveys.errors import Invalid

MINIMUM: Final = 10
MAXIMUM: Final = 200
SALT_BYTES: Final = 16
# Crockford's letters: none can be taken for another when a password is read out.
_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_HASHER: Final = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
# Verified when nobody has the name, so that the answer takes as long.
_NOBODY: Final = (
    "$argon2id$v=19$m=65536,t=3,p=4$Z29uZ3BpbmdnPW5vYm9keQ"
    "$bm9ib2R5IGhhcyB0aGlzIHBhc3N3b3JkISEhISEhISE"
)


def fresh_password(random: bytes) -> str:
    """Return a first password of 80 bits, four groups of four letters, from 16 random bytes."""
    letters = "".join(_LETTERS[byte % len(_LETTERS)] for byte in random)
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def hash_password(password: str, *, salt: bytes) -> str:
    """Return the Argon2id hash (RFC 9106, low memory profile) with a salt of 16 bytes."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"salt: {SALT_BYTES} bytes")
    return _HASHER.hash(password, salt=salt)


def matches(password: str, password_hash: str | None) -> bool:
    """Whether the password is the hashed one; as slow when there is no hash."""
    try:
        _HASHER.verify(password_hash or _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def require_strong(password: str, *, login: str) -> None:
    """Raise Invalid("weak_password", minimum=…) for a short one or the log-in name itself."""
    long_enough = MINIMUM <= len(password) <= MAXIMUM
    if not long_enough or login in password.lower() or len(set(password)) < 4:
        raise Invalid("weak_password", minimum=MINIMUM)
