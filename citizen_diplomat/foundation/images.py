"""Pictures that people send: opened within limits, and written anew as nothing but a picture.

What comes out was drawn by us, pixel by pixel: no EXIF with the place where a photo was taken, no
thumbnail of what was cut away, no other file hidden behind the picture, no second frame.
"""

import struct
import zlib
from dataclasses import dataclass
from io import BytesIO
from threading import Lock
from typing import Literal

from PIL import Image as Pillow
from PIL import ImageCms, ImageOps

LONGEST_SIDE = 2000
PREVIEW_SIDE = 720
"""Half a column of a page, on a screen with two dots where there was one."""
LARGEST_PIXELS = 50_000_000
"""More than a telephone's camera takes; a few kilobytes can claim to be far more."""
READ = ("JPEG", "PNG", "WEBP")
JPEG_QUALITY, WEBP_QUALITY = 82, 85

Format = Literal["JPEG", "PNG", "WEBP"]
TYPES: dict[Format, str] = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
# A decoder that is fed with what a stranger made may stumble over anything.
BROKEN = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, EOFError,
    AttributeError, struct.error, zlib.error,
)  # fmt: skip
# A picture takes up to 200 MB while it is open: one at a time, however many people send some.
_one_at_a_time = Lock()


class NotAnImage(Exception):  # noqa: N818 - named for what happened
    """This is no JPEG, PNG or WebP picture, or a broken one."""


class TooLarge(Exception):  # noqa: N818 - named for what happened
    """The picture has more pixels than we open."""


@dataclass(frozen=True)
class Image:
    """A picture as we wrote it: its bytes, its sides in pixels, and its media type."""

    content: bytes
    width: int
    height: int
    type: str


def shrink(content: bytes, longest: int = LONGEST_SIDE) -> Image:
    """The picture anew, upright, with sides of at most `longest` pixels.

    A photo stays JPEG and a drawing that one can see through stays PNG; all else becomes WebP.
    Raises NotAnImage, TooLarge.
    """
    with _one_at_a_time:
        source = _open(content)
        try:
            kind, coloured = source.format, _in_colour(source)
            # Reads a large JPEG at a fraction of its size; the sides are swapped later, if at all.
            coloured.thumbnail((longest, longest), Pillow.Resampling.LANCZOS)
            drawn = _plain(coloured)
            return _written(drawn, _format(kind, drawn))
        except BROKEN as error:
            raise NotAnImage from error


def preview(content: bytes) -> Image:
    """The picture as a page shows it, as WebP with sides of at most PREVIEW_SIDE pixels, upright.

    Raises NotAnImage, TooLarge.
    """
    with _one_at_a_time:
        source = _open(content)
        try:
            small = _in_colour(source)
            small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), Pillow.Resampling.LANCZOS)
            return _written(_plain(small), "WEBP")
        except BROKEN as error:
            raise NotAnImage from error


def is_image(content: bytes) -> bool:
    """Whether this begins as one of the pictures that are read, broken or not."""
    riff = content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    return riff or content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def square(content: bytes, side: int) -> Image:
    """The middle of the picture anew as a JPEG of `side` times `side` pixels, upright.

    Where one can see through it is white. Raises NotAnImage, TooLarge.
    """
    with _one_at_a_time:
        source = _open(content)
        try:
            source.draft("RGB", (side * 2, side * 2))
            drawn = _on_white(_plain(_in_colour(source)))
            return _written(ImageOps.fit(drawn, (side, side), Pillow.Resampling.LANCZOS), "JPEG")
        except BROKEN as error:
            raise NotAnImage from error


def _open(content: bytes) -> Pillow.Image:
    """The picture with nothing but its head read: how large it says it is."""
    try:
        source = Pillow.open(BytesIO(content), formats=READ)
    except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
        raise TooLarge from error
    except BROKEN as error:
        raise NotAnImage from error
    if source.width * source.height > LARGEST_PIXELS:
        raise TooLarge
    return source


def _in_colour(source: Pillow.Image) -> Pillow.Image:
    """The picture in a form that can be made smaller well: a palette or 16 bits of grey cannot."""
    if source.mode.startswith("I"):
        # Sixteen bits a dot: the upper eight are what a screen shows.
        return source.convert("I").point(lambda dot: dot / 256).convert("L")
    if source.mode in {"1", "P", "PA", "LA"}:
        return source.convert("RGBA" if source.has_transparency_data else "RGB")
    return source


def _plain(source: Pillow.Image) -> Pillow.Image:
    """The pixels, upright and in the colours of every screen, and nothing else of the file."""
    upright = ImageOps.exif_transpose(source)
    profile = source.info.get("icc_profile")
    if profile and upright.mode in {"RGB", "RGBA", "CMYK"}:
        upright = _in_srgb(upright, profile)
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    drawn = upright.convert(mode)
    # A clean sheet: `convert` takes the notes of the file along.
    sheet = Pillow.new(mode, drawn.size)
    sheet.paste(drawn)
    return sheet if _is_seen_through(sheet) else sheet.convert("RGB")


def _in_srgb(picture: Pillow.Image, profile: bytes) -> Pillow.Image:
    """The same colours without a profile; a profile that cannot be read is left aside."""
    try:
        converted = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if picture.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, *BROKEN):
        return picture
    return converted or picture


def _is_seen_through(picture: Pillow.Image) -> bool:
    if picture.mode != "RGBA":
        return False
    return picture.getchannel("A").getextrema() != (255, 255)


def _on_white(picture: Pillow.Image) -> Pillow.Image:
    if picture.mode != "RGBA":
        return picture
    sheet = Pillow.new("RGB", picture.size, "white")
    sheet.paste(picture, mask=picture.getchannel("A"))
    return sheet


def _format(kind: str | None, drawn: Pillow.Image) -> Format:
    if kind == "PNG":
        return "PNG" if drawn.mode == "RGBA" else "WEBP"
    # A telephone's JPEG may hold a second picture, and is then called MPO.
    return "WEBP" if kind == "WEBP" else "JPEG"


def _written(drawn: Pillow.Image, kind: Format) -> Image:
    out = BytesIO()
    if kind == "JPEG":
        drawn.save(out, kind, quality=JPEG_QUALITY, optimize=True, progressive=True)
    elif kind == "WEBP":
        drawn.save(out, kind, quality=WEBP_QUALITY, method=4)
    else:
        drawn.save(out, kind, optimize=True)
    return Image(out.getvalue(), drawn.width, drawn.height, TYPES[kind])
