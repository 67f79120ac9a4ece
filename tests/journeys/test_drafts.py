"""Nothing that is typed gets lost: a line that goes, two windows, a sign-in that ends.

All with the keyboard alone, on a phone of 360 px too.
"""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route, expect
from sqlalchemy import delete, select

from citizen_diplomat.accounts.model import AccountSession
from citizen_diplomat.proposals.model import Proposal
from tests.cast import PASSPHRASE, assemble
from tests.journeys.reader import LIMIT, Reader
from tests.journeys.site import Letters, Site

SiteOn = Callable[[str], tuple[Site, Letters]]
SitDown = Callable[..., Reader]
PHONE = {"viewport": {"width": 360, "height": 740}}
ON = pytest.mark.parametrize(
    ("language", "options"),
    [("fa", PHONE), ("en", {})],
    ids=["phone", "desk"],
)
TITLE = {"fa": "نقشهٔ سایه برای دوچرخه", "en": "A shade map for cyclists"}
MORE = {"fa": " در کنار مادی‌ها", "en": " along the madis"}
EMAIL = {"fa": "nasrin@example.org", "en": "kamran@example.org"}
NO_LINE = (
    "No connection. What you write is kept in this browser and saved as soon as the line is back."
)
# The browser reports in its console what these journeys bring about on purpose.
BY_PURPOSE = ("net::ERR_INTERNET_DISCONNECTED", "status of 401", "status of 400")


class Author:
    """Somebody who writes, with the keyboard only."""

    def __init__(
        self, site_on: SiteOn, sit_down: SitDown, language: str, options: dict[str, Any]
    ) -> None:
        self.site, _ = site_on("sqlite")
        with self.site.database.writing() as session:
            assemble(session)
            session.commit()
        self.site.start()
        self.reader = sit_down(self.site, language, **options)
        self.language = language
        self.begin()

    @property
    def page(self) -> Page:
        return self.reader.page

    def begin(self) -> None:
        """Open the form of a new proposal."""
        self.sign_in("me/proposals/new")

    def sign_in(self, onward: str) -> None:
        """Open a page that asks for a sign-in, and go through with it."""
        self.reader.open(onward)
        self.enter_passphrase()

    def enter_passphrase(self) -> None:
        self.reader.tab_to("email")
        self.type(EMAIL[self.language])
        self.reader.tab_to("password")
        self.type(PASSPHRASE)
        self.reader.going(lambda: self.page.keyboard.press("Enter"))

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def write(self, name: str, text: str) -> None:
        """Go to a field with the Tab key and type at its end."""
        self.reader.tab_to(name)
        self.page.keyboard.press("End")
        self.type(text)

    def press(self, english: str) -> None:
        """Go to a button with the Tab key and press it."""
        self.reader.tab_to_button(english)
        self.page.keyboard.press("Enter")

    def hears(self, english: str, page: Page | None = None) -> None:
        """Wait until a text of the site can be read, whose changing part is left out."""
        text = self.reader.say(english).partition("%(time)s")[0].strip()
        shown = (page or self.page).locator("[data-saving]").get_by_text(text)
        expect(shown.first).to_be_visible(timeout=LIMIT)

    def stored(self) -> list[Proposal]:
        with self.site.database.reading() as session:
            return list(session.scalars(select(Proposal).order_by(Proposal.number)))

    def kept_here(self) -> int:
        """How many texts this browser keeps by itself."""
        count = "Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length"
        return int(self.page.evaluate(count))

    def fits(self) -> None:
        """Nothing of the page stands beside the screen."""
        wide = "document.documentElement.scrollWidth <= innerWidth"
        assert self.page.evaluate(wide)


@pytest.fixture
def author(site_on: SiteOn, reader: SitDown, language: str, options: dict[str, Any]) -> Author:
    one = Author(site_on, reader, language, options)
    expect_faults(one.reader)
    return one


