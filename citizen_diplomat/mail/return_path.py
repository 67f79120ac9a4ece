"""Return addresses that name the letter they belong to (VERP), signed so that nobody makes one up.

A mail that comes back is sent to its envelope's sender, often without a word of which mail it was.
So each letter has its own: bounce+<number>-<signature>@domain.
"""

import hashlib
import hmac
import re
from base64 import b32encode
from collections.abc import Iterable

from citizen_diplomat.foundation.tokens import same

LONGEST_LOCAL_PART = 64
"""RFC 5321, 4.5.3.1.1."""
LONGEST_NUMBER = 13
SIGNATURE = 16
"""80 bits in base32: letters and digits of one case, for local parts arrive in either."""
LONGEST_BOUNCE_LOCAL_PART = LONGEST_LOCAL_PART - len("+-") - LONGEST_NUMBER - SIGNATURE
MOST_LOOKED_AT = 50
"""Addresses of one report: each costs a signature."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# Forwarders wrap an address into one of their own (SRS, BATV) and keep its local part whole.
_TOKEN = re.compile(
    rf"\+([0-9a-z]{{1,{LONGEST_NUMBER}}})-([a-z2-7]{{{SIGNATURE}}})(?![0-9a-z])", re.IGNORECASE
)


class ReturnPaths:
    """Makes the return address of each letter, and knows them again."""

    def __init__(self, address: str, secret: str) -> None:
        """Take an address as of BOUNCE_ADDRESS, and the secret that signs."""
        self._local, _, self._domain = address.rpartition("@")
        self._key = hmac.digest(secret.encode(), b"citizen-diplomat.return-path", "sha256")

    def of(self, letter: int) -> str:
        """The return address of the mail of a number in the outbox."""
        return f"{self._local}+{_in_base_36(letter)}-{self._signature(letter)}@{self._domain}"

    def letter_of(self, addresses: Iterable[str]) -> int | None:
        """The number of the mail that the first return address of ours among these belongs to."""
        found = [token for text in addresses for token in _TOKEN.findall(text)]
        for number, signature in found[:MOST_LOOKED_AT]:
            letter = int(number, 36)
            if letter < 2**63 and same(signature.lower(), self._signature(letter)):
                return letter
        return None

    def _signature(self, letter: int) -> str:
        signed = hmac.new(self._key, str(letter).encode(), hashlib.sha256).digest()
        return b32encode(signed)[:SIGNATURE].decode("ascii").lower()


def _in_base_36(number: int) -> str:
    digits = ""
    while number:
        number, last = divmod(number, 36)
        digits = _DIGITS[last] + digits
    return digits or "0"
