"""PDF documents: what can be told of one without drawing it.

A document is kept as it is, so it is looked through for what is more than a document: programs,
other files, forms that write themselves. This finds what is written in the open and in the object
streams that every writer of PDF makes. It is no proof: a document made to deceive can hide more, so
documents only ever go out as downloads, and the reader's own program is the last guard.
"""

import re
import zlib
from collections.abc import Iterator

HEAD, END = b"%PDF-", b"%%EOF"
END_WITHIN = 4096
"""Bytes; some writers add a signature or empty lines after the end."""
MOST_UNPACKED = 64 * 1024 * 1024

ACTIVE = frozenset({b"JavaScript", b"JS", b"Launch", b"EmbeddedFile", b"RichMedia", b"XFA"})
LOCKED = b"Encrypt"
PACKED_OBJECTS = b"ObjStm"
_NAME = re.compile(rb"/([^\x00\t\n\f\r ()<>\[\]{}/%]+)")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


class NotAPdf(Exception):  # noqa: N818 - named for what happened
    """This is no PDF document, or a broken one."""


class Active(Exception):  # noqa: N818 - named for what happened
    """The document holds a program or other files."""


class Locked(Exception):  # noqa: N818 - named for what happened
    """The document is encrypted: not everybody could open it, and nobody can look through it."""


def is_pdf(content: bytes) -> bool:
    """Whether this begins as a PDF does."""
    return content.startswith(HEAD)


def check(content: bytes) -> None:
    """Raise NotAPdf, Active or Locked unless this looks like a document and nothing more."""
    if not is_pdf(content) or END not in content[-END_WITHIN:]:
        raise NotAPdf
    names: set[bytes] = set()
    for part in _written_in_the_open(content):
        names.update(_names(part))
    if LOCKED in names:
        raise Locked
    if names & ACTIVE:
        raise Active


def _written_in_the_open(content: bytes) -> Iterator[bytes]:
    """All but the streams; of those, the ones that hold objects, unpacked. Raises NotAPdf."""
    place, left = 0, MOST_UNPACKED
    while (begin := content.find(b"stream", place)) >= 0:
        plain = content[place:begin]
        yield plain
        end = content.find(b"endstream", begin)
        if end < 0:
            break
        described = set(_names(plain[max(plain.rfind(b" obj"), 0) :]))
        if PACKED_OBJECTS in described:
            unpacked = _unpacked(content[begin + len(b"stream") : end], described, left)
            left -= len(unpacked)
            yield unpacked
        place = end + len(b"endstream")
    yield content[place:]


def _unpacked(stream: bytes, described: set[bytes], most: int) -> bytes:
    # A predictor would mix other bytes in between; nobody uses one for objects.
    if b"Predictor" in described:
        raise NotAPdf
    if b"FlateDecode" not in described:
        return stream
    unpacking = zlib.decompressobj()
    try:
        unpacked = unpacking.decompress(stream.lstrip(b"\r\n"), most)
    except zlib.error as error:
        raise NotAPdf from error
    if unpacking.unconsumed_tail:
        raise NotAPdf
    return unpacked


def _names(part: bytes) -> Iterator[bytes]:
    """The names in a piece of a document: /Launch, also when it is written /#4caunch."""
    for found in _NAME.finditer(part):
        yield _ESCAPED.sub(lambda code: bytes.fromhex(code[1].decode()), found[1])
