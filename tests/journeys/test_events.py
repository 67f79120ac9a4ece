"""A full evening: one waits, one cannot come, the next one can; he is reminded and has the file."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from citizen_diplomat.events.model import Event
from tests.events import read_calendar
from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site

NASRIN, KAMRAN = "nasrin@example.org", "kamran@example.org"
TITLE = "Welcome session for new members"
PHONE = {"width": 390, "height": 844}


def test_a_full_event_is_waited_for_joined_and_remembered(
    site_on: Callable[[str], tuple[Site, Letters]], reader: Callable[..., Reader]
) -> None:
    site, letters = site_on("sqlite")
    site.flask("demo", "--force")
    site.start("--no-worker")
    with site.database.writing() as session:
        event = session.scalars(select(Event).where(Event.title_en == TITLE)).one()
        # The room has a single chair, and Nasrin has it.
        event.seats = 1
        session.commit()
    page = f"events/{event.number}"
    nasrin, kamran = reader(site, "en"), reader(site, "en", viewport=PHONE)
    for who, email in ((nasrin, NASRIN), (kamran, KAMRAN)):
        who.sign_in(email, site.passphrase)

    kamran.open(page)
    kamran.follow("Join the waiting list")
    kamran.fill(answer_1="The review stages")
    kamran.press("Join the waiting list")
    kamran.reads("You are on the waiting list")
    nasrin.open(page)
    nasrin.follow("I cannot come")
    nasrin.press("Give it up")
    nasrin.reads("You are not registered any more. Thank you for telling us.")
    kamran.open(page)
    kamran.reads("You have a seat")
    kamran.sees("https://meet.example/welcome")
    assert kamran.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    with kamran.page.expect_download() as downloading:
        kamran.main.get_by_role("link", name=kamran.named("Calendar file")).click()
    _method, [entry] = read_calendar(Path(downloading.value.path()).read_bytes())
    assert entry.starts_at == event.starts_at
    assert entry.values["LOCATION"] == "https://meet.example/welcome"

    assert event.starts_at is not None
    eve = event.starts_at - timedelta(hours=20)
    site.flask("work", "--once", "--at", eve.isoformat())
    subjects = [letters.next_to(KAMRAN).subject for _ in range(letters.count_to(KAMRAN))]
    told = [subject for subject in subjects if TITLE in subject]
    assert [subject.partition(":")[0] for subject in told] == [
        "You are on the waiting list",
        "A seat is yours now",
        "Soon",
    ]