def expect_faults(reader: Reader) -> None:
    """Let pass what the browser reports of a line that is gone, or a sign-in that has ended."""
    faults = reader.watch.faults

    def only_unexpected() -> None:
        left = [fault for fault in faults if not any(part in fault for part in BY_PURPOSE)]
        assert not left, "\n".join(left)

    reader.watch.check = only_unexpected  # type: ignore[method-assign]


def fall_over(page: Page) -> None:
    """The page's process ends, as on a phone that ran out of memory."""
    with page.expect_event("crash"), pytest.raises(Error):
        page.goto("chrome://crash")
    page.close()


@ON
@pytest.mark.timeout(180)
def test_the_line_goes_while_writing(author: Author, language: str) -> None:
    """The words stay in the browser, also when it is closed, and go on when the line is back."""
    title, more = TITLE[language], MORE[language]
    author.write("title", title)
    author.hears("Draft saved, %(time)s")
    assert [one.title for one in author.stored()] == [title]
    assert author.page.url.endswith("/edit")
    author.reader.context.set_offline(True)
    author.type(more)
    author.hears(NO_LINE)
    author.fits()
    assert author.kept_here() == 1
    # The button does not lead to the browser's own error page.
    author.reader.tab_to_button("Save and finish later")
    author.page.keyboard.press("Enter")
    # It tries once more first; a line that was back by then would rightly lead on.
    expect(author.page.locator("form[data-autosave][aria-busy]")).to_have_count(0)
    expect(author.reader.field("title")).to_have_value(title + more)
    author.reader.context.set_offline(False)
    author.hears("Draft saved, %(time)s")
    assert [one.title for one in author.stored()] == [title + more]
    assert author.kept_here() == 0
    author.reader.going(lambda: author.press("Save and finish later"))
    author.reader.reads("Saved. Only those who write it can see it until it is sent.")
    assert len(author.stored()) == 1


@ON
@pytest.mark.timeout(180)
def test_a_poor_line_swallows_posts_and_answers(author: Author, language: str) -> None:
    """Neither a post without an answer nor half an answer ends the saving; nothing comes twice."""
    title, more = TITLE[language], MORE[language]
    clock, posts = author.page.clock, "**/autosave"
    clock.install()
    author.reader.open("me/proposals/new")
    author.page.route(posts, lambda _route: None)
    with author.page.expect_request(posts):
        author.write("title", title)
        clock.fast_forward("00:02")
    clock.fast_forward("00:31")
    author.hears(NO_LINE)
    author.page.unroute(posts)
    clock.fast_forward("00:11")
    author.hears("Draft saved, %(time)s")

    def stored_but_half_told(route: Route) -> None:
        route.fulfill(response=route.fetch(), body='{"number": ')

    author.page.route(posts, stored_but_half_told)
    with author.page.expect_response(posts):
        author.type(more)
        clock.fast_forward("00:02")
    author.hears(NO_LINE)
    assert author.kept_here() == 1
    author.page.unroute(posts)
    clock.fast_forward("00:11")
    author.hears("Draft saved, %(time)s")
    assert [one.title for one in author.stored()] == [title + more]
    assert author.kept_here() == 0


@ON
@pytest.mark.timeout(180)
def test_the_browser_closes_without_a_line(author: Author, language: str) -> None:
    """When the page is opened again, what was typed is offered and not put in silently."""
    title, more = TITLE[language], MORE[language]
    author.write("title", title)
    author.hears("Draft saved, %(time)s")
    address = author.page.url
    author.reader.context.set_offline(True)
    author.type(more)
    author.hears(NO_LINE)
    # A page that falls over asks nobody whether it may, and sends no last word that could
    # arrive after the line is back.
    fall_over(author.page)
    author.reader.context.set_offline(False)
    author.reader.page = author.reader.context.new_page()
    author.reader.open(address)
    expect(author.reader.field("title")).to_have_value(title)
    author.hears("This browser holds words that were not saved:")
    author.fits()
    author.press("Bring them back")
    expect(author.reader.field("title")).to_have_value(title + more)
    author.hears("Draft saved, %(time)s")
    assert [one.title for one in author.stored()] == [title + more]
    assert author.kept_here() == 0


