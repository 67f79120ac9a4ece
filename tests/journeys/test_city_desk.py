"""The city desk in a browser: from a call to an outcome that falls silent, and the alarm."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.calls.model import Call
from tests.calls import WATER, move
from tests.cast import PASSPHRASE, Cast, assemble
from tests.journeys.reader import Reader
from tests.journeys.site import Letter, Letters, Site
from tests.journeys.story import OUTCOMES
from tests.rooms.test_desks import desk, rule

DAY = timedelta(days=1)
TITLE = "Grey water for the gardens of old houses"
STEPS = ("A letter to Barcelona", "A call with the water works", "A meeting in spring")
LANGS = ("fa", "en")
PRAISE = "We try this in three houses."


@pytest.mark.timeout(240)
def test_from_the_call_to_the_alarm(
    site_on: Callable[[str], tuple[Site, Letters]], reader: Callable[..., Reader]
) -> None:
    site, letters = site_on("sqlite")
    people = settled(site)
    site.start()
    soheila, nasrin, hamid, visitor = (reader(site, "en") for _ in range(4))
    call = a_coordinator_opens_a_call(soheila)
    proposal = a_member_answers_it(nasrin, call)
    a_moderator_accepts_it(hamid)
    the_result_is_published(site, visitor, call)
    it_gets_three_steps(hamid, proposal)
    visitor.open(f"proposals/{proposal}")
    for step in STEPS:
        visitor.sees(step)
    # On the thirty-first day after the newest step the alarm comes to owner and head.
    quiet = datetime.now(UTC) + 31 * DAY
    site.flask("work", "--once", "--at", quiet.isoformat())
    for person in (people.hamid, people.soheila):
        found = alarms(letters, person)
        assert len(found) == 1
        assert STEPS[-1] in found[0].text
        assert found[0].link("staff/outcomes").endswith(f"/staff/outcomes/{proposal}")
    assert "Traceback" not in site.log()


def settled(site: Site) -> Cast:
    """Everybody, and a desk for Barcelona that Soheila heads; committed."""
    with site.database.writing() as session:
        people = assemble(session)
        session.commit()
        made = desk(session, "barcelona", people.hamid, head=people.soheila)
        rule(session, made, city="barcelona")
    return people


def a_coordinator_opens_a_call(who: Reader) -> int:
    """She writes it in both languages, for two cities, and publishes it."""
    who.sign_in("soheila@example.org", PASSPHRASE)
    who.open("staff/calls/new")
    names = ("title", "question", "background")
    texts = {f"{name}_{code}": getattr(WATER, f"{name}_{code}") for name in names for code in LANGS}
    days = {"opens_at": -1, "closes_at": 10, "review_until": 20, "answer_by": 30}
    today = datetime.now(UTC)
    who.fill(**texts, **{name: f"{today + days[name] * DAY:%Y-%m-%d} 18:00" for name in days})
    who.tick("cities", *WATER.cities)
    who.tick("topics", *WATER.topics)
    who.choose("who", "everyone")
    who.press("Save the call")
    who.follow("Publish the call")
    who.press("Publish")
    who.reads("The call is published.")
    return int(who.page.url.rpartition("/")[2])


def a_member_answers_it(who: Reader, call: int) -> int:
    """She writes a proposal that answers the call, and sends it."""
    who.sign_in("nasrin@example.org", PASSPHRASE)
    who.open(f"me/proposals/new?call={call}")
    who.fill(
        title=TITLE, summary="Shower water for the roses.", topic=WATER.topics[0], language="en"
    )
    who.tick("cities", "barcelona")
    who.press("Save and go on")
    number = int(who.page.url.rpartition("/proposals/")[2].partition("/")[0])
    who.follow("Go on to the details")
    who.fill(
        body="A filter of sand and reeds.", beneficiaries="Everybody with a garden.",
        cost="under_1000", duration="months",
    )  # fmt: skip
    who.press("Save and go on")
    who.press("Send to the office")
    who.reads("Your proposal has arrived. A receipt is on its way to you by e-mail.")
    return number


def a_moderator_accepts_it(who: Reader) -> None:
    """He claims it and answers."""
    button, reason = OUTCOMES["accept"]
    who.sign_in("hamid@example.org", PASSPHRASE)
    who.open("staff/queue")
    who.main.get_by_role("link", name=TITLE).first.click()
    who.press("Claim")
    who.fill(reason=reason, message=PRAISE)
    who.press(button)
    who.press("Send the answer")
    who.reads("Decided. The author is told by e-mail.")


def the_result_is_published(site: Site, who: Reader, call: int) -> None:
    """Once the last of its days has passed, everybody reads what came of the call."""
    with site.database.writing() as session:
        move(session, session.get_one(Call, call), opened=90, closes_in=-40)
    who.open(f"calls/{call}")
    who.sees(TITLE)
    who.sees(PRAISE)


def it_gets_three_steps(who: Reader, proposal: int) -> None:
    """He writes down what was done, each with its partner."""
    for kind, text in zip(("letter", "call", "meeting"), STEPS, strict=True):
        who.open(f"staff/outcomes/{proposal}")
        who.follow("New step")
        who.choose("kind", kind)
        who.fill(
            text_en=text, done_on=f"{datetime.now(UTC):%Y-%m-%d}", partner="Aigües de Barcelona"
        )
        who.press("Save")
        who.reads("The step is written down.")


def alarms(letters: Letters, person: Account) -> list[Letter]:
    """The letters to somebody that lead to an outcome at the desk."""
    came = [letters.next_to(person.email) for _ in range(letters.count_to(person.email))]
    return [one for one in came if "/staff/outcomes/" in one.text]
