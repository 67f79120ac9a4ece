"""A piece of work that a browser does before it posts, and the check that it was done.

Challenge and proof are those of altcha (protocol 2, PBKDF2 with SHA-256, deterministic): the server
picks a number of turns, and the browser tries one turn after the other until it finds it. A proof
is as good the second time as the first: who accepts it keeps its mark until it has expired.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

import altcha

ALGORITHM = "PBKDF2/SHA-256"
LONGEST_PROOF = 4096
"""Characters; a longer one is refused before anything of it is read."""


@dataclass(frozen=True)
class Effort:
    """What a challenge takes: between `fewest` and `most` turns of `cost` iterations each."""

    cost: int
    fewest: int
    most: int


@dataclass(frozen=True)
class Proof:
    """Work that was done: the mark of its challenge, and until when it is good."""

    mark: str
    expires_at: datetime


class ProofWrong(Exception):  # noqa: N818 - named for what the proof is
    """No proof at all, not of this key's challenge, or of a work that was not done."""


class ProofExpired(Exception):  # noqa: N818 - named for what the proof is
    """The time for this challenge is over."""


def challenge(key: bytes, effort: Effort, *, expires_at: datetime) -> str:
    """A new challenge as JSON, signed with a key that serves one purpose alone."""
    made = altcha.create_challenge(
        ALGORITHM,
        effort.cost,
        counter=effort.fewest + secrets.randbelow(effort.most - effort.fewest + 1),
        expires_at=expires_at,
        hmac_secret=key,
        hmac_key_secret=_key_of_the_answer(key),
    )
    return json.dumps(made.to_dict())


def check(key: bytes, proof: str) -> Proof:
    """The proof that a browser sent. Raises ProofExpired or ProofWrong, nothing else."""
    if len(proof) > LONGEST_PROOF:
        raise ProofWrong
    try:
        payload = altcha.Payload.from_base64(proof)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProofWrong from error
    result = altcha.verify_solution(payload, key, hmac_key_secret=_key_of_the_answer(key))
    if result.expired:
        raise ProofExpired
    expires_at = payload.challenge.parameters.expires_at
    if not result.verified or payload.challenge.signature is None or expires_at is None:
        raise ProofWrong
    return Proof(payload.challenge.signature, datetime.fromtimestamp(expires_at, UTC))


def _key_of_the_answer(key: bytes) -> bytes:
    """The key that signs the answer, so that checking it costs one hash and not the work."""
    return key + b".answer"
