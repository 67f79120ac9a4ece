"""How an entry of the log is hashed, and what of it an export holds.

Every hash is SHA-256 in 64 lower-case hexadecimal digits. What is hashed as JSON is written in one
way alone: no spaces, keys sorted, no escapes for letters, UTF-8. An entry is two halves:

* who: `[salt, account]`, and what: `[salt, time, action, subject, detail]`, each hashed as JSON.
  Both salts are random, so that nobody can find by trying what stands behind a hash;
* its digest is the hash of the two hashes, one after the other as text;
* its seal is the hash of the seal before it and of its digest, one after the other as text. The
  first entry stands on 64 zeros.

So an entry can be shown without its who, and the entries after it by their digests alone, and the
seals can still be worked out: that is what the proof of a receipt is made of. Entries written
before there were salts are of one piece: the hash of `[seal before, time, account, action, subject,
detail]`. `deploy/verify_log.py` works all of it out without any of our code.
"""

import json
from datetime import UTC
from hashlib import sha256
from typing import Any

from citizen_diplomat.audit.model import AuditEntry

FIRST_SEAL = "0" * 64
SALT = 32
"""Hexadecimal digits (128 bits) of the salt of each half; an entry keeps both in one column."""


def written(value: Any) -> str:
    """A value as the JSON that is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hashed(text: str) -> str:
    """The SHA-256 of a text."""
    return sha256(text.encode()).hexdigest()


def seal(entry: AuditEntry) -> str:
    """The seal that an entry must have, standing on the seal before it."""
    if entry.salt is None:
        return hashed(written(_in_one_piece(entry)))
    return hashed(entry.previous_seal + digest(entry))


def digest(entry: AuditEntry) -> str:
    """What an entry says, as one hash; ValueError for one of the time before there were salts."""
    return hashed(who_hash(entry) + hashed(written(what(entry))))


def who_hash(entry: AuditEntry) -> str:
    """Who did it, hidden behind a hash."""
    return hashed(written(_who(entry)))


def what(entry: AuditEntry) -> list[Any]:
    """The half of an entry that says what was done, as it is hashed."""
    return [_salts(entry)[1], _at(entry), entry.action, entry.subject, entry.detail]


def exported(entry: AuditEntry) -> dict[str, Any]:
    """An entry as an export holds it: what is hashed, its number and its seal."""
    if entry.salt is None:
        hashed_parts: dict[str, Any] = {"all": _in_one_piece(entry)}
    else:
        hashed_parts = {
            "previous": entry.previous_seal,
            "who": _who(entry),
            "what": what(entry),
        }
    return {"entry": entry.id, **hashed_parts, "seal": entry.seal}


def _who(entry: AuditEntry) -> list[Any]:
    return [_salts(entry)[0], entry.actor_id]


def _in_one_piece(entry: AuditEntry) -> list[Any]:
    return [
        entry.previous_seal,
        _at(entry),
        entry.actor_id,
        entry.action,
        entry.subject,
        entry.detail,
    ]


def _salts(entry: AuditEntry) -> tuple[str, str]:
    if entry.salt is None:
        raise ValueError(f"entry {entry.id} is of the time before there were salts")
    return entry.salt[:SALT], entry.salt[SALT:]


def _at(entry: AuditEntry) -> str:
    return entry.at.astimezone(UTC).isoformat(timespec="microseconds")
