"""Pictures and PDFs as people send them, and as those send them who mean harm."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image


def photo(picture: Image.Image | None = None, **options: Any) -> bytes:
    """A JPEG; `options` are Pillow's, such as `exif`."""
    return drawing(picture or noise(), "JPEG", quality=90, **options)


def drawing(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """A picture in any format that Pillow writes."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def noise(width: int = 320, height: int = 240) -> Image.Image:
    """A picture with something on it."""
    return Image.effect_noise((width, height), 60).convert("RGB")


def gif() -> bytes:
    """A picture of a kind that is not taken."""
    return drawing(Image.new("P", (9, 9)), "GIF")


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has these sides, with data that unpacks for a while."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1_000_000))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def pdf(inside: bytes = b"<< /Type /Catalog >>", *, size: int = 0) -> bytes:
    """A small document; `size` fills it up to so many bytes."""
    head, tail = b"%PDF-1.7\n1 0 obj " + inside + b" endobj\n", b"trailer << >>\n%%EOF\n"
    filling = b"%" + b"x" * max(size - len(head) - len(tail) - 2, 0) + b"\n"
    return head + filling + tail


def packed(inside: bytes) -> bytes:
    """A document whose objects are packed, as every writer of PDF does today."""
    stream = zlib.compress(inside)
    return pdf(b"<< /Type /ObjStm /Filter /FlateDecode >> stream\r\n" + stream + b"\r\nendstream")
