"""Somebody writes before they have signed in, on a poor line: the words come along.

All with the keyboard alone, on a phone of 360 px too.
"""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.test_drafts import (
    MORE,
    NO_LINE,
    ON,
    TITLE,
    Author,
    SitDown,
    SiteOn,
    expect_faults,
    fall_over,
)

SAVED = "Saved for this device."


class Visitor(Author):
    """Somebody who has an account and has not signed in."""

    def begin(self) -> None:
        """Open the page that anybody may write on."""
        self.reader.open("proposals/new")


@pytest.fixture
def visitor(site_on: SiteOn, reader: SitDown, language: str, options: dict[str, Any]) -> Visitor:
    one = Visitor(site_on, reader, language, options)
    expect_faults(one.reader)
    return one


@ON
@pytest.mark.timeout(180)
def test_the_line_goes_while_a_visitor_writes(visitor: Visitor, language: str) -> None:
    """It comes back, they say that they have an account, and the draft is theirs."""
    title, more = TITLE[language], MORE[language]
    visitor.write("title", title)
    visitor.hears(SAVED)
    assert "/proposals/kept/" in visitor.page.url
    visitor.reader.context.set_offline(True)
    visitor.type(more)
    visitor.hears(NO_LINE)
    visitor.fits()
    assert visitor.kept_here() == 1
    # Neither button leads to the browser's own error page.
    for button in ("Keep it on this device", "I have an account"):
        visitor.press(button)
        expect(visitor.page.locator("form[data-autosave][aria-busy]")).to_have_count(0)
        expect(visitor.reader.field("title")).to_have_value(title + more)
    visitor.reader.context.set_offline(False)
    visitor.hears(SAVED)
    assert visitor.kept_here() == 0
    visitor.reader.going(lambda: visitor.press("I have an account"))
    assert visitor.stored() == []
    visitor.enter_passphrase()
    expect(visitor.reader.field("title")).to_have_value(title + more)
    assert [one.title for one in visitor.stored()] == [title + more]


@ON
@pytest.mark.timeout(180)
def test_a_browser_closes_before_anything_reached_us(visitor: Visitor, language: str) -> None:
    """The words are offered to who signs in there, with what belongs to a later page of theirs."""
    title, text = TITLE[language], MORE[language].strip()
    visitor.reader.context.set_offline(True)
    visitor.write("title", title)
    visitor.write("body", text)
    visitor.hears(NO_LINE)
    fall_over(visitor.page)
    visitor.reader.context.set_offline(False)
    visitor.reader.page = visitor.reader.context.new_page()
    visitor.sign_in("me/proposals/new")
    expect(visitor.reader.field("title")).to_have_value("")
    visitor.hears("This browser holds words that were not saved:")
    visitor.fits()
    visitor.press("Bring them back")
    visitor.hears("Draft saved, %(time)s")
    assert [(one.title, one.body) for one in visitor.stored()] == [(title, text)]
    assert visitor.kept_here() == 0
