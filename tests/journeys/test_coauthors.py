"""Two people write a proposal together, with a keyboard alone: invited, joined, read, left."""

from collections.abc import Callable

import pytest

from citizen_diplomat.proposals import actions
from tests.cast import LONG_AGO, assemble
from tests.desk import WATER
from tests.journeys.by_keyboard import EVERYWHERE, SCREENS, come_in, enter
from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site


@pytest.mark.timeout(240)
@pytest.mark.parametrize(("language", "screen"), EVERYWHERE)
def test_a_co_author_is_invited_joins_reads_the_file_and_leaves(
    site_on: Callable[[str], tuple[Site, Letters]],
    reader: Callable[..., Reader],
    language: str,
    screen: str,
) -> None:
    site, letters = site_on("sqlite")
    with site.database.writing() as session:
        cast = assemble(session)
        begun = actions.start(session, WATER, form_key="together", by=cast.nasrin, at=LONG_AGO)
        session.commit()
        number = begun.number
    site.start()
    nasrin, kamran = (reader(site, language, **SCREENS[screen]) for _ in range(2))
    come_in(nasrin, "nasrin")
    nasrin.open(f"me/proposals/{number}/coauthors")
    nasrin.tab_to("email")
    nasrin.page.keyboard.type("kamran@example.org")
    enter(nasrin, "Send the invitation")
    nasrin.sees("kamran@example.org")
    come_in(kamran, "kamran")
    kamran.open(letters.next_to("kamran@example.org").link("/invitation"))
    kamran.sees(WATER.title)
    enter(kamran, "Accept")
    kamran.reads("You are a co-author now: read everything, change the words, see every answer.")
    kamran.sees("در بارسلون چنین می‌کنند.")
    nasrin.open(f"me/proposals/{number}/coauthors")
    nasrin.sees("Kamran Dehghan")
    kamran.open(f"me/proposals/{number}/coauthors")
    enter(kamran, "Stop being a co-author")
    enter(kamran, "Yes, leave")
    gone = kamran.page.goto(f"{site.url}/{kamran.language}/me/proposals/{number}")
    assert gone is not None
    assert gone.status == 404
