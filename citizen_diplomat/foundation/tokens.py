"""Signed tokens for links in mails, and random secrets for sessions.

A signed token says something and proves who said it; it is not secret and does not know whether it
was used before. Put into its value what makes it die with its cause (an e-mail address, the
beginning of a passphrase hash), and compare that when it comes back.
"""

import hashlib
import hmac
import re
import secrets
from datetime import timedelta
from typing import Any

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

LONGEST_TOKEN = 4096
"""Characters; a longer one is refused before its signature is computed."""

# Base64 decoding skips what is not of its alphabet, so that "token:" would pass for "token".
_ALPHABET = re.compile("[A-Za-z0-9._-]+")


class TokenInvalid(Exception):  # noqa: N818 - named for what the token is
    """The token was not made by us for this purpose."""


class TokenExpired(Exception):  # noqa: N818 - named for what the token is
    """The token was made by us for this purpose, but too long ago."""


class Signer:
    """Signs small values for one purpose each (HMAC with SHA-256, salted by the purpose)."""

    def __init__(self, secret: str) -> None:
        """Sign with a secret of at least 256 bits, see `new_secret`; ValueError when empty."""
        if not secret:
            raise ValueError("an empty secret signs nothing")
        self._secret = secret

    def sign(self, purpose: str, value: Any) -> str:
        """A URL-safe token for a JSON value, good for reading with this same purpose only."""
        token = self._serializer(purpose).dumps(value)
        return token if isinstance(token, str) else token.decode("ascii")

    def read(self, purpose: str, token: str, max_age: timedelta) -> Any:
        """The value signed in `token`. Raises TokenExpired or TokenInvalid, nothing else."""
        if len(token) > LONGEST_TOKEN or not _ALPHABET.fullmatch(token):
            raise TokenInvalid
        try:
            return self._serializer(purpose).loads(token, max_age=int(max_age.total_seconds()))
        except SignatureExpired as error:
            raise TokenExpired from error
        except (BadData, ValueError, OverflowError, OSError, RecursionError) as error:
            raise TokenInvalid from error

    def key(self, purpose: str) -> bytes:
        """256 bits for a library that signs by itself, of no use for any other purpose."""
        return hmac.digest(
            _bytes(self._secret), f"citizen-diplomat.key.{purpose}".encode(), "sha256"
        )

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._secret,
            salt=f"citizen-diplomat.{purpose}",
            signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
        )


def new_secret() -> str:
    """A random secret of 256 bits in 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """SHA-256 of a random secret, in 64 hexadecimal digits: what a table keeps instead of it.

    Only for secrets of `new_secret`: what people choose goes through `foundation.passphrase`.
    """
    return hashlib.sha256(_bytes(secret)).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two texts are equal, in a time that does not tell where they differ."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
