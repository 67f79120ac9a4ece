"""Files as they arrive: told apart by what they hold, and made into what is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from citizen_diplomat.foundation import images, pdf
from citizen_diplomat.foundation.text import clean, refuse
from citizen_diplomat.proposals.rules import FILE_NAME_LENGTH, LARGEST_FILE
from citizen_diplomat.proposals.uploads import FileKind, FileProblem

PDF_TYPE = "application/pdf"
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", PDF_TYPE: "pdf"}
# Of a name on a disk or in an address; the others are refused in every text.
NOT_IN_A_NAME = frozenset('<>:"/\\|?*%#&;')


class FileRefused(Exception):  # noqa: N818 - named for what happened
    """The file cannot be kept; `problem` says why."""

    def __init__(self, problem: FileProblem) -> None:
        """Take why."""
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True)
class NewFile:
    """A file that may be kept: its content as it will be kept, and what is known about it."""

    kind: FileKind
    name: str
    type: str
    content: bytes
    preview: bytes | None = None
    """A picture small enough for a page, as WebP."""
    width: int | None = None
    height: int | None = None

    @property
    def sha256(self) -> str:
        """What tells this content from every other."""
        return sha256(self.content).hexdigest()


def read(content: bytes, name: str) -> NewFile:
    """What to keep of a file that somebody sent as `name`; raises FileRefused."""
    if len(content) > LARGEST_FILE:
        raise FileRefused(FileProblem.TOO_LARGE)
    if not content:
        raise FileRefused(FileProblem.EMPTY)
    return _document(content, name) if pdf.is_pdf(content) else _picture(content, name)


def kept_name(name: str, type: str) -> str:
    """The name to show and to download by: what was typed, cleaned, with the ending of its type."""
    last = name.replace("\\", "/").rpartition("/")[2]
    allowed = "".join(filter(_may_stay, last))
    stem, dot, ending = allowed.rpartition(".")
    # A short ending is one; the rest of a sentence after its full stop is none.
    stem = clean(stem if dot and len(ending) <= 5 else allowed).strip(". ")
    return f"{stem[:FILE_NAME_LENGTH].strip('. ') or 'file'}.{ENDINGS[type]}"


def _document(content: bytes, name: str) -> NewFile:
    try:
        pdf.check(content)
    except pdf.NotAPdf as error:
        raise FileRefused(FileProblem.BROKEN) from error
    except pdf.Active as error:
        raise FileRefused(FileProblem.ACTIVE) from error
    except pdf.Locked as error:
        raise FileRefused(FileProblem.LOCKED) from error
    return NewFile(FileKind.PDF, kept_name(name, PDF_TYPE), PDF_TYPE, content)


def _picture(content: bytes, name: str) -> NewFile:
    picture = _drawn(content, images.shrink)
    preview = _drawn(picture.content, images.preview)
    return NewFile(
        FileKind.IMAGE,
        kept_name(name, picture.type),
        picture.type,
        picture.content,
        preview.content,
        picture.width,
        picture.height,
    )


def _drawn(content: bytes, draw: Callable[[bytes], images.Image]) -> images.Image:
    try:
        return draw(content)
    except images.TooLarge as error:
        raise FileRefused(FileProblem.TOO_MANY_PIXELS) from error
    except images.NotAnImage as error:
        known = images.is_image(content)
        raise FileRefused(FileProblem.BROKEN if known else FileProblem.WRONG_TYPE) from error


def _may_stay(character: str) -> bool:
    return character not in NOT_IN_A_NAME and refuse(character) is None
