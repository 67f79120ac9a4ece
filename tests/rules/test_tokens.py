"""Signed tokens and random secrets."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from citizen_diplomat.foundation.tokens import (
    Signer,
    TokenExpired,
    TokenInvalid,
    digest,
    new_secret,
    same,
)

HOUR = timedelta(hours=1)
SIGNER = Signer("a secret that only this test knows of")
NOW = datetime(2025, 12, 13, 9, tzinfo=UTC)


@pytest.mark.parametrize("value", [7, "نسرین", [1, "a"], {"account": 7}, None, True])
def test_what_was_signed_is_read(value: object) -> None:
    token = SIGNER.sign("verify", value)
    assert SIGNER.read("verify", token, HOUR) == value
    assert re.fullmatch(r"[A-Za-z0-9._-]+", token)


def test_a_token_of_one_purpose_is_none_for_another() -> None:
    with pytest.raises(TokenInvalid):
        SIGNER.read("reset", SIGNER.sign("verify", 7), HOUR)


def test_a_token_of_another_secret_is_refused() -> None:
    with pytest.raises(TokenInvalid):
        Signer(new_secret()).read("verify", SIGNER.sign("verify", 7), HOUR)


def test_a_token_lives_as_long_as_its_reader_says() -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        token = SIGNER.sign("verify", 7)
        clock.shift(HOUR)
        assert SIGNER.read("verify", token, HOUR) == 7
        clock.shift(timedelta(seconds=1))
        with pytest.raises(TokenExpired):
            SIGNER.read("verify", token, HOUR)


def test_a_token_changed_anywhere_is_refused() -> None:
    token = SIGNER.sign("verify", {"account": 7})
    # The last character of each part carries bits that base64 ignores.
    for place in (place for place in range(len(token) - 1) if token[place + 1] != "."):
        changed = "A" if token[place] != "A" else "B"
        with pytest.raises(TokenInvalid):
            SIGNER.read("verify", token[:place] + changed + token[place + 1 :], HOUR)


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        "سلام",
        "\0",
        "\ud800",
        "é.é.é",
        "A" * 10_000_000,
        ".eJw.AAAAAA.x",
    ],
    ids=lambda token: ascii(token[:12]),
)
def test_hostile_tokens_are_invalid(token: str) -> None:
    with pytest.raises(TokenInvalid):
        SIGNER.read("verify", token, HOUR)


@given(st.text(st.characters(exclude_categories=())))
def test_no_token_raises_anything_else(token: str) -> None:
    for candidate in (token, f"{SIGNER.sign('verify', 7)}{token} "):
        with pytest.raises(TokenInvalid):
            SIGNER.read("verify", candidate, HOUR)


def test_no_secret_no_signer() -> None:
    with pytest.raises(ValueError, match="empty"):
        Signer("")


def test_secrets_have_256_bits_and_differ() -> None:
    assert len({new_secret() for _ in range(100)}) == 100
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", new_secret())


def test_a_digest_is_sha256() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert len(digest("\ud800سلام")) == 64


def test_texts_of_any_kind_are_compared() -> None:
    assert same("سلام", "سلام")
    assert same("\ud800", "\ud800")
    assert not same("سلام", "salam")
    assert not same("", "a")
