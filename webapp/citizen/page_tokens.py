"""The page cookie and the form token that belongs to it, written and read as Flask does."""

from functools import lru_cache
from hmac import compare_digest
from typing import Any, ClassVar, Final

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from werkzeug.http import dump_cookie

from webapp.citizen.arrival import NotInOrder
from webapp.context import EXTENSION, Context

TOKEN: Final = "csrf_token"  # noqa: S105
TOKEN_SALT: Final = "wtf-csrf-token"  # noqa: S105
COOKIE_BYTES: Final = 20
MOST_COOKIES: Final = 4096


class KeptKeySigner(TimestampSigner):
    """Derives a key once; deriving it for every signature takes as long as the signature."""

    derived: ClassVar[dict[tuple[object, ...], bytes]] = {}

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        """Return the key."""
        made_of = (
            secret_key or self.secret_keys[-1],
            self.salt,
            self.key_derivation,
            self.digest_method,
        )
        if made_of not in self.derived:
            self.derived[made_of] = super().derive_key(secret_key)
        return self.derived[made_of]


class PageTokens:
    """The page cookies of an application and their form tokens.

    Parameters
    ----------
    app : whose session and form library made them
    """

    def __init__(self, app: Flask) -> None:
        self._config = app.config
        context: Context = app.extensions[EXTENSION]
        self._context = context
        self._lifetime = app.permanent_session_lifetime.total_seconds()
        self._tokens = URLSafeTimedSerializer(
            context.config.secret_key, salt=TOKEN_SALT, signer=KeptKeySigner
        )
        cookies: Any = SecureCookieSessionInterface().get_signing_serializer(app)
        cookies.signer = KeptKeySigner
        self._cookies = cookies
        # The same cookie and token come with the paper and with the ballot.
        self._signed_cookie = lru_cache(MOST_COOKIES)(self._read_cookie)
        self._signed_token = lru_cache(MOST_COOKIES)(self._read_token)

    def fresh(self) -> tuple[str, str]:
        """A new random value, and the header by which a browser keeps it as its page cookie."""
        value = self._context.random_bytes(COOKIE_BYTES).hex()
        header = dump_cookie(
            self._config["SESSION_COOKIE_NAME"],
            self._cookies.dumps({TOKEN: value}),
            httponly=self._config["SESSION_COOKIE_HTTPONLY"],
            secure=self._config["SESSION_COOKIE_SECURE"],
            samesite=self._config["SESSION_COOKIE_SAMESITE"],
        )
        return value, header

    def token(self, value: str) -> str:
        """The form token that belongs to a page cookie's value."""
        return str(self._tokens.dumps(value))

    def value(self, cookie: str) -> str:
        """The random value in a page cookie.

        Raises
        ------
        NotInOrder : it is none of ours, or too old
        """
        value, signed_at = self._signed_cookie(cookie)
        if self._context.clock().timestamp() - signed_at > self._lifetime:
            raise NotInOrder
        return value

    def require(self, token: str, value: str) -> None:
        """Make sure that a form token belongs to a page cookie's value.

        Raises
        ------
        NotInOrder : it does not
        """
        if not compare_digest(self._signed_token(token), value.encode()):
            raise NotInOrder

    def _read_cookie(self, cookie: str) -> tuple[str, float]:
        try:
            value, signed_at = self._cookies.loads(cookie, return_timestamp=True)
            return str(value[TOKEN]), signed_at.timestamp()
        except (BadData, KeyError):
            raise NotInOrder from None

    def _read_token(self, token: str) -> bytes:
        try:
            return str(self._tokens.loads(token)).encode()
        except BadData:
            raise NotInOrder from None
