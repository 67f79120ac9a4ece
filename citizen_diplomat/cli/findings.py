"""What an examination says of one part of the installation."""

from typing import NamedTuple


class Finding(NamedTuple):
    """Whether a part is well, and what was seen, in one line."""

    good: bool
    sentence: str
