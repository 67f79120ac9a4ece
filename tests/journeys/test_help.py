"""An offer of help, with a keyboard alone: offered, agreed by the author, agreed by the office."""

from collections.abc import Callable

import pytest

from tests.cast import assemble
from tests.helping import accepted
from tests.journeys.by_keyboard import EVERYWHERE, SCREENS, come_in, enter
from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site

HELPER = "Kamran Dehghan"


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("language", "screen"), EVERYWHERE)
def test_help_is_offered_and_both_agree(
    site_on: Callable[[str], tuple[Site, Letters]],
    reader: Callable[..., Reader],
    language: str,
    screen: str,
) -> None:
    site, letters = site_on("sqlite")
    with site.database.writing() as session:
        cast = assemble(session)
        session.commit()
        number = accepted(session, cast, cast.nasrin)
    site.start()
    kamran, nasrin, soheila, visitor = (reader(site, language, **SCREENS[screen]) for _ in range(4))
    come_in(kamran, "kamran")
    kamran.open(f"proposals/{number}")
    enter(kamran, "I can help")
    kamran.tab_to("hours")
    kamran.page.keyboard.type("۸")
    kamran.tab_to("words")
    kamran.page.keyboard.type("I bring the plans.")
    kamran.tab_to("may_be_named")
    kamran.page.keyboard.press("Space")
    enter(kamran, "Send the offer")
    kamran.reads("Thank you. The author is told, and the office looks at it too.")
    come_in(nasrin, "nasrin")
    nasrin.open(f"me/proposals/{number}")
    enter(nasrin, "Offers of help")
    enter(nasrin, HELPER)
    nasrin.sees("I bring the plans.")
    enter(nasrin, "Agree")
    nasrin.reads("You agreed. Now the office is asked.")
    come_in(soheila, "soheila")
    soheila.open("staff/help")
    enter(soheila, HELPER)
    enter(soheila, "Agree")
    soheila.reads("Both agreed. The helper is told by e-mail.")
    visitor.open(f"proposals/{number}")
    visitor.sees(HELPER)
    letter = letters.next_to("kamran@example.org")
    assert letter.link("me/help").endswith("/en/me/help"), "in his language, whatever he read in"
