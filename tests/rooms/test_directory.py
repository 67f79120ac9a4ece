"""Who is found by whom, and what a profile leaves behind when it changes."""

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.cities.model import City
from citizen_diplomat.directory.actions import (
    StaleProfileError,
    member_arrived,
    member_left,
    open_profile,
    save_profile,
)
from citizen_diplomat.directory.ladder import ShownProfile
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.queries import Wanted, listed, of_account, skills_in_city, visible
from citizen_diplomat.directory.rules import (
    Audience,
    Availability,
    Ladder,
    ProfileDraft,
    Reader,
    SkillDraft,
    SkillLevel,
    Standing,
)
from citizen_diplomat.foundation.paging import Cursor, Page
from tests.cast import LONG_AGO, Cast
from tests.profiles import NASRIN, NOON, describe


def profile_of(session: Session, account: Account) -> Profile:
    """The complete profile of one of the cast."""
    profile = of_account(session, account.id)
    assert profile is not None
    return profile


def newcomer(session: Session, name: str, *, confirmed: bool = True) -> Account:
    """An account without a profile."""
    address = f"{abs(hash(name))}@example.org"
    account = Account(
        email=address,
        email_key=address,
        display_name=name,
        language="fa",
        time_zone="Asia/Tehran",
        created_at=LONG_AGO,
        verified_at=LONG_AGO if confirmed else None,
        role_rows=[AccountRole(role=Role.MEMBER)],
    )
    session.add(account)
    return account


def member(session: Session, name: str, **said: Any) -> Profile:
    """Somebody with a profile in Porto, open to members unless `said` otherwise."""
    profile = open_profile(session, newcomer(session, name), city_slug="porto")
    draft = ProfileDraft(
        **{
            "display_name": name,
            "latin_name": "",
            "about": "",
            "city_slug": "porto",
            "other_city": "",
            "other_country": "",
            "languages": frozenset(),
            "skills": frozenset(),
            "ladder": Ladder.all_of(Audience.MEMBERS),
            **said,
            "version": 1,
        }
    )
    # The database gives a new row its version.
    session.flush()
    save_profile(session, profile, draft, by=profile.account, at=NOON)
    return profile


def names(profiles: object) -> list[str]:
    """The display names of a page."""
    return [profile.name for profile in profiles]  # type: ignore[attr-defined]


def members_for_member(session: Session, wanted: Wanted, **place: Any) -> Page[ShownProfile]:
    """Whom a member finds."""
    session.flush()
    return listed(session, wanted, Reader.MEMBER, **place)


def members_for_staff(session: Session, wanted: Wanted, **place: Any) -> Page[ShownProfile]:
    """Whom staff find."""
    session.flush()
    return listed(session, wanted, Reader.STAFF, **place)


def count_of(session: Session, slug: str) -> int:
    """The members of a city, read afresh."""
    session.flush()
    session.expire_all()
    return session.get_one(City, slug).member_count


def test_a_new_profile_is_seen_by_staff_alone(cast: Cast, session: Session) -> None:
    open_profile(session, newcomer(session, "زهره"), city_slug="dakar")
    assert names(members_for_member(session, Wanted(text="زهره"))) == []
    assert names(members_for_staff(session, Wanted(text="زهره"))) == ["زهره"]


def test_a_profile_elsewhere_keeps_the_name_of_the_city(session: Session) -> None:
    account = newcomer(session, "Zohreh")
    profile = open_profile(
        session, account, city_slug=None, other_city="Toronto", other_country="CA"
    )
    assert (profile.city_slug, profile.other_city, profile.other_country) == (None, "Toronto", "CA")
    assert names(members_for_staff(session, Wanted(text="toronto"))) == ["Zohreh"]


def test_a_city_counts_members_whose_address_is_confirmed(session: Session) -> None:
    account = newcomer(session, "زهره", confirmed=False)
    open_profile(session, account, city_slug="dakar")
    assert count_of(session, "dakar") == 0
    account.verified_at = NOON
    member_arrived(session, account)
    assert count_of(session, "dakar") == 1
    member_left(session, account)
    assert count_of(session, "dakar") == 0
    open_profile(session, newcomer(session, "سارا"), city_slug="dakar")
    assert count_of(session, "dakar") == 1


