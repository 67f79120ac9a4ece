"""What is made of a file that arrives: its kind by its content, and a name that is only a name."""

import pytest
from PIL import Image

from citizen_diplomat.foundation import pdf as pdfs
from citizen_diplomat.proposals.files import FileRefused, kept_name, read
from citizen_diplomat.proposals.rules import LARGEST_FILE
from citizen_diplomat.proposals.uploads import FileKind, FileProblem
from tests.pictures import drawing, packed, pdf, photo


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("IMG_2041.JPG", "IMG_2041.jpg"),
        ("C:\\Photos\\route.JPEG", "route.jpg"),
        ("../../../etc/passwd", "passwd.jpg"),
        ('"><script>alert(1)</script>.jpg', "script.jpg"),
        ("<img src=x onerror=alert(1)>", "img src=x onerror=alert(1).jpg"),
        ("invoice.pdf.exe", "invoice.pdf.jpg"),
        ("gpj.\u202efdp.jpg", "gpj.fdp.jpg"),
        ("line\nbreak\0.jpg", "linebreak.jpg"),
        ("نقشهٔ سایه‌ها.png", "نقشهٔ سایه‌ها.jpg"),
        ("كتاب.png", "کتاب.jpg"),
        ("A plan. The second one of three", "A plan. The second one of three.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("", "file.jpg"),
        ("..", "file.jpg"),
        ("a" * 500, "a" * 80 + ".jpg"),
        ("\udcff.jpg", "file.jpg"),
    ],
)
def test_a_name_is_only_a_name(sent: str, kept: str) -> None:
    assert kept_name(sent, "image/jpeg") == kept


def test_the_content_says_what_a_file_is() -> None:
    assert read(photo(), "plan.pdf").name == "plan.jpg"
    file = read(pdf(), "photo.jpg")
    assert (file.kind, file.name, file.type) == (FileKind.PDF, "photo.pdf", "application/pdf")
    assert file.content == pdf()
    assert file.preview is None


def test_a_picture_comes_with_a_small_one_for_pages() -> None:
    file = read(drawing(Image.linear_gradient("L").resize((3000, 1500)), "PNG"), "plan.png")
    assert (file.type, file.width, file.height) == ("image/webp", 2000, 1000)
    assert file.preview is not None
    assert len(file.preview) < len(file.content)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", FileProblem.EMPTY),
        (pdf(size=LARGEST_FILE + 1), FileProblem.TOO_LARGE),
        (b"MZ\x90\0 a program", FileProblem.WRONG_TYPE),
        (b" \n%PDF-1.7\n%%EOF", FileProblem.WRONG_TYPE),
        (b"%PDF-1.7 and no end", FileProblem.BROKEN),
        (b"\xff\xd8\xff\xe1 a photo that was cut", FileProblem.BROKEN),
        (pdf(b"<< /OpenAction << /S /JavaScript /JS (x) >> >>"), FileProblem.ACTIVE),
        (pdf(b"<< /S /#4caunch /F (cmd.exe) >>"), FileProblem.ACTIVE),
        (pdf(b"<< /Names << /EmbeddedFiles 2 0 R >> /Type /EmbeddedFile >>"), FileProblem.ACTIVE),
        (pdf(b"<< /AcroForm << /XFA 3 0 R >> >>"), FileProblem.ACTIVE),
        (packed(b"5 0 << /S /JavaScript /JS (app.alert(1)) >>"), FileProblem.ACTIVE),
        (packed(b"5 0 << /S /J#61vaScript >>"), FileProblem.ACTIVE),
        (pdf(b"<< /Encrypt 4 0 R >>"), FileProblem.LOCKED),
        (packed(b"x" * (pdfs.MOST_UNPACKED + 1)), FileProblem.BROKEN),
        (pdf(b"<< /Type /ObjStm /Filter /FlateDecode >> stream\nnot packed\nendstream"),
         FileProblem.BROKEN),
    ],
    ids=range(15),
)  # fmt: skip
def test_what_cannot_be_kept_says_why(content: bytes, problem: FileProblem) -> None:
    with pytest.raises(FileRefused) as refused:
        read(content, "file")
    assert refused.value.problem is problem


@pytest.mark.parametrize(
    "inside",
    [
        b"<< /Type /Catalog /OpenAction [3 0 R /Fit] /JSON 1 /Launcher 2 >>",
        b"<< /Length 40 >> stream\n/JavaScript /JS as drawn on a page here\nendstream",
        b"<< /A << /S /URI /URI (https://isfahan.example) >> >>",
    ],
    ids=["names that only begin so", "words on a page", "links"],
)
def test_an_ordinary_document_is_taken(inside: bytes) -> None:
    assert read(pdf(inside), "plan.pdf").kind is FileKind.PDF
    if b"stream" not in inside:
        assert read(packed(inside), "plan.pdf").kind is FileKind.PDF


def test_looking_through_a_document_takes_no_longer_than_it_is_long() -> None:
    """A thousand beginnings without an end are one pass over the document."""
    assert read(pdf(b"stream\n" * 1_000_000), "plan.pdf").kind is FileKind.PDF
    assert read(pdf(b"stream\nendstream " * 500_000), "plan.pdf").kind is FileKind.PDF
