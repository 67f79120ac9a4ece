"""What people type, cleaned, refused, folded and sorted."""

import re
import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizen_diplomat.foundation.text import (
    Problem,
    clean,
    direction,
    email_key,
    fold,
    fold_tight,
    initials,
    isolate,
    latin_digits,
    refuse,
    search_text,
    search_words,
    sort_key,
)

ANYTHING = st.text(st.characters(exclude_categories=()))
PERSIAN = st.text(st.sampled_from("آابپتكکيیىئهةۀٔ\u200c\u200d \n\t۱١1aé'’-ًَ"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  علي   كريمي ", "علی کریمی"),
        ("موسى", "موسی"),
        ("Isfahan\t\n Freiburg", "Isfahan Freiburg"),
        ("می\u200cشود", "می\u200cشود"),
        ("\u200cکتاب\u200c ها\u200c", "کتاب ها"),
        ("کتاب\u200c\u200cها", "کتاب\u200cها"),
        ("CD\u200cها", "CD\u200cها"),
        ("Nas\u200crin", "Nasrin"),
        ("e\u0301", "é"),
        ("مسئول", "مسئول"),
        ("۱۴۰۵ ه\u200d ش", "۱۴۰۵ ه\u200d ش"),
        ("\u200d\u200c", ""),
    ],
)
def test_a_line_is_kept_in_persian_letters_without_stray_spaces(typed: str, kept: str) -> None:
    assert clean(typed) == kept


def test_lines_keep_their_ends_and_indents() -> None:
    typed = "\r\nیک\r\n\r\n  دو  \rسه\u2028چهار \n"
    assert clean(typed, multiline=True) == "یک\n\n  دو  \nسه\nچهار"


@given(ANYTHING | PERSIAN, st.booleans())
def test_cleaning_twice_changes_nothing(typed: str, multiline: bool) -> None:
    once = clean(typed, multiline=multiline)
    assert clean(once, multiline=multiline) == once
    assert unicodedata.is_normalized("NFC", once)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("a\0b", Problem.CONTROL),
        ("a\x1b[31m", Problem.CONTROL),
        ("a\x85b", Problem.CONTROL),
        ("a\tb", Problem.CONTROL),
        ("Subject\nBcc: all@example.org", Problem.CONTROL),
        ("user\u202etxt.exe", Problem.BIDI),
        ("a\u2067b\u2069", Problem.BIDI),
        ("a\u200fb", Problem.BIDI),
        ("pass\u00adword", Problem.INVISIBLE),
        ("\ufeffa", Problem.INVISIBLE),
        ("a\U000e0041", Problem.INVISIBLE),
        ("a\U000e0101", Problem.INVISIBLE),
        ("\u3164", Problem.INVISIBLE),
        ("\u0378", Problem.UNASSIGNED),
        ("\ue000", Problem.UNASSIGNED),
        ("\ud800", Problem.UNASSIGNED),
        ("\uffff", Problem.UNASSIGNED),
    ],
)
def test_what_hides_something_is_refused(typed: str, problem: Problem) -> None:
    assert refuse(typed) is problem


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "می\u200cشود",
        "خانهٔ من",
        "Łódź",
        "👨\u200d👩\u200d👧 ❤\ufe0f",
        "\U0001fae8",
        "西安",
        "«گفت‌وگو»؟",
    ],
)
def test_what_people_write_is_taken(typed: str) -> None:
    assert refuse(typed) is None


def test_several_lines_may_have_tabs_and_line_ends_and_no_other_control() -> None:
    assert refuse("a\r\n\tb", multiline=True) is None
    assert refuse("a\r\n\x07", multiline=True) is Problem.CONTROL


def test_a_megabyte_is_judged_at_once() -> None:
    assert refuse("سلام\u200c" * 250_000 + "\0") is Problem.CONTROL


@given(ANYTHING)
def test_what_is_taken_can_be_sent_to_any_database(typed: str) -> None:
    if refuse(typed, multiline=True) is None:
        assert "\0" not in typed
        typed.encode()


@pytest.mark.parametrize(
    "spellings",
    [
        ("كاشي", "کاشی", "کاشى"),
        ("خانهٔ", "خانۀ", "خانه", "خانة"),
        ("آب", "اب"),
        ("عَلی", "علی", "علي", "عـلی"),
        ("۱۴۰۵", "١٤٠٥", "1405"),
        ("إصفهان", "اصفهان", "أصفهان", "ٱصفهان"),
        ("\ufefbهور", "لاهور"),
        ("سن\u200cپترزبورگ", "سن پترزبورگ"),
        ("مؤسسه", "موسسه"),
        ("جزء", "جز"),
        ("Iași", "iasi", "IASI"),
        ("İstanbul", "istanbul", "ıstanbul"),
        ("Xi'an", "Xi’an", "Xi´an", "xiʼan"),
        ("Saint‑Petersburg", "saint-petersburg"),
        ("Łódź", "lodz"),
        ("Straße", "STRASSE"),
        ("۵۰٪؟", "50%?"),
        ("ｗａｔｅｒ", "water"),
        ("wa\u200dter\u202e", "water"),
    ],
)
def test_spellings_of_one_word_fold_to_one(spellings: tuple[str, ...]) -> None:
    assert len({fold(spelling) for spelling in spellings}) == 1


