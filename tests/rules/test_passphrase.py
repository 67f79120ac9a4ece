"""Passphrases: kept, compared, judged."""

import unicodedata

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from citizen_diplomat.foundation.passphrase import (
    Hasher,
    Weakness,
    hash_passphrase,
    needs_rehash,
    verify_passphrase,
    weakness,
)

CHEAP = Hasher(time_cost=1, memory_cost=64, parallelism=1)
GOOD = "رود زاینده‌رود بهار برمی‌گردد"


def test_the_right_words_and_no_others_fit() -> None:
    hashed = hash_passphrase(GOOD, hasher=CHEAP)
    assert hashed.startswith("$argon2id$v=19$m=64,t=1,p=1$")
    assert verify_passphrase(hashed, GOOD, hasher=CHEAP)
    assert not verify_passphrase(hashed, GOOD + " ", hasher=CHEAP)
    assert not verify_passphrase(hashed, "", hasher=CHEAP)


def test_the_end_of_a_long_passphrase_counts() -> None:
    hashed = hash_passphrase("a" * 200 + "b", hasher=CHEAP)
    assert not verify_passphrase(hashed, "a" * 200 + "c", hasher=CHEAP)


def test_another_keyboard_types_the_same_passphrase() -> None:
    hashed = hash_passphrase("Ångström in Łódź", hasher=CHEAP)
    decomposed = unicodedata.normalize("NFD", "Ångström in Łódź")
    assert verify_passphrase(hashed, decomposed, hasher=CHEAP)


def test_an_unknown_account_costs_as_much_as_a_known_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is compared, not the seconds: a clock says little on a busy machine."""
    hasher = Hasher(time_cost=2, memory_cost=64, parallelism=1)
    hashed = hash_passphrase(GOOD, hasher=hasher)
    compared: list[tuple[Parameters, int]] = []
    verify = PasswordHasher.verify

    def watched(self: PasswordHasher, kept: str, given: bytes) -> bool:
        compared.append((extract_parameters(kept), len(kept)))
        return verify(self, kept, given)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    assert not verify_passphrase(hashed, "something else", hasher=hasher)
    assert not verify_passphrase(None, "something else", hasher=hasher)
    known, unknown = compared
    assert known == unknown


def test_what_is_too_long_is_never_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("hashed")

    monkeypatch.setattr(CHEAP, "argon2", refuse)
    assert not verify_passphrase(None, "a" * 1025, hasher=CHEAP)
    with pytest.raises(ValueError, match="long"):
        hash_passphrase("a" * 1025, hasher=CHEAP)


@settings(max_examples=50)
@given(st.text(st.characters(exclude_categories=())), st.text())
def test_nothing_typed_or_stored_raises(text: str, stored: str) -> None:
    assert not verify_passphrase(stored, text, hasher=CHEAP)
    assert not verify_passphrase(None, text, hasher=CHEAP)


def test_a_hash_of_another_cost_is_made_anew() -> None:
    hashed = hash_passphrase(GOOD, hasher=CHEAP)
    assert not needs_rehash(hashed, hasher=CHEAP)
    assert needs_rehash(hashed)
    assert needs_rehash("nonsense")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GOOD, None),
        ("correct horse battery staple", None),
        ("xkq7 wombat Rhein 19", None),
        ("西安古城墙上的月亮很圆很亮真的", None),
        ("a" * 14, Weakness.TOO_SHORT),
        ("", Weakness.TOO_SHORT),
        ("x7" * 129, Weakness.TOO_LONG),
        ("a" * 15, Weakness.COMMON),
        (" " * 20, Weakness.COMMON),
        ("passwordpassword", Weakness.COMMON),
        ("123456789012345", Weakness.COMMON),
        ("۱۲۳۴۵۶۷۸۹۰۱۲۳۴۵", Weakness.COMMON),
        ("qwertyuiopqwerty", Weakness.COMMON),
    ],
)
def test_strength(text: str, expected: Weakness | None) -> None:
    assert weakness(text) is expected


@pytest.mark.parametrize(
    "text",
    ["Nasrin Karimi 1990", "karimi.nasrin@example.org", "citizendiplomat1", "نسرین كريمي نسرین"],
)
def test_a_passphrase_of_known_words_is_common(text: str) -> None:
    context = ["Nasrin Karimi", "نسرین کریمی", "nasrin.karimi@example.org", "Citizen Diplomat"]
    assert weakness(text, context) is Weakness.COMMON


@pytest.mark.parametrize("length", [64, 256])
def test_long_passphrases_are_welcome(length: int) -> None:
    text = (f"{GOOD} then the bridges sing at night and nobody knows why 42 " * 9)[:length]
    assert weakness(text) is None