@ON
@pytest.mark.timeout(180)
def test_two_windows(author: Author, language: str) -> None:
    """The older one is told, keeps its words and overwrites nothing."""
    title, more = TITLE[language], MORE[language]
    author.write("title", title)
    author.hears("Draft saved, %(time)s")
    older, newer = author.page, author.reader.context.new_page()
    author.reader.page = newer
    author.reader.open(older.url)
    author.write("title", more)
    author.hears("Draft saved, %(time)s")
    assert [one.title for one in author.stored()] == [title + more]
    author.reader.page = older
    older.bring_to_front()
    author.type("!")
    author.hears(
        "This text was changed in another window or on another device. Nothing is lost: what you"
        " typed stays here, and this window has stopped saving. When you press Save, you see both"
        " beside each other."
    )
    author.fits()
    expect(author.reader.field("title")).to_have_value(f"{title}!")
    assert [one.title for one in author.stored()] == [title + more]
    author.reader.going(lambda: author.press("Save and finish later"))
    author.reader.reads("What is stored")
    author.reader.sees(title + more)
    expect(author.reader.field("title")).to_have_value(f"{title}!")


@ON
@pytest.mark.timeout(180)
def test_the_sign_in_ends_in_the_middle(author: Author, language: str) -> None:
    """It is said while typing; the button leads to the sign-in, and then the form is as it was."""
    title, more = TITLE[language], MORE[language]
    author.write("title", title)
    author.hears("Draft saved, %(time)s")
    with author.site.database.writing() as session:
        session.execute(delete(AccountSession))
        session.commit()
    author.type(more)
    author.hears(
        "Your sign-in has ended. What you write is kept in this browser. Press a button of the"
        " form to sign in again; nothing is lost."
    )
    author.fits()
    author.reader.going(lambda: author.press("Save and finish later"))
    author.reader.reads(
        "Your session ended while you were writing. What you typed is kept and comes back after"
        " you sign in."
    )
    author.enter_passphrase()
    expect(author.reader.field("title")).to_have_value(title + more)
    author.hears("Draft saved, %(time)s")
    assert [one.title for one in author.stored()] == [title + more]
    assert author.kept_here() == 0


@ON
@pytest.mark.timeout(180)
def test_signing_out_leaves_nothing_in_the_browser(author: Author, language: str) -> None:
    """The last words are saved on the way out; the next one at this computer finds none of them."""
    title, more = TITLE[language], MORE[language]
    author.write("title", title)
    author.hears("Draft saved, %(time)s")
    author.type(more)
    # The search stands in a box of its own beside the menu of the account.
    signs_out = author.page.locator("form[data-forget]")
    header = author.page.locator("header details.menu:visible").filter(has=signs_out)
    header.locator("summary").focus()
    author.page.keyboard.press("Enter")
    header.locator("form[data-forget] button").focus()
    author.reader.going(lambda: author.page.keyboard.press("Enter"))
    author.reader.reads("You are signed out.")
    assert [one.title for one in author.stored()] == [title + more]
    assert author.kept_here() == 0


@ON
@pytest.mark.timeout(180)
def test_a_deleted_draft_comes_back(author: Author, language: str) -> None:
    author.write("title", TITLE[language])
    author.hears("Draft saved, %(time)s")
    author.reader.open(f"me/proposals/{author.stored()[0].number}/discard")
    author.reader.going(lambda: author.press("Yes, delete it"))
    author.fits()
    undo = author.page.locator("main form[action$='/restore'] button")
    undo.focus()
    assert author.reader.focus_is_visible()
    author.reader.going(lambda: author.page.keyboard.press("Enter"))
    author.reader.reads("The draft is back.")
    author.reader.sees(TITLE[language])
