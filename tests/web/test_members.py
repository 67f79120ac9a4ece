"""The directory: members find those who opened their profile, staff find everybody."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.directory.model import Profile, ProfileLanguage, ProfileSkill
from citizen_diplomat.directory.rules import Part, SkillDraft
from citizen_diplomat.foundation.text import search_text, sort_key
from tests.cast import LONG_AGO, Cast
from tests.profiles import NASRIN, describe

Browsers = Callable[[Account], FlaskClient]
Queries = Callable[[], AbstractContextManager[list[str]]]


def open_to_members(session: Session, account: Account, *skills: str) -> None:
    """Let other members see a profile."""
    known = frozenset(SkillDraft(slug, willing=True) for slug in skills)
    describe(
        session,
        account,
        NASRIN,
        about="Leads the workshop by the sea.",
        skills=known or NASRIN.skills,
    )


def crowd(session: Session, size: int) -> None:
    """Many members of one city who are open to members, with skills and languages."""
    for number in range(size):
        name = f"Sister {number:02}"
        account = Account(
            email=f"{number}@example.org",
            email_key=f"{number}@example.org",
            display_name=name,
            language="en",
            time_zone="Asia/Tehran",
            created_at=LONG_AGO,
            verified_at=LONG_AGO,
            role_rows=[AccountRole(role=Role.MEMBER)],
        )
        session.add(account)
        session.flush()
        session.add(
            Profile(
                account_id=account.id,
                city_slug="porto",
                **{f"{part}_seen_by": "members" for part in Part},
                member_search_text=search_text(name),
                sort_key=sort_key(name),
                languages=[ProfileLanguage(code="en")],
                skills=[ProfileSkill(skill_slug="pottery", willing=True)],
            )
        )
    session.commit()


def text_of(browser: FlaskClient, address: str) -> str:
    """A page that is there."""
    page = browser.get(address)
    assert page.status_code == 200
    return page.get_data(as_text=True)


@pytest.mark.parametrize(
    "address",
    ["/en/members", "/en/members?q=نسرین", "/en/members?city=barcelona", "/en/members?willing=1"],
)
def test_a_stranger_sees_nothing_of_a_private_profile(
    cast: Cast, browser_of: Browsers, address: str
) -> None:
    browser = browser_of(cast.stranger)
    page = text_of(browser, address)
    assert "نسرین بهرامی" not in page
    assert f"/members/{cast.nasrin.id}" not in page
    assert browser.get(f"/en/members/{cast.nasrin.id}").status_code == 404


def test_a_profile_opened_to_members_is_found_and_read(
    cast: Cast, browser_of: Browsers, session: Session
) -> None:
    open_to_members(session, cast.nasrin, "pottery")
    browser = browser_of(cast.stranger)
    for query in ("", "?q=نسرين", "?city=barcelona", "?skill=pottery", "?skill=pottery&willing=1"):
        assert f'href="/en/members/{cast.nasrin.id}"' in text_of(browser, f"/en/members{query}")
    page = text_of(browser, f"/en/members/{cast.nasrin.id}")
    assert "Leads the workshop by the sea." in page
    assert "Pottery" in page
    assert "nasrin@example.org" not in page


def test_one_sees_oneself_as_others_do(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.nasrin)
    answer = browser.get(f"/en/members/{cast.nasrin.id}")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/en/me/profile/as/member"
    assert "Members see nothing of you" in text_of(browser, answer.headers["Location"])


def test_the_directory_is_not_for_visitors(client: FlaskClient, cast: Cast) -> None:
    for address in ("/en/members", f"/en/members/{cast.nasrin.id}", "/en/staff/members"):
        answer = client.get(address)
        assert answer.status_code == 303
        assert "/login" in answer.headers["Location"]


def test_staff_find_everybody_and_no_address(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.hamid)
    page = text_of(browser, "/en/staff/members")
    assert "نسرین بهرامی" in page
    assert "Staff only" in page
    person = text_of(browser, f"/en/staff/members/{cast.nasrin.id}")
    assert "<dd>Confirmed</dd>" in person
    for secret in ("nasrin@example.org", "argon2"):
        assert secret not in page
        assert secret not in person


def test_the_desk_is_closed_to_members_and_other_duties(cast: Cast, browser_of: Browsers) -> None:
    for account in (cast.nasrin, cast.arash, cast.mina):
        browser = browser_of(account)
        assert browser.get("/en/staff/members").status_code == 403
        assert browser.get(f"/en/staff/members/{cast.kamran.id}").status_code == 403


def test_staff_filter_by_how_far_an_account_has_come(
    cast: Cast, browser_of: Browsers, session: Session
) -> None:
    session.get_one(Account, cast.kamran.id).verified_at = None
    session.commit()
    browser = browser_of(cast.hamid)
    unconfirmed = text_of(browser, "/fa/staff/members?standing=unconfirmed")
    assert "Kamran Dehghan" in unconfirmed
    assert "Sina Mobini" not in unconfirmed
    confirmed = text_of(browser, "/fa/staff/members?standing=confirmed")
    assert "Kamran Dehghan" not in confirmed


def test_values_that_are_no_filter_are_left_out(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.hamid)
    for query in ("city=atlantis", "skill=%00", "standing=x", "after=%00%ff", "email=nasrin"):
        assert "نسرین بهرامی" in text_of(browser, f"/fa/staff/members?{query}")


def test_an_unknown_person_is_a_page_that_does_not_exist(cast: Cast, browser_of: Browsers) -> None:
    assert browser_of(cast.stranger).get("/en/members/999999").status_code == 404
    assert browser_of(cast.hamid).get("/en/staff/members/999999").status_code == 404


def test_an_empty_directory_has_a_way_on(cast: Cast, browser_of: Browsers) -> None:
    page = text_of(browser_of(cast.stranger), "/fa/members")
    assert "نمایهٔ شما می‌تواند نخستین باشد." in page
    page = text_of(browser_of(cast.stranger), "/en/members?q=nobody")
    assert "Show all members" in page


def test_the_next_page_goes_on_where_this_one_ends(
    cast: Cast, browser_of: Browsers, session: Session
) -> None:
    crowd(session, 21)
    browser = browser_of(cast.stranger)
    first = text_of(browser, "/en/members?q=sister&city=porto")
    assert "Sister 19" in first
    assert "Sister 20" not in first
    address = first.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    second = text_of(browser, address.replace("&amp;", "&"))
    assert "Sister 20" in second
    assert "Sister 19" not in second


@pytest.mark.parametrize("people", [1, 3, 30])
def test_the_list_takes_three_queries_however_long(
    cast: Cast, browser_of: Browsers, session: Session, queries: Queries, people: int
) -> None:
    crowd(session, people)
    browser = browser_of(cast.stranger)
    browser.get("/en/members")
    with queries() as statements:
        browser.get("/en/members")
    assert len(statements) == 3


@pytest.mark.parametrize("people", [1, 3, 30])
def test_the_list_for_staff_takes_four_queries_however_long(
    cast: Cast, browser_of: Browsers, session: Session, queries: Queries, people: int
) -> None:
    crowd(session, people)
    session.commit()
    browser = browser_of(cast.hamid)
    browser.get("/en/staff/members")
    with queries() as statements:
        page = browser.get("/en/staff/members?city=porto").text
    assert page.count("Sister ") >= min(people, 19)
    assert len(statements) <= 4, statements
