"""News with a chain of replies: written, asked below, read at the desk, replied to, answered."""

from collections.abc import Callable
from dataclasses import asdict

from tests.cast import PASSPHRASE, assemble
from tests.journeys.reader import Reader
from tests.journeys.site import Letters, Site
from tests.news import CHOIR

QUESTION = "Where can we hear them?"
REPLY = "In the hall by the river, I hope."
ANSWER = "In the Rudaki hall, on the first of May."


def test_news_with_a_chain_of_replies(
    site_on: Callable[[str], tuple[Site, Letters]], reader: Callable[..., Reader]
) -> None:
    site, _letters = site_on("sqlite")
    with site.database.writing() as session:
        assemble(session)
        session.commit()
    site.start("--no-worker")
    soheila, kamran, hamid, nasrin = (reader(site, "en") for _ in range(4))
    for who, name in ((soheila, "soheila"), (kamran, "kamran"), (hamid, "hamid")):
        who.sign_in(f"{name}@example.org", PASSPHRASE)
    soheila.open("staff/news/new")
    soheila.fill(**asdict(CHOIR.words))
    soheila.press("Save the news")
    soheila.follow("Publish or schedule")
    soheila.press("Publish")
    soheila.reads("The news is published.")

    kamran.open("news")
    kamran.follow(CHOIR.words.title_en)
    kamran.fill(text=QUESTION)
    kamran.choose("mark", "question")
    kamran.takes_as_long_as_people()
    kamran.press("Post comment")
    kamran.reads("Only you see this until the office has read it.")

    hamid.open("staff/queue?kind=comment")
    hamid.follow(QUESTION)
    hamid.press("Approve")
    nasrin.sign_in("nasrin@example.org", PASSPHRASE)
    nasrin.open("news/1")
    nasrin.going(nasrin.main.locator("a[href*='reply_to=1']").first.click)
    nasrin.sees("You are replying to Kamran Dehghan:")
    nasrin.sees(QUESTION)
    nasrin.fill(text=REPLY)
    nasrin.takes_as_long_as_people()
    nasrin.press("Post comment")
    nasrin.sees(REPLY)

    soheila.open("news/1")
    soheila.follow("Answer for the city")
    soheila.sees("You are replying to Kamran Dehghan:")
    soheila.fill(text=ANSWER)
    soheila.press("Publish the answer")
    kamran.open("news/1")
    kamran.sees(ANSWER)
    kamran.reads("Municipality")
    kamran.reads("International Relations Office")
