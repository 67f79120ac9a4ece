"""Pictures come out upright, smaller, and as nothing but a picture."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, ImageCms
from PIL.ExifTags import GPS, IFD, Base

from citizen_diplomat.foundation.images import NotAnImage, TooLarge, shrink, square
from tests.pictures import drawing, gif, photo, png_that_claims

RED, BLUE = (200, 30, 30), (30, 30, 200)


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


def near(pixel: Any, colour: tuple[int, ...], within: int = 25) -> bool:
    return all(abs(a - b) <= within for a, b in zip(pixel, colour, strict=False))


def test_a_photo_loses_where_it_was_taken_and_all_else_that_is_no_picture() -> None:
    exif = Image.Exif()
    exif[Base.Make] = "Telephone"
    exif[Base.Artist] = "Nasrin Bahrami"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (32.0, 39.0, 26.0)
    content = photo(exif=exif, xmp=b"<x>Nasrin Bahrami</x>", comment=b"by Nasrin")
    assert opened(content).getexif().get_ifd(IFD.GPSInfo)
    assert b"Nasrin" in content

    made = shrink(content)
    clean = opened(made.content)
    assert made.type == "image/jpeg"
    assert not clean.getexif()
    assert set(clean.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive",
                               "progression"}  # fmt: skip
    for trace in (b"Nasrin", b"Exif", b"Telephone", b"http://ns.adobe.com"):
        assert trace not in made.content


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright(orientation: int) -> None:
    """Red is on top for whoever looks at it, however the telephone was held."""
    upright = Image.new("RGB", (80, 60), BLUE)
    upright.paste(RED, (0, 0, 80, 30))
    held = {
        2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
    }  # fmt: skip
    lying = upright.transpose(held[orientation]) if orientation > 1 else upright
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    made = shrink(photo(lying, exif=exif))
    shown = opened(made.content)
    assert (made.width, made.height) == shown.size == (80, 60)
    assert near(shown.getpixel((40, 8)), RED)
    assert near(shown.getpixel((40, 52)), BLUE)


def test_a_large_picture_is_made_smaller_and_a_small_one_not_larger() -> None:
    made = shrink(photo(Image.new("RGB", (4000, 1000), RED)))
    assert (made.width, made.height) == (2000, 500)
    assert (shrink(photo(Image.new("RGB", (40, 30), RED))).width) == 40
    assert shrink(photo(Image.new("RGB", (1, 9000), RED))).height == 2000


@pytest.mark.parametrize(
    ("mode", "kind", "colour", "expected"),
    [
        ("RGB", "PNG", RED, "image/webp"),
        ("RGBA", "PNG", (*RED, 255), "image/webp"),
        ("RGBA", "PNG", (*RED, 90), "image/png"),
        ("P", "PNG", 5, "image/webp"),
        ("1", "PNG", 1, "image/webp"),
        ("L", "PNG", 80, "image/webp"),
        ("LA", "PNG", (80, 20), "image/png"),
        ("I;16", "PNG", 33_000, "image/webp"),
        ("L", "JPEG", 80, "image/jpeg"),
        ("CMYK", "JPEG", (10, 200, 200, 30), "image/jpeg"),
        ("RGB", "MPO", RED, "image/jpeg"),
        ("RGB", "WEBP", RED, "image/webp"),
        ("RGBA", "WEBP", (*RED, 90), "image/webp"),
    ],
)
def test_every_kind_of_picture_comes_out_in_one_of_three_types(
    mode: str, kind: str, colour: Any, expected: str
) -> None:
    source = Image.new(mode, (60, 40), colour)
    content = drawing(source, kind)
    made = shrink(content)
    assert made.type == expected
    assert (made.width, made.height) == (60, 40)
    before, after = opened(content).convert("RGBA"), opened(made.content).convert("RGBA")
    if mode != "I;16":  # how the test itself would have to read it
        assert near(after.getpixel((9, 9)), before.getpixel((9, 9)))  # type: ignore[arg-type]
    else:
        assert near(after.getpixel((9, 9)), (128, 128, 128))


def test_a_wide_gamut_is_turned_into_the_colours_of_every_screen() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    assert profile.tobytes()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for kept in (srgb, profile.tobytes(), b"no profile at all"):
        made = shrink(photo(Image.new("RGB", (30, 30), RED), icc_profile=kept))
        assert "icc_profile" not in opened(made.content).info
        assert near(opened(made.content).getpixel((9, 9)), RED)


def test_only_the_first_picture_of_a_film_is_kept() -> None:
    frames = [Image.new("RGB", (30, 30), colour) for colour in (RED, BLUE)]
    made = shrink(drawing(frames[0], "WEBP", save_all=True, append_images=frames[1:]))
    assert getattr(opened(made.content), "n_frames", 1) == 1
    assert near(opened(made.content).getpixel((9, 9)), RED)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<?php system($_GET['c']); ?>",
        b"<!doctype html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"%PDF-1.7\n%%EOF",
        b"\xff\xd8\xff\xe0 and no more",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 60,
        b"RIFF\x24\0\0\0WEBPVP8 ",
        photo()[:-200],
        gif(),
    ],
    ids=["nothing", "php", "html", "svg", "pdf", "jpeg head", "png head", "webp", "cut", "gif"],
)  # fmt: skip
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NotAnImage):
        shrink(content)
    with pytest.raises(NotAnImage):
        square(content, 320)


@pytest.mark.parametrize("sides", [(10_000, 5_001), (12_000, 12_000), (60_000, 60_000)])
def test_a_small_file_that_unpacks_to_something_huge_is_refused_unopened(
    sides: tuple[int, int],
) -> None:
    content = png_that_claims(*sides)
    assert len(content) < 10_000
    with pytest.raises(TooLarge):
        shrink(content)


def test_text_that_unpacks_to_something_huge_is_refused() -> None:
    whole = drawing(Image.new("RGB", (4, 4), RED), "PNG")
    text = b"note\0\0" + zlib.compress(b"a" * 100_000_000)
    chunk = b"zTXt" + text
    bomb = struct.pack(">I", len(text)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    with pytest.raises(NotAnImage):
        shrink(whole[:33] + bomb + whole[33:])


def test_what_hides_behind_a_picture_is_gone() -> None:
    hidden = b"<script>alert(document.cookie)</script><?php phpinfo(); ?>PK\x03\x04"
    for content in (photo(), drawing(Image.new("RGBA", (9, 9), (*RED, 9)), "PNG")):
        made = shrink(content + hidden)
        for trace in (b"<script", b"<?php", b"PK\x03\x04"):
            assert trace not in made.content


def test_a_portrait_is_cut_to_a_square_from_its_middle() -> None:
    wide = Image.new("RGB", (900, 300), BLUE)
    wide.paste(RED, (300, 0, 600, 300))
    made = square(photo(wide), 320)
    assert (made.width, made.height, made.type) == (320, 320, "image/jpeg")
    for place in ((10, 10), (310, 310), (160, 160)):
        assert near(opened(made.content).getpixel(place), RED)


def test_where_one_can_see_through_a_portrait_it_is_white() -> None:
    made = square(drawing(Image.new("RGBA", (50, 50), (0, 0, 0, 0)), "PNG"), 64)
    assert near(opened(made.content).getpixel((30, 30)), (255, 255, 255))