def test_different_words_stay_different() -> None:
    assert len({fold(word) for word in ("کار", "گار", "پدر", "بدر", "رود", "روز")}) == 6


@pytest.mark.parametrize(
    "spellings",
    [
        ("صنایع\u200cدستی", "صنایع دستی", "صنایعدستی"),
        ("سن\u200cپترزبورگ", "سن پترزبورگ", "سنپترزبورگ"),
        ("Xi'an", "Xian", "Xi an"),
    ],
)
def test_spacing_does_not_count_in_the_tight_form(spellings: tuple[str, ...]) -> None:
    assert len({fold_tight(spelling) for spelling in spellings}) == 1


@given(ANYTHING | PERSIAN)
def test_folding_twice_changes_nothing_and_leaves_nothing_unstorable(typed: str) -> None:
    once = fold(typed)
    assert fold(once) == once
    assert "\0" not in once
    assert "\n" not in once
    once.encode()


def test_the_search_column_holds_both_forms() -> None:
    assert search_text("صنایع\u200cدستی", "Iași") == "صنایع دستی iasi\nصنایعدستیiasi"


def test_a_query_is_cut_to_eight_different_words() -> None:
    assert search_words("آب  آب اب Water") == ["اب", "water"]
    assert search_words(" ".join(map(str, range(20)))) == list("01234567")
    assert search_words("\0 \u200c ") == []
    assert sum(map(len, search_words("ا" * 100_000))) <= 200


def test_names_stand_in_the_order_of_a_persian_reader() -> None:
    names = [
        "12 شهر",
        "۲۰ شهر",
        "آبادان",
        "اراک",
        "اصفهان",
        "بارسلونا",
        "پکن",
        "تهران",
        "ثریا",
        "چابهار",
        "خرم آباد",
        "خرمشهر",
        "ژاپن",
        "سن\u200cپترزبورگ",
        "سنندج",
        "شیراز",
        "کاشان",
        "گرگان",
        "وان",
        "هرات",
        "یزد",
        "Éibar",
        "Freiburg",
        "iași",
        "Xi'an",
        "西安",
    ]
    assert sorted(set(names), key=sort_key) == names


def test_the_whole_alphabet_is_in_order() -> None:
    alphabet = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی"
    assert all(sort_key(one) < sort_key(two) for one, two in pairwise(alphabet))


def test_spelling_on_an_arabic_keyboard_and_marks_do_not_change_the_order() -> None:
    assert sort_key("«كاشي»") == sort_key("کاشی")
    assert sort_key("خانهٔ ما") == sort_key("خانه  ما")
    assert sort_key("می\u200cشود") == sort_key("میشود")


@given(ANYTHING | PERSIAN)
def test_sort_keys_are_short_ascii(typed: str) -> None:
    key = sort_key(typed)
    assert re.fullmatch("[a-z0-9]*", key)
    assert len(sort_key(typed * 200)) <= 300


def test_sort_keys_can_be_made_of_every_character() -> None:
    for code in range(0, sys.maxunicode, 7):
        assert sort_key(chr(code)).isascii()


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("نسرین کریمی", "ن\u200cک"),
        ("Anna von Berg", "AB"),
        ("hamid", "H"),
        ("(نسرین) «Karimi»", "ن\u200cK"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_initials_of_a_name(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("text", "expected"),
    [("سلام Freiburg", "rtl"), ("Freiburg سلام", "ltr"), ("12: سلام", "rtl"), ("12", "ltr")],
)
def test_the_first_strong_character_gives_the_direction(text: str, expected: str) -> None:
    assert direction(text) == expected


def test_isolated_text_cannot_pull_its_neighbours() -> None:
    assert isolate("سلام") == "\u2068سلام\u2069"


def test_digits_of_three_kinds_become_ascii() -> None:
    assert latin_digits("۱۲٣٤5 الف") == "12345 الف"


@pytest.mark.parametrize(
    ("address", "key"),
    [
        (" Nasrin@Example.ORG ", "nasrin@example.org"),
        ("ｎａｓｒｉｎ@example.org", "nasrin@example.org"),
        ("nasrin@MÜNCHEN.example", "nasrin@xn--mnchen-3ya.example"),
        ("nasrin@example.org.", "nasrin@example.org"),
        ("nasrin", "nasrin"),
        ("a\0@b", "a\ufffd@b"),
    ],
)
def test_one_mailbox_has_one_key(address: str, key: str) -> None:
    assert email_key(address) == key


@given(ANYTHING)
def test_any_address_has_a_key_that_can_be_looked_up(address: str) -> None:
    for candidate in (address, f"a@{address}", f"a@{address * 100}"):
        key = email_key(candidate)
        key.encode()
        assert "\0" not in key
