"""When an account has proven itself, so that what its owner links to can be clicked.

Links are what spam is for. A throwaway account is young and has published nothing.
"""

from datetime import timedelta

PROVEN_AFTER = timedelta(days=7)
PUBLISHED_FIRST = 1
"""So many of its texts staff have let everybody read: comments and proposals alike."""


def is_proven(published: int, age: timedelta) -> bool:
    """Whether an account of this age with so many published texts is known well enough."""
    return published >= PUBLISHED_FIRST and age >= PROVEN_AFTER
