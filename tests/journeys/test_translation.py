"""A translation gone stale: the original changes, one paragraph waits, and two people mend it."""

import re
from collections.abc import Callable
from typing import Literal

import pytest
from sqlalchemy import select

from citizen_diplomat.foundation.clock import now
from citizen_diplomat.translation import actions
from citizen_diplomat.translation.model import TranslationParagraph
from citizen_diplomat.translation.rules import Original, SubjectKind
from tests.cast import PASSPHRASE, assemble
from tests.desk import WATER
from tests.helping import accepted
from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site
from tests.web.test_translations import volunteer

OLD = (WATER.title, WATER.summary, "در بارسلون چنین می‌کنند.", "هزینهٔ یک خانه ۵۰ میلیون است.")
ENGLISH = ("Grey water", "To the garden.", "So in Barcelona.", "One house costs 50 million.")


@pytest.mark.timeout(120)
def test_a_translation_gone_stale(
    site_on: Callable[[str], tuple[Site, Letters]], reader: Callable[..., Reader]
) -> None:
    site, _ = site_on("sqlite")
    with site.database.writing() as session:
        cast = assemble(session)
        session.commit()
        number = accepted(session, cast, cast.nasrin)
        for person in (cast.kamran, cast.stranger):
            volunteer(session, person)
        was = Original(SubjectKind.PROPOSAL, str(number), "fa", OLD[0], OLD[1:], 0)
        row = actions.begin(session, was, "en", by=cast.kamran, at=now())
        wanted = select(TranslationParagraph).order_by(TranslationParagraph.position)
        for paragraph, text in zip(session.scalars(wanted), ENGLISH, strict=True):
            paragraph.translation = row
            for act, by, say in (
                (actions.save, cast.kamran, {"text": text}),
                (actions.approve, cast.stranger, {}),
            ):
                act(
                    session, paragraph, **say, version=paragraph.version,
                    by=by, at=now(), link=lambda *_: "http://localhost/",
                )  # fmt: skip
        session.commit()
    site.start("--no-worker")
    kamran, sina, visitor, another = (reader(site, "en") for _ in range(4))
    visitor.open(f"proposals/{number}/in/en")
    visitor.sees("One house costs 50 million.")
    visitor.sees("The original has changed since it was translated.")
    site.flask("work", "--once")
    kamran.sign_in("kamran@example.org", PASSPHRASE)
    kamran.open("me/translations?shelf=stale")
    go(kamran, "link", WATER.title)
    go(kamran, "button", "Change it.*Paragraph 3")
    kamran.reads("What changed in the original")
    kamran.page.locator("#text").fill("One house costs 60 million.")
    go(kamran, "button", "Save")
    kamran.reads("Saved. A second person checks it before everybody reads it.")
    sina.sign_in("sina@example.org", PASSPHRASE)
    sina.open("me/translations?shelf=check")
    go(sina, "link", WATER.title)
    go(sina, "button", "It is right.*Paragraph 3")
    # A browser keeps a public page for a minute; whoever comes anew reads it as it is now.
    another.open(f"proposals/{number}/in/en")
    another.sees("One house costs 60 million.")
    assert another.page.get_by_text("50 million").count() == 0


def go(who: Reader, role: Literal["link", "button"], name: str) -> None:
    """Press what has a name in the main part of the page, and wait for the next page."""
    who.going(who.main.get_by_role(role, name=re.compile(name)).click)
