"""Persian and English are equals: every visible text stands in both catalogues."""

import re
from collections.abc import Collection
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.support import Translations

from translations import catalogues


@pytest.fixture(scope="module")
def template() -> Catalog:
    return catalogues.extract()


@pytest.fixture
def fa_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    """A Persian catalogue that a test may spoil; write it with `catalogues.write`."""
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    return Catalog(locale="fa")


def of(*texts: str | tuple[str, str]) -> Catalog:
    catalogue = Catalog()
    for text in texts:
        catalogue.add(text)
    return catalogue


def complaints(catalogue: Catalog, template: Catalog) -> str:
    catalogues.write(catalogues.path_of("fa"), catalogue)
    return "\n".join(catalogues.complaints_about("fa", template))


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_text_is_translated(language: str, template: Catalog) -> None:
    assert len(catalogues.texts(template)) > 0
    assert list(catalogues.complaints_about(language, template)) == []


@pytest.mark.parametrize(
    ("named", "in_persian"),
    [
        (r"\bdigests?\b", "خبرنامه"),
        (r"\bnewsletters?\b", "نامه(ٔ|‌های) خبری"),
        (r"\bprivate feeds?\b", "خوراک(‌های)? خصوصی"),
    ],
)
def test_one_thing_has_one_name_in_persian_too(named: str, in_persian: str) -> None:
    """Digest and newsletter are near to each other in Persian: who mixes them misleads."""
    otherwise = [
        text
        for message in catalogues.read("fa")
        for text in _forms(message.id)
        if re.search(named, text, re.IGNORECASE)
        and not re.search(in_persian, " ".join(_forms(message.string)))
    ]
    assert otherwise == []


def _forms(text: str | Collection[str] | None) -> Collection[str]:
    return (text,) if isinstance(text, str) else text or ()


def test_a_forgotten_text_is_noticed(fa_is: Catalog) -> None:
    assert "'Sign in' is not in the catalogue" in complaints(fa_is, of("Sign in"))


def test_an_empty_translation_is_noticed(fa_is: Catalog) -> None:
    fa_is.add(("%(num)s city", "%(num)s cities"), ["%(num)s شهر", ""][-fa_is.num_plurals :])
    template = of(("%(num)s city", "%(num)s cities"))
    assert "'%(num)s city' has no translation" in complaints(fa_is, template)


def test_a_doubtful_translation_is_noticed(fa_is: Catalog) -> None:
    fa_is.add("Sign in", "ورود", flags=["fuzzy"])
    assert "marked fuzzy" in complaints(fa_is, of("Sign in"))


def test_a_lost_or_invented_placeholder_is_noticed(fa_is: Catalog) -> None:
    fa_is.add("Sent to %(email)s", "به %(address)s فرستاده شد")
    said = complaints(fa_is, of("Sent to %(email)s"))
    assert "names address" in said
    assert "lost email" in said


def test_an_arabic_letter_is_noticed(fa_is: Catalog) -> None:
    fa_is.add("Book", "كتاب")
    assert "Arabic letter ك" in complaints(fa_is, of("Book"))


def test_a_text_that_nobody_uses_is_noticed(fa_is: Catalog) -> None:
    fa_is.add("Sign in", "ورود")
    assert "used nowhere" in complaints(fa_is, of())


def test_an_update_keeps_translations_and_compiles(fa_is: Catalog) -> None:
    fa_is.add("Sign in", "ورود")
    catalogues.write(catalogues.path_of("fa"), fa_is)
    catalogues.update("fa", of("Sign in", "Join"))
    catalogues.compile_catalogue(catalogues.path_of("fa"))
    kept = Translations.load(str(catalogues.FOLDER), ["fa"])
    assert kept.gettext("Sign in") == "ورود"
    assert "Join" in {message.id for message in catalogues.read("fa")}