def test_a_draft_of_an_older_version_changes_nothing(cast: Cast, session: Session) -> None:
    profile = profile_of(session, cast.nasrin)
    save_profile(session, profile, NASRIN, by=profile.account, at=NOON)
    session.commit()
    with pytest.raises(StaleProfileError):
        save_profile(session, profile, NASRIN, by=profile.account, at=NOON)
    assert not session.dirty
    assert profile.version == 2


def test_what_was_saved_is_what_was_typed(cast: Cast, session: Session) -> None:
    profile = profile_of(session, cast.nasrin)
    save_profile(session, profile, NASRIN, by=profile.account, at=NOON)
    session.commit()
    session.expunge_all()
    assert profile_of(session, cast.nasrin).as_draft() == ProfileDraft(
        **{**vars(NASRIN), "version": 2}
    )


@pytest.mark.parametrize(
    "text", ["نسرين", "bahrami", "سفال وسراميک", "pottery", "Barcelona", "بارسلون", "كارگاه"]
)
def test_a_member_is_found_by_names_skills_and_city_in_any_spelling(
    cast: Cast, session: Session, text: str
) -> None:
    profile = profile_of(session, cast.nasrin)
    save_profile(session, profile, NASRIN, by=profile.account, at=NOON)
    assert names(members_for_member(session, Wanted(text=text))) == ["نسرین بهرامی"]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(text="نسرین"),
        Wanted(text="@example.org"),
        Wanted(city="barcelona"),
        Wanted(skill="pottery"),
        Wanted(willing=True),
        Wanted(level=SkillLevel.SOME),
        Wanted(language="fa"),
        Wanted(availability=Availability.FEW_HOURS),
        Wanted(standing=Standing.CONFIRMED),
    ],
)
def test_no_filter_finds_a_private_profile(cast: Cast, session: Session, wanted: Wanted) -> None:
    describe(session, cast.nasrin, NASRIN, ladder=Ladder())
    assert names(members_for_member(session, wanted)) == []
    assert visible(session, cast.nasrin.id, Reader.MEMBER) is None
    assert visible(session, cast.nasrin.id, Reader.STAFF) is not None


def test_nobody_is_found_by_their_address(cast: Cast, session: Session) -> None:
    assert names(members_for_staff(session, Wanted(text="nasrin@example.org"))) == []
    assert names(members_for_staff(session, Wanted(text="example"))) == []


def test_closed_and_unconfirmed_accounts_are_for_staff(session: Session) -> None:
    member(session, "سارا")
    closed, unconfirmed = member(session, "آرزو"), member(session, "زهره")
    unconfirmed.account.verified_at = None
    closed.account.closed_at = NOON
    assert names(members_for_member(session, Wanted())) == ["سارا"]
    assert visible(session, closed.account_id, Reader.MEMBER) is None
    assert visible(session, unconfirmed.account_id, Reader.STRANGER) is None
    assert names(members_for_staff(session, Wanted())) == ["آرزو", "زهره", "سارا"]
    for standing, name in zip(Standing, ["زهره", "سارا", "آرزو"], strict=True):
        assert names(members_for_staff(session, Wanted(standing=standing))) == [name]


def test_one_skill_answers_both_questions(session: Session) -> None:
    some, professional = SkillLevel.SOME, SkillLevel.PROFESSIONAL
    knows = {SkillDraft("pottery", professional), SkillDraft("architecture", some, True)}
    member(session, "سارا", skills=frozenset(knows))
    member(session, "مینا", skills=frozenset({SkillDraft("pottery", some, True)}))
    assert names(members_for_member(session, Wanted(skill="pottery"))) == ["سارا", "مینا"]
    assert names(members_for_member(session, Wanted(skill="pottery", willing=True))) == ["مینا"]
    assert names(members_for_member(session, Wanted(willing=True))) == ["سارا", "مینا"]
    good_at_it = Wanted(skill="pottery", level=SkillLevel.GOOD)
    assert names(members_for_member(session, good_at_it)) == ["سارا"]
    assert names(members_for_member(session, Wanted(level=professional, willing=True))) == []


