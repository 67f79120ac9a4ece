"""When so many join at once that it is unusual, and what is asked of them then."""

from datetime import timedelta
from enum import StrEnum

USUAL_PER_NETWORK = "20 per 10 minutes"
"""So many right registrations of one network are posted without anybody being asked for anything.

A family, a class or an evening at the association joins from one address, and a mobile operator
puts thousands behind one: twenty in ten minutes is the most that a room of people does. It is also
how many a script may post at once (`web/form_guard.py`), and below the 30 tries that a network has.
"""
USUAL_ON_THE_SITE = "60 per 10 minutes"
"""The same over the whole site: one every ten seconds.

On a usual day fewer join than that from morning to night. When a newspaper sends everybody at once,
they lose a second of their phone's time; a program with many networks, each within its own number,
is asked as well.
"""

COST = 4_000
FEWEST_TURNS, MOST_TURNS = 300, 600
"""1.2 to 2.4 million iterations of PBKDF2 with SHA-256: the unlucky work twice as long, no longer.

A mid-range phone takes about one to three seconds, a core of a server a third to two thirds of one;
how that was measured and reckoned: docs/decisions/0022-proof-of-work-when-many-join.md.
"""
PROOF_GOOD_FOR = timedelta(hours=2)
"""From the page to its proof: filling the form in may be interrupted by a meal."""

WAIT = timedelta(seconds=30)
"""What somebody without JavaScript waits, about as long as typing the passphrase again takes."""
WAIT_GOOD_FOR = timedelta(hours=2)

KEPT_AFTER_EXPIRY = timedelta(hours=1)
"""The clocks of two machines may differ."""


class Paper(StrEnum):
    """How good a proof or a wait is that came with a form."""

    MISSING = "missing"
    GOOD = "good"
    EARLY = "early"
    EXPIRED = "expired"
    USED = "used"
    WRONG = "wrong"


def wait_after(waited: timedelta) -> Paper:
    """How good a wait is after this time, of one that was not used."""
    if waited < WAIT:
        return Paper.EARLY
    return Paper.GOOD if waited <= WAIT_GOOD_FOR else Paper.EXPIRED


def decisive(proof: Paper, wait: Paper) -> Paper:
    """What decides when many join at once: either is enough; else what is wrong with the first."""
    if Paper.GOOD in {proof, wait}:
        return Paper.GOOD
    return wait if proof is Paper.MISSING else proof
