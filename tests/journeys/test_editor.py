"""The buttons over the text of a proposal: with a script they write Markdown, without they hide."""

from collections.abc import Callable

from tests.cast import PASSPHRASE, assemble
from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site

TEXT = "one\ntwo"
PRESSED = (
    ("Bold", 0, 3, "**one**\ntwo"),
    ("Bold", 7, 7, "one\ntwo**bold words**"),
    ("Link", 4, 7, "one\n[two](https://)"),
    ("List", 0, 7, "- one\n- two"),
    ("Quotation", 5, 5, "one\n\n> two"),
    ("Heading", 1, 1, "## one\ntwo"),
)
SiteOn = Callable[[str], tuple[Site, Letters]]


def prepared(site_on: SiteOn) -> Site:
    """A site with the cast, serving."""
    site, _letters = site_on("sqlite")
    with site.database.writing() as session:
        assemble(session)
        session.commit()
    site.start()
    return site


def go_to_the_details(somebody: Reader) -> None:
    """Sign in as Nasrin and begin a proposal, up to its empty text."""
    somebody.sign_in("nasrin@example.org", PASSPHRASE)
    somebody.open("me/proposals/new")
    somebody.fill(title="Grey water")
    somebody.press("Save and go on")
    somebody.follow("Go on to the details")


def test_the_buttons_mark_the_chosen_words_and_hide_without_a_script(
    site_on: SiteOn, reader: Callable[..., Reader]
) -> None:
    site = prepared(site_on)
    somebody = reader(site, "en")
    go_to_the_details(somebody)
    text = somebody.field("body")
    counter = somebody.main.locator("[data-count=body]")
    for button, start, end, written in PRESSED:
        text.fill(TEXT)
        text.evaluate(f"area => area.setSelectionRange({start}, {end})")
        somebody.main.get_by_role("button", name=button, exact=True).click()
        assert text.input_value() == written
        # As if it had been typed: the counter knows, and one key takes it back.
        assert counter.inner_text().startswith(f"{len(written)}/")
        somebody.page.keyboard.press("Control+z")
        assert text.input_value() == TEXT
    somebody.press("Save and finish later")

    without = reader(site, "en", java_script_enabled=False)
    go_to_the_details(without)
    assert not without.main.get_by_role("button", name="Bold", exact=True).is_visible()
    without.fill(body="**As it is**")
    without.press("Preview")
    without.sees("As it is")
    assert without.main.locator("strong", has_text="As it is").count()