def test_enough_time_is_that_much_or_more(session: Session) -> None:
    for name, time in zip(["آرش", "سارا", "مینا"], list(Availability)[1:], strict=True):
        member(session, name, availability=time)
    assert names(members_for_member(session, Wanted(availability=Availability.DAY))) == [
        "سارا",
        "مینا",
    ]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("مریم نوروزی", "Norouzi"),
        ("مریم نوروزی", "nowruzi maryam"),
        ("Shirin Taghizadeh", "تقی‌زاده"),
        ("شیرین تقی‌زاده", "Taghi-zadeh"),
        ("خسرو دهقان", "Khosrow Dehghan"),
        ("خسرو دهقان", "khosro deqan"[:6]),
        ("Zhaleh Hosseini", "ژاله حسینی"),
        ("محمد چمران", "Mohammad Chamran"),
    ],
)
def test_a_name_is_found_in_the_other_script(session: Session, name: str, typed: str) -> None:
    member(session, name)
    member(session, "Adam Smith")
    assert names(members_for_member(session, Wanted(text=typed))) == [name]


def test_a_name_that_is_hidden_is_not_found_by_its_sound(session: Session) -> None:
    hidden = Ladder(name=Audience.MEMBERS, latin_name=Audience.STAFF)
    member(session, "Jasmin", latin_name="Yasmin Norouzi", ladder=hidden)
    assert names(members_for_member(session, Wanted(text="نوروزی"))) == []
    assert names(members_for_staff(session, Wanted(text="نوروزی"))) == ["Jasmin"]


def test_a_city_names_skills_of_five_members_or_more(session: Session) -> None:
    skilled = {"skills": frozenset({SkillDraft("pottery")}), "ladder": Ladder()}
    for number in range(4):
        member(session, f"سارا {number}", **skilled)
    own = Ladder(skills=Audience.ONLY_ME)
    member(session, "رویا", **{**skilled, "ladder": own})
    session.flush()
    assert skills_in_city(session, "porto") == []
    member(session, "مینا", **skilled)
    session.flush()
    assert skills_in_city(session, "porto") == ["pottery"]
    assert skills_in_city(session, "dakar") == []


def test_people_stand_in_persian_alphabetical_order(session: Session) -> None:
    for name in ["یاسمن", "Zoe", "گلناز", "کامران", "پیمان", "آرش", "ژاله", "Adam", "ابراهیم"]:
        member(session, name)
    expected = ["آرش", "ابراهیم", "پیمان", "ژاله", "کامران", "گلناز", "یاسمن", "Adam", "Zoe"]
    assert names(members_for_member(session, Wanted())) == expected


def test_pages_hold_everybody_once_even_namesakes(session: Session) -> None:
    for _ in range(7):
        member(session, f"علی {'‌' * _}".strip())
    seen: list[int] = []
    after: Cursor[str] | None = None
    for _ in range(4):
        found = members_for_member(session, Wanted(), after=after, limit=2)
        seen += [profile.account_id for profile in found]
        after = Cursor.decode(found.next, str)
    assert len(seen) == len(set(seen)) == 7
    assert after is None


@pytest.mark.parametrize("people", [1, 3, 30])
def test_a_list_takes_two_queries_however_long(session: Session, people: int) -> None:
    for number in range(people):
        member(session, f"سارا {number}", skills=frozenset({SkillDraft("pottery")}))
    session.commit()
    session.expunge_all()
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("PRAGMA", "BEGIN")):
            statements.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    try:
        found = members_for_member(session, Wanted(text="سارا"), limit=50)
        assert len(found) == people
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert len(statements) == 2
