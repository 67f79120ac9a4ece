"""Who sees what of a profile: the whole table, every cell asked for over HTTP.

Nasrin shows one part of herself to one audience and keeps the rest to herself; then everybody looks
for it on every page that shows people. What is not theirs to see is nowhere: not on her page, not
in a list, not by a search, not by a filter.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.directory.photos import SIDE, keep_photo
from citizen_diplomat.directory.rules import (
    Audience,
    Availability,
    Ladder,
    LanguageDraft,
    LanguageLevel,
    Part,
    ProfileDraft,
    SkillDraft,
    SkillLevel,
)
from citizen_diplomat.foundation.images import square
from tests.cast import Cast
from tests.conftest import database_of
from tests.pictures import photo
from tests.profiles import NOON, describe

Browsers = Callable[[Account], FlaskClient]

WORDS = {
    Part.NAME: "Golnaz Zhian",
    Part.LATIN_NAME: "Quinlan Foxworth",
    Part.CITY: "Gironella",
    Part.SKILLS: "Pottery and ceramics",
    Part.LANGUAGES: "Catalan",
    Part.ABOUT: "Wisteria over the door.",
}
NASRIN = ProfileDraft(
    display_name=WORDS[Part.NAME],
    latin_name=WORDS[Part.LATIN_NAME],
    about=WORDS[Part.ABOUT],
    city_slug=None,
    other_city=WORDS[Part.CITY],
    other_country="ES",
    languages=frozenset({LanguageDraft("ca", LanguageLevel.FLUENT)}),
    skills=frozenset({SkillDraft("pottery", SkillLevel.PROFESSIONAL, True)}),
    version=1,
    availability=Availability.MORE,
)
NOTHING = Ladder.all_of(Audience.ONLY_ME)

# reader: the rungs that they see. Written out, not derived: this is the promise itself.
TABLE = {
    "owner": {"only_me", "staff", "members", "everyone"},
    "moderator": {"staff", "members", "everyone"},
    "coordinator": {"staff", "members", "everyone"},
    "admin, auditor or moderator among members": {"members", "everyone"},
    "member": {"members", "everyone"},
    "visitor": {"everyone"},
    "member on the public page": {"everyone"},
    "moderator on the public page": {"everyone"},
    "owner as a member": {"members", "everyone"},
    "owner as a stranger": {"everyone"},
    "owner as staff": {"staff", "members", "everyone"},
}
CELLS = list(product(WORDS, Audience))


@pytest.fixture
def read(app: Flask, cast: Cast, browser_of: Browsers) -> Callable[[str], str]:
    """What a reader of the table reads of Nasrin on the page made for them; "" if there is none."""
    number = cast.nasrin.id
    places = {
        "owner": (cast.nasrin, "/en/me/profile"),
        "moderator": (cast.hamid, f"/en/staff/members/{number}"),
        "coordinator": (cast.soheila, f"/en/staff/members/{number}"),
        "admin, auditor or moderator among members": (cast.mina, f"/en/members/{number}"),
        "member": (cast.stranger, f"/en/members/{number}"),
        "visitor": (None, f"/en/people/{number}"),
        "member on the public page": (cast.stranger, f"/en/people/{number}"),
        "moderator on the public page": (cast.hamid, f"/en/people/{number}"),
        "owner as a member": (cast.nasrin, "/en/me/profile/as/member"),
        "owner as a stranger": (cast.nasrin, "/en/me/profile/as/stranger"),
        "owner as staff": (cast.nasrin, "/en/me/profile/as/staff"),
    }
    assert places.keys() == TABLE.keys()

    def page(reader: str) -> str:
        person, address = places[reader]
        answer = (browser_of(person) if person else app.test_client()).get(address)
        assert answer.status_code in {200, 404}
        text = answer.get_data(as_text=True)
        if answer.status_code == 404:
            return ""
        if reader == "owner":
            return chosen(text)
        return text.partition("<main")[2].partition("</main>")[0]

    return page


def chosen(form: str) -> str:
    """What the profile form holds: the values typed, and the words of the chips chosen."""
    chips = [part.partition("</label>")[0] for part in form.split('class="chip"')[1:]]
    fields = form.partition('id="place"')[0] + form.partition('id="other_city"')[2][:300]
    return fields + "".join(chip for chip in chips if " checked" in chip)


@pytest.mark.parametrize(("part", "audience"), CELLS)
def test_every_cell_of_the_table(
    cast: Cast, session: Session, read: Callable[[str], str], part: Part, audience: Audience
) -> None:
    ladder = replace(NOTHING, **{part.value: audience})
    describe(session, cast.nasrin, NASRIN, ladder=ladder)
    for reader, rungs in TABLE.items():
        page = read(reader)
        assert (WORDS[part] in page) is (audience in rungs), reader
        if reader != "owner":
            others = [word for other, word in WORDS.items() if other is not part]
            assert not any(word in page for word in others), reader
            assert "nasrin@example.org" not in page


def test_auditors_and_administrators_have_no_directory_of_staff(
    cast: Cast, session: Session, browser_of: Browsers
) -> None:
    describe(session, cast.nasrin, NASRIN, ladder=Ladder.all_of(Audience.EVERYONE))
    for person in (cast.arash, cast.mina):
        browser = browser_of(person)
        assert browser.get(f"/en/staff/members/{cast.nasrin.id}").status_code == 403
        assert browser.get("/en/staff/members").status_code == 403


# reader of a photo: who they are, where it lies for them, and the rungs that they see.
PHOTOS = {
    "owner": ("nasrin", "/en/me/profile/photo.jpg", {"only_me", "staff", "members", "everyone"}),
    "moderator": ("hamid", "/en/staff/members/{}/photo.jpg", {"staff", "members", "everyone"}),
    "coordinator": ("soheila", "/en/staff/members/{}/photo.jpg", {"staff", "members", "everyone"}),
    "moderator among members": ("hamid", "/en/members/{}/photo.jpg", {"members", "everyone"}),
    "member": ("stranger", "/en/members/{}/photo.jpg", {"members", "everyone"}),
    "visitor": (None, "/en/people/{}/photo.jpg", {"everyone"}),
    "member on the public page": ("stranger", "/en/people/{}/photo.jpg", {"everyone"}),
}


@pytest.mark.parametrize("audience", Audience)
def test_every_cell_of_the_photo(
    app: Flask, cast: Cast, session: Session, browser_of: Browsers, audience: Audience
) -> None:
    describe(session, cast.nasrin, NASRIN, ladder=replace(NOTHING, photo=audience))
    show_photo(session, cast.nasrin)
    for reader, (who, address, rungs) in PHOTOS.items():
        browser = browser_of(getattr(cast, who)) if who else app.test_client()
        answer = browser.get(address.format(cast.nasrin.id))
        assert answer.status_code == (200 if audience in rungs else 404), reader
        if answer.status_code == 200:
            assert answer.mimetype == "image/jpeg"
            assert answer.headers["Cache-Control"] == "private, no-cache"
            assert answer.headers["X-Robots-Tag"] == "noindex"
        page = browser.get(address.format(cast.nasrin.id).replace("/photo.jpg", ""))
        if who != "nasrin":
            assert ("photo.jpg" in page.get_data(as_text=True)) is (audience in rungs), reader


def show_photo(session: Session, account: Account) -> None:
    """Give somebody a photo."""
    keep_photo(session, square(photo(), SIDE).content, by=account, at=NOON)
    session.commit()
    session.expunge_all()
    session.rollback()


# --- search and filters ---

LISTS = {
    "moderator": ("hamid", "/en/staff/members", {"staff", "members", "everyone"}),
    "member": ("stranger", "/en/members", {"members", "everyone"}),
}
QUERIES = {
    Part.NAME: ["", "q=golnaz", "q=گلناز"],
    Part.LATIN_NAME: ["q=foxworth"],
    Part.CITY: ["q=gironella"],
    Part.SKILLS: [
        "q=pottery", "q=سفال", "skill=pottery", "level=good", "willing=1", "availability=day",
    ],
    Part.LANGUAGES: ["language=ca"],
    Part.ABOUT: ["q=wisteria"],
}  # fmt: skip


@pytest.mark.parametrize(("part", "audience"), CELLS)
def test_nobody_is_found_by_what_the_reader_may_not_see(
    cast: Cast, session: Session, browser_of: Browsers, part: Part, audience: Audience
) -> None:
    ladder = replace(NOTHING, **{"name": Audience.EVERYONE, part.value: audience})
    describe(session, cast.nasrin, NASRIN, ladder=ladder)
    assert_found(cast, browser_of, QUERIES[part], audience)


@pytest.mark.parametrize("audience", Audience)
def test_nobody_is_found_in_a_city_that_the_reader_may_not_see(
    cast: Cast, session: Session, browser_of: Browsers, audience: Audience
) -> None:
    ladder = replace(NOTHING, name=Audience.EVERYONE, city=audience)
    porto = {"city_slug": "porto", "other_city": "", "other_country": ""}
    describe(session, cast.nasrin, NASRIN, ladder=ladder, **porto)
    assert_found(cast, browser_of, ["city=porto", "q=porto", "q=پورتو"], audience)


def assert_found(cast: Cast, browser_of: Browsers, queries: list[str], audience: Audience) -> None:
    """Nasrin is in the lists of those who see `audience`, and in no other."""
    for who, address, rungs in LISTS.values():
        browser = browser_of(getattr(cast, who))
        for query in queries:
            rows = rows_of(browser, f"{address}?{query}")
            assert (cast.nasrin.id in rows) is (audience in rungs), f"{address}?{query}"


@pytest.mark.parametrize(("who", "address"), [(who, path) for who, path, _ in LISTS.values()])
def test_without_a_name_to_see_nobody_is_listed(
    cast: Cast, session: Session, browser_of: Browsers, who: str, address: str
) -> None:
    ladder = replace(Ladder.all_of(Audience.EVERYONE), name=Audience.ONLY_ME)
    describe(session, cast.nasrin, NASRIN, ladder=ladder)
    browser = browser_of(getattr(cast, who))
    for query in (query for queries in QUERIES.values() for query in queries):
        assert cast.nasrin.id not in rows_of(browser, f"{address}?{query}")


def rows_of(browser: FlaskClient, address: str) -> dict[int, str]:
    """The rows of a list of people by the number of each."""
    answer = browser.get(address)
    assert answer.status_code == 200
    table = answer.get_data(as_text=True).partition("<tbody>")[2].partition("</tbody>")[0]
    found = {}
    for row in table.split("<tr")[1:]:
        # A photo that may be seen comes first: its address goes on behind the number.
        number = row.partition("members/")[2].partition('"')[0].partition("/")[0]
        found[int(number)] = row
    return found


# --- no path shows more than the ladder says ---

RUNGS = {
    "member": {"members", "everyone"},
    "stranger": {"everyone"},
    "staff": {"staff", "members", "everyone"},
}
LADDERS = st.builds(Ladder, **{part.value: st.sampled_from(list(Audience)) for part in Part})


@pytest.fixture
def unchecked(app: Flask) -> Iterator[None]:
    """Plain browsers: hundreds of pages are asked only for what they say, to stay quick."""
    app.test_client_class, checking = FlaskClient, app.test_client_class
    yield
    app.test_client_class = checking


@pytest.mark.usefixtures("unchecked")
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ladder=LADDERS)
def test_no_path_shows_more_than_the_ladder_says(
    app: Flask, cast: Cast, browser_of: Browsers, ladder: Ladder
) -> None:
    with database_of(app).writing() as session:
        show_photo(session, cast.nasrin)
        describe(session, cast.nasrin, NASRIN, ladder=ladder)
    for reader, page in everything(app, cast, browser_of):
        for part, word in WORDS.items():
            if word in page:
                assert ladder.of(part) in RUNGS[reader], (reader, part)
        if "photo" in page:
            assert ladder.photo in RUNGS[reader], reader


def everything(app: Flask, cast: Cast, browser_of: Browsers) -> Iterator[tuple[str, str]]:
    """All that the pages of people say of Nasrin, with the class of whoever reads it."""
    number, visitor = cast.nasrin.id, app.test_client()
    member, desk = browser_of(cast.stranger), browser_of(cast.hamid)
    queries = ["", *(f"?q={word.split()[0]}" for word in WORDS.values()), "?skill=pottery"]
    for browser, reader in ((member, "member"), (desk, "staff")):
        path = "/en/members" if reader == "member" else "/en/staff/members"
        for query in queries:
            yield reader, rows_of(browser, f"{path}{query}").get(number, "")
        yield reader, main_of(browser, f"{path}/{number}")
    for address in (f"/en/people/{number}", "/en/", "/en/cities", "/en/proposals"):
        yield "stranger", main_of(visitor, address)
    own = browser_of(cast.nasrin)
    for reader in RUNGS:
        yield reader, main_of(own, f"/en/me/profile/as/{reader}")


def main_of(browser: FlaskClient, address: str) -> str:
    """The middle of a page without its search form, whose choices are the same for everybody."""
    text = browser.get(address).get_data(as_text=True)
    return text.partition("<main")[2].partition("</main>")[0]


# --- pages of people are not for machines ---


def test_the_pages_of_people_are_kept_out_of_search_engines_and_caches(
    app: Flask, cast: Cast, session: Session, browser_of: Browsers
) -> None:
    describe(session, cast.nasrin, NASRIN, ladder=Ladder.all_of(Audience.EVERYONE))
    number = cast.nasrin.id
    for person, address in (
        (None, f"/en/people/{number}"),
        (cast.stranger, "/en/members"),
        (cast.stranger, f"/en/members/{number}"),
        (cast.hamid, "/en/staff/members"),
        (cast.hamid, f"/en/staff/members/{number}"),
        (cast.nasrin, "/en/me/profile/as/stranger"),
    ):
        answer = (browser_of(person) if person else app.test_client()).get(address)
        assert '<meta name="robots" content="noindex">' in answer.get_data(as_text=True)
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers or person


def test_there_is_no_page_for_strangers_of_who_shows_them_nothing(
    app: Flask, cast: Cast, session: Session
) -> None:
    visitor = app.test_client()
    hidden = visitor.get(f"/en/people/{cast.nasrin.id}")
    unknown = visitor.get("/en/people/999999")
    assert hidden.status_code == unknown.status_code == 404
    # An empty part shown to everyone is nothing to see either.
    describe(
        session,
        cast.nasrin,
        NASRIN,
        about="",
        ladder=replace(NOTHING, about=Audience.EVERYONE),
    )
    assert visitor.get(f"/en/people/{cast.nasrin.id}").status_code == 404


def test_one_is_told_how_each_reader_sees_one(
    cast: Cast, session: Session, browser_of: Browsers
) -> None:
    describe(session, cast.nasrin, NASRIN, ladder=NOTHING)
    own = browser_of(cast.nasrin)
    told = {
        "member": "Members see nothing of you",
        "stranger": "for them, this page does not exist",
        "staff": "Staff do not find you in their directory",
    }
    for reader, words in told.items():
        assert words in main_of(own, f"/en/me/profile/as/{reader}")
    for other in ("owner", "admin", "1"):
        assert own.get(f"/en/me/profile/as/{other}").status_code == 404


def test_staff_know_an_account_without_a_name_by_its_number(
    cast: Cast, session: Session, browser_of: Browsers
) -> None:
    describe(session, cast.nasrin, NASRIN, ladder=NOTHING)
    page = main_of(browser_of(cast.hamid), f"/en/staff/members/{cast.nasrin.id}")
    assert f"Member number {cast.nasrin.id}" in page
    assert "keeps their name to themselves" in page
    assert "<dd>Confirmed</dd>" in page
