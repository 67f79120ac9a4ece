"""What can be attached to a proposal, and why a file is refused: pure."""

from enum import StrEnum


class FileKind(StrEnum):
    """What an attachment is."""

    IMAGE = "image"
    PDF = "pdf"


class FileProblem(StrEnum):
    """Why a file cannot be attached."""

    WRONG_TYPE = "wrong_type"
    BROKEN = "broken"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY = "too_many"
    ACTIVE = "active"
    LOCKED = "locked"
