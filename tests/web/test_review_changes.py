"""What Hamid sees of a second version: the text, and every fact and answer that differs."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation import actions as desk
from citizen_diplomat.moderation.queries import item_of
from citizen_diplomat.proposals import actions
from citizen_diplomat.proposals.queries import of_author
from citizen_diplomat.proposals.rules import Answer, Cost, Draft, Duration, State, owner_of_topic
from tests.cast import Cast
from tests.conftest import database_of
from tests.web.proposal_stories import BEGAN, DRAFT, tell

OWNER = owner_of_topic(DRAFT.topic_slug or "")
FIRST = replace(
    DRAFT,
    beneficiaries="Two hundred houses",
    cost=Cost.UNKNOWN,
    duration=Duration.MONTHS,
    answers=(Answer(1, OWNER, "کجا؟", "Where is it?", "در خانه", "At home"),),
)
SECOND = replace(
    FIRST,
    beneficiaries="Three hundred houses",
    cost=Cost.UNDER_1000,
    partners="The water board",
    city_slugs=("barcelona",),
    answers=(Answer(1, OWNER, "کجا؟", "Where is it?", "در مدرسه", "At school"),),
)


def sent_again(app: Flask, cast: Cast, number: int, draft: Draft) -> int:
    """Nasrin answers with another version; the number of its item in the queue."""
    with database_of(app).writing() as session:
        nasrin = session.merge(cast.nasrin, load=False)
        proposal = of_author(session, nasrin.id, number)
        assert proposal is not None
        at, version = BEGAN + timedelta(days=1), proposal.version
        actions.save(session, proposal, draft, version=version, by=nasrin, at=at)
        desk.submit(session, proposal, by=nasrin, at=at, link="http://localhost/")
        session.commit()
        item = item_of(session, number)
        assert item is not None
        return item.id


def test_changed_facts_and_answers_are_compared(
    cast: Cast, app: Flask, browser_of: Callable[[Account], FlaskClient]
) -> None:
    [number] = tell(app, cast, State.CHANGES_REQUESTED, draft=FIRST)
    item = sent_again(app, cast, number, SECOND)
    page = browser_of(cast.hamid).get(f"/en/staff/queue/{item}?view=changes").text
    changed = page.partition('class="panel diff"')[2].partition("</article>")[0]
    for removed in ("Two", "Not known yet", "Isfahan", "home"):
        assert f'<del dir="ltr">{removed}</del>' in changed
    for added in ("Three", "Up to 1,000 euros", "The water board", "school"):
        assert f'<ins dir="ltr">{added}</ins>' in changed
    assert "Where is it?" in changed
    # What stayed as it was is not listed.
    assert "A few months" not in changed


def test_everything_is_read_before_the_decision_and_after_it(
    cast: Cast, app: Flask, browser_of: Callable[[Account], FlaskClient]
) -> None:
    """On the author's page, on the desk, in the version, and for everybody once accepted."""
    [number] = tell(app, cast, State.ACCEPTED, draft=FIRST)
    with database_of(app).reading() as session:
        item = item_of(session, number)
        assert item is not None
    author, moderator = browser_of(cast.nasrin), browser_of(cast.hamid)
    for browser, address in (
        (author, f"me/proposals/{number}"),
        (author, f"me/proposals/{number}/versions/1"),
        (moderator, f"staff/queue/{item.id}"),
        (app.test_client(), f"proposals/{number}"),
    ):
        html = browser.get(f"/en/{address}").text
        for text in ("Two hundred houses", "Not known yet", "A few months", "Where is it?"):
            assert text in html, address
        assert "در خانه" in browser.get(f"/fa/{address}").text, address
