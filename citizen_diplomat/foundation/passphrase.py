"""Passphrases: how they are kept, compared and judged (NIST SP 800-63B-4, RFC 9106).

Any Unicode text of 15 to 256 characters may be one; nothing is cut off, no kind of character is
demanded. The same words typed on another keyboard are the same passphrase: NFKC before hashing.
"""

import secrets
import unicodedata
from base64 import b64encode
from collections.abc import Sequence
from enum import StrEnum

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error
from zxcvbn import zxcvbn

from citizen_diplomat.foundation.text import fold_tight, latin_digits

SHORTEST = 15
LONGEST = 256
LONGEST_TRIED = 1024
"""Characters; a longer attempt is refused before it is hashed, so that it costs us nothing."""

_HASH_BYTES = 32
_SALT_BYTES = 16
# zxcvbn takes at most 72 characters: its cost grows much faster than its input.
_JUDGED = 72
_LOWEST_SCORE = 2
_FEWEST_DIFFERENT = 5
_FEWEST_OWN = 6


class Weakness(StrEnum):
    """Why a passphrase cannot be chosen."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"


def _random_base64(length: int) -> str:
    return b64encode(secrets.token_bytes(length)).rstrip(b"=").decode("ascii")


class Hasher:
    """The cost of a hash; without arguments the second choice of RFC 9106 (64 MiB, 3 passes)."""

    def __init__(
        self, *, time_cost: int = 3, memory_cost: int = 65536, parallelism: int = 4
    ) -> None:
        """Passes over the memory, memory in KiB, lanes."""
        self.argon2 = PasswordHasher(
            time_cost=time_cost,
            memory_cost=memory_cost,
            parallelism=parallelism,
            hash_len=_HASH_BYTES,
            salt_len=_SALT_BYTES,
            type=Type.ID,
        )
        # A well-formed hash of random bytes: no passphrase fits it, and trying costs the same.
        self.nobody = (
            f"$argon2id$v=19$m={memory_cost},t={time_cost},p={parallelism}"
            f"${_random_base64(_SALT_BYTES)}${_random_base64(_HASH_BYTES)}"
        )


STANDARD = Hasher()


def hash_passphrase(text: str, *, hasher: Hasher = STANDARD) -> str:
    """The argon2id hash to keep, parameters and salt in it; ValueError above 1024 characters."""
    if len(text) > LONGEST_TRIED:
        raise ValueError("too long to be hashed")
    return hasher.argon2.hash(_prepared(text))


def verify_passphrase(hashed: str | None, text: str, *, hasher: Hasher = STANDARD) -> bool:
    """Whether `text` is the passphrase that was hashed; never raises.

    For an account that does not exist pass None: the answer is no, after as long a time.
    """
    if len(text) > LONGEST_TRIED:
        return False
    try:
        return hasher.argon2.verify(hashed or hasher.nobody, _prepared(text)) and bool(hashed)
    except (Argon2Error, ValueError):
        return False


def needs_rehash(hashed: str, *, hasher: Hasher = STANDARD) -> bool:
    """Whether a hash was made at another cost than today's; ask after a successful sign-in."""
    try:
        return hasher.argon2.check_needs_rehash(hashed)
    except ValueError:
        return True


def weakness(text: str, context: Sequence[str] = ()) -> Weakness | None:
    """Why `text` should not be chosen, or None.

    `context` holds what an attacker tries first: the person's name and address, the site's name.
    A passphrase is common when little is left of it without those words, when it is made of fewer
    than five different characters, or when zxcvbn expects it within a million guesses.
    """
    text = unicodedata.normalize("NFKC", text)
    if len(text) < SHORTEST:
        return Weakness.TOO_SHORT
    if len(text) > LONGEST:
        return Weakness.TOO_LONG
    if len(set(text)) < _FEWEST_DIFFERENT or _made_of(text, context) or _guessable(text, context):
        return Weakness.COMMON
    return None


def _prepared(text: str) -> bytes:
    return unicodedata.normalize("NFKC", text).encode("utf-8", "surrogatepass")


def _made_of(text: str, context: Sequence[str]) -> bool:
    rest = fold_tight(text)
    parts = {fold_tight(part) for words in context for part in _parts(words)}
    for part in sorted(parts, key=len, reverse=True):
        if len(part) > 2:
            rest = rest.replace(part, "")
    return len(rest) < _FEWEST_OWN


def _parts(words: str) -> list[str]:
    return [words, *words.replace("@", " ").replace(".", " ").split()]


def _guessable(text: str, context: Sequence[str]) -> bool:
    judged = latin_digits(text)[:_JUDGED]
    verdict = zxcvbn(judged, user_inputs=[part for words in context for part in _parts(words)])
    return int(verdict["score"]) < _LOWEST_SCORE
