"""Who may do what, how long a sign-in lasts, what a link says."""

from datetime import timedelta

import pytest

from citizen_diplomat.accounts.rules import (
    LINK_LIFETIME,
    Duty,
    LinkPurpose,
    Role,
    holds_link,
    is_staff,
    link_claim,
    may,
    must_choose_passphrase,
    session_lifetime,
)

HELD = {
    Role.MEMBER: set(),
    Role.MODERATOR: {Duty.ENTER, Duty.REVIEW, Duty.DIRECTORY},
    Role.COORDINATOR: {Duty.ENTER, Duty.REVIEW, Duty.DIRECTORY, Duty.EDIT_QUESTIONS},
    Role.AUDITOR: {Duty.ENTER, Duty.READ_LOG},
    Role.ADMIN: {Duty.ENTER, Duty.READ_LOG, Duty.EDIT_QUESTIONS},
}


@pytest.mark.parametrize("role", Role)
def test_each_role_holds_its_duties_and_no_other(role: Role) -> None:
    held = {duty for duty in Duty if may({role}, duty)}
    assert held >= HELD[role]
    assert is_staff({role}) == (role is not Role.MEMBER)
    if role is Role.MEMBER:
        assert held == set()
    if role in {Role.AUDITOR, Role.ADMIN}:
        assert Duty.REVIEW not in held


@pytest.mark.parametrize("remember", [False, True])
def test_staff_are_signed_out_the_same_day_whatever_else_they_are(remember: bool) -> None:
    lifetime = session_lifetime({Role.MEMBER, Role.ADMIN}, remember=remember)
    assert lifetime == timedelta(hours=12)


def test_links_live_as_long_as_promised() -> None:
    days = {purpose: life / timedelta(days=1) for purpose, life in LINK_LIFETIME.items()}
    assert days[LinkPurpose.VERIFY] == 3
    assert days[LinkPurpose.INVITATION] == 7
    assert LINK_LIFETIME[LinkPurpose.RESET] == timedelta(hours=1)


def test_a_link_names_nobody_and_fits_one_state_of_one_account() -> None:
    claim = link_claim(4, "nasrin@example.org", 1)
    assert "nasrin" not in str(claim)
    assert claim == link_claim(4, "nasrin@example.org", 1)
    others = [(5, "nasrin@example.org", 1), (4, "n@example.org", 1), (4, "nasrin@example.org", 2)]
    assert claim not in [link_claim(*other) for other in others]


def test_only_a_passphrase_of_a_confirmed_owner_is_kept() -> None:
    assert must_choose_passphrase(None, is_verified=True)
    assert must_choose_passphrase("$argon2id$", is_verified=False)
    assert not must_choose_passphrase("$argon2id$", is_verified=True)


@pytest.mark.parametrize(
    "name", ["HTTPS://x.example", "see www.x.example", "me@x.example", "a//b", "ｗww.x"]
)
def test_a_name_that_advertises_is_seen(name: str) -> None:
    assert holds_link(name) == (name != "ｗww.x")


@pytest.mark.parametrize("name", ["نسرین ک.", "Mary-Jane O’Neil", "J. R. Smith", "محمد/علی"])
def test_a_real_name_passes(name: str) -> None:
    assert not holds_link(name)
