"""The briefing pack on paper: right to left, in the right order, and hostile words stay words."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from typing import TypeAlias

import pypdfium2
import pytest
from PIL import ImageOps

from citizen_diplomat.foundation.typesetting import NotSet, typeset
from citizen_diplomat.web.assets import AssetError, Assets
from citizen_diplomat.web.briefing_paper import TEMPLATE, Paper, Row, Section, plain

HOSTILE = r'#import "x": * "]) $x^2$ \u{41} *bold* _it_ @ref <lab> `raw` // no #eval("1")'
MIXED = "نقشۀ Freiburg برای ایران"
SAID = (("به‌زودی آغاز می‌شود.", "rtl"),)
FACTS = ("۱۴۰۵-۰۰۱۷-۵", "۵ آذر ۱۴۰۵ (۲۶ نوامبر ۲۰۲۶)")
ROWS = (Row(MIXED, "fa", "پذیرفته‌شده", FACTS, SAID), Row(HOSTILE, "en", HOSTILE, (HOSTILE,)))
PERSIAN = Paper(
    language="fa",
    direction="rtl",
    office="شهرداری اصفهان",
    city="بارسلون",
    title="سفر بارسلون",
    facts=("خواهرخوانده",),
    about="",
    made="وضعیت امروز",
    note="ویژۀ دفتر",
    page="صفحۀ {page} از {pages}",
    figures=(("منتظر", "۳"),),
    sections=(
        Section("accepted", "پذیرفته", rows=ROWS),
        Section("members", "یاران", figures=(("معماری", "۷"),)),
        Section("calls", "فراخوان‌ها", empty="هیچ"),
    ),
)
ENGLISH = replace(
    PERSIAN, language="en", direction="ltr", title="Barcelona", page="Page {page} of {pages}"
)
Document: TypeAlias = pypdfium2.PdfDocument


def pdf_of(paper: Paper) -> Document:
    return pypdfium2.PdfDocument(typeset(TEMPLATE, asdict(paper), Assets().fonts))


@pytest.fixture(scope="module")
def persian() -> Iterator[Document]:
    document = pdf_of(PERSIAN)
    yield document
    document.close()


@pytest.fixture(scope="module")
def english() -> Iterator[Document]:
    document = pdf_of(ENGLISH)
    yield document
    document.close()


def text_of(document: Document) -> str:
    return str(document[0].get_textpage().get_text_bounded())


def place(document: Document, words: str) -> tuple[float, float]:
    """The left and right end of the first place where words stand on the first page, in points."""
    page = document[0].get_textpage()
    found = page.search(words).get_next()
    assert found, words
    boxes = [page.get_charbox(index) for index in range(found[0], sum(found))]
    return min(box[0] for box in boxes), max(box[2] for box in boxes)


def test_the_text_can_be_read_out_of_the_document(persian: Document, english: Document) -> None:
    text = text_of(persian)
    for words in ("سفر بارسلون", "۵ آذر ۱۴۰۵", "۱۴۰۵-۰۰۱۷-۵", "۱ از ۱"):
        assert words in text
    assert "Page 1 of 1" in text_of(english)
    assert persian.get_metadata_value("Title") == "سفر بارسلون"


def test_latin_words_keep_their_place_in_a_persian_title(persian: Document) -> None:
    before, after = place(persian, "نقش"), place(persian, "یران")
    first, last = place(persian, "Frei"), place(persian, "burg")
    assert before[0] > last[1] > last[0] >= first[1] - 0.5 > first[0] > after[1]


def test_what_looks_like_typst_stays_what_was_typed(english: Document) -> None:
    assert "".join(text_of(english).split()).count("".join(HOSTILE.split())) == 3


@pytest.mark.parametrize(("name", "begins_right"), [("persian", True), ("english", False)])
def test_the_heading_begins_at_the_side_where_one_begins_to_read(
    name: str, begins_right: bool, request: pytest.FixtureRequest
) -> None:
    picture = request.getfixturevalue(name)[0].render(scale=1).to_pil().convert("L")
    width, height = picture.size
    heading = ImageOps.invert(picture.crop((0, height * 7 // 100, width, height * 11 // 100)))
    ink = heading.point(lambda value: 255 if value > 100 else 0).getbbox()
    assert ink is not None
    margin = 57  # 2 cm in points
    from_left, from_right = ink[0], width - ink[2]
    assert (from_right if begins_right else from_left) == pytest.approx(margin, abs=4)
    assert (from_left if begins_right else from_right) > 3 * margin


def test_marks_that_turn_the_line_round_are_left_out() -> None:
    assert plain("abc\u202edef\u2066\u2069 می\u200cشود") == "abcdef می\u200cشود"


def test_what_is_missing_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"Vazirmatn-Regular\.ttf: `make static`"):
        _ = Assets(tmp_path).fonts
    wrong = tmp_path / "wrong.typ"
    wrong.write_text('#json("nothing.json")')
    with pytest.raises(NotSet, match=r"^Typst: file not found") as problem:
        typeset(wrong, {}, tmp_path)
    assert "\n" not in str(problem.value)


def work_of_setting(rows: int) -> float:
    """Seconds of a processor that a pack with so many proposals takes, whoever else is busy."""
    said = (("به‌زودی آغاز می‌شود. " * 8, "rtl"),)
    many = (Row(MIXED, "fa", "پذیرفته‌شده", FACTS, said),) * rows
    before = getrusage(RUSAGE_CHILDREN).ru_utime
    pdf_of(replace(PERSIAN, sections=(Section("accepted", "پذیرفته", rows=many),))).close()
    return getrusage(RUSAGE_CHILDREN).ru_utime - before


def test_a_pack_of_two_thousand_proposals_is_set_in_time() -> None:
    begin, few, many = (work_of_setting(rows) for rows in (1, 500, 2_000))
    assert 0 < begin < few
    assert many < 10
    # The work grows with the proposals, not with their square: four times, and room for chance.
    assert many - begin < 2 * 4 * (few - begin)
