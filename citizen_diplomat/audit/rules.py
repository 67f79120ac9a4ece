"""For which reasons the contact data of a member may be opened, and how."""

from enum import StrEnum

LEAST_WORDS = 10
MOST_WORDS = 500
"""How many characters the sentence beside a reason has."""


class AccessReason(StrEnum):
    """Why somebody of the staff needs the contact data of a member."""

    QUESTION = "question"
    PROPOSAL = "proposal"
    INVITATION = "invitation"
    ACCOUNT = "account"
    MISUSE = "misuse"
    OVERVIEW = "overview"
    """A list for the work of the office."""


class Opened(StrEnum):
    """In which way contact data was opened."""

    PAGE = "page"
    """Shown once on a page."""
    FILE = "file"
    """Written into a file with those of others."""
