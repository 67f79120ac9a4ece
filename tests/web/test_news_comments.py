"""Kamran asks below a piece of news; Hamid lets it stand, Soheila answers for the city."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.community.model import Comment, NewsTally, Reported
from citizen_diplomat.community.rules import CommentState
from citizen_diplomat.community.tallies import comments_on_news
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.moderation.statements import StatementOfReasons
from citizen_diplomat.overview.recount import differences
from citizen_diplomat.web.personal_data import export
from tests.cast import Cast
from tests.conftest import slowly
from tests.news import published
from tests.web.talk import newest, post

BrowserOf = Callable[[Account], FlaskClient]


def say(browser: FlaskClient, number: int, text: str, **fields: object) -> Comment:
    guard = slowly(browser, "MemberCommentForm")
    sent = {"mark": "none", **guard, **fields}
    answer = post(browser, f"/en/news/{number}/comments/new", text=text, **sent)
    assert answer.status_code == 303, answer.text
    return newest(browser.application)


def test_news_is_talked_about_through_the_same_desk(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient
) -> None:
    # Hamid works for Freiburg alone, Maryam for Barcelona: the news names Freiburg.
    session.add(StaffScope(account_id=cast.hamid.id, city_slug="freiburg"))
    session.add(StaffScope(account_id=cast.maryam.id, city_slug="barcelona"))
    number = published(session, cast.soheila).number
    place = f"/en/news/{number}"
    kamran, nasrin, hamid, soheila = map(
        browser_of, (cast.kamran, cast.nasrin, cast.hamid, cast.soheila)
    )
    against = post(kamran, f"{place}/comments/new", text="No.", mark="against",
                   **slowly(kamran, "MemberCommentForm"))  # fmt: skip
    assert against.status_code == 422
    first = say(kamran, number, "Where can we hear them?", mark="question")
    assert first.state == CommentState.WAITING
    assert first.text in kamran.get(place).text
    assert first.text not in client.get(place).text

    item = session.scalars(select(QueueItem).where(QueueItem.kind == ItemKind.COMMENT)).one()
    assert (item.city_slugs, item.topic_slug) == (["freiburg"], "culture-arts")
    session.commit()
    desk = f"/en/staff/queue/{item.id}"
    assert "Comment on news" in hamid.get(desk).text
    for query in ("city=freiburg", "kind=comment"):
        assert first.text in hamid.get(f"/en/staff/queue?{query}").text
    assert browser_of(cast.maryam).get(desk).status_code == 404
    post(hamid, f"{desk}/approval", version=str(first.version))
    assert first.text in client.get(place).text

    form = nasrin.get(f"{place}/comments/new?reply_to={first.id}").text
    assert "You are replying to <bdi>Kamran Dehghan</bdi>:" in form
    assert first.text in form
    reply = say(nasrin, number, "In the hall, I hope.", reply_to=first.id)
    assert (reply.depth, reply.parent_id) == (2, first.id)
    assert nasrin.get(f"{place}/answer").status_code == 404
    assert hamid.get(f"/en/staff/news/{number}/answer").status_code == 403
    form = soheila.get(f"/en/staff/news/{number}/answer?reply_to={first.id}").text
    assert "You are replying to <bdi>Kamran Dehghan</bdi>:" in form
    said = post(soheila, f"/en/staff/news/{number}/answer", text="In the Rudaki hall.",
                mark="none", reply_to=str(first.id))  # fmt: skip
    assert said.location.startswith(f"{place}?thread={first.id}")
    page = client.get(place).text
    assert "In the Rudaki hall." in page
    assert "Municipality" in page
    assert cast.soheila.display_name not in page

    # Reported, upheld: its author reads why, and the count is as many as are there.
    stranger = browser_of(cast.stranger)
    post(stranger, f"/en/report/comment/{first.id}", ground="insult", text="")
    thing = session.scalars(select(Reported)).one()
    reported = session.scalars(select(QueueItem).where(QueueItem.kind == ItemKind.REPORT)).one()
    assert (thing.proposal_number, reported.city_slugs) == (None, ["freiburg"])
    assert comments_on_news(session, number) == 2
    session.commit()
    assert f"{place}?thread={first.id}" in hamid.get(f"/en/staff/queue/{reported.id}").text
    version = str(newest_version(session, first.id))
    taken = post(hamid, f"/en/staff/queue/{reported.id}/upholding", ground="insult",
                 message="The first word.", version=version)  # fmt: skip
    assert taken.status_code == 303
    assert first.text not in client.get(place).text
    letters = session.scalars(select(OutboxMessage).where(OutboxMessage.name == "text_removed"))
    assert [f"/en/news/{number}" in str(letter.values) for letter in letters] == [True]
    assert comments_on_news(session, number) == 1
    # The cast’s cities were never counted; what is said to news was.
    assert [one for one in differences(session) if one.kept.table is NewsTally] == []
    own = export(session, session.get_one(Account, cast.kamran.id), at=now())
    assert [row["news"] for row in own["community"]["comments"]] == [number]
    session.commit()
    post(soheila, f"/en/staff/news/{number}/withdraw")
    assert nasrin.get(f"{place}/comments/new").status_code == 404


def newest_version(session: Session, comment_id: int) -> int:
    version = session.get_one(Comment, comment_id, populate_existing=True).version
    session.commit()
    return version


@pytest.mark.parametrize(
    ("person", "subject"),
    [
        ("kamran", "on the news “\u2068The choir of Freiburg comes to Isfahan\u2069”"),
        ("nasrin", "دربارهٔ خبر «\u2068گروه سرود فرایبورگ به اصفهان می‌آید\u2069»"),
    ],
)
def test_what_is_taken_out_below_news_is_stated_as_that(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, person: str, subject: str
) -> None:
    number = published(session, cast.soheila).number
    comment = say(browser_of(getattr(cast, person)), number, "They sing like crows.")
    item = session.scalars(select(QueueItem).where(QueueItem.kind == ItemKind.COMMENT)).one()
    session.commit()
    fields = {"ground": "insult", "message": "It insults the choir.", "version": comment.version}
    answer = post(browser_of(cast.hamid), f"/en/staff/queue/{item.id}/removal", **fields)
    assert answer.status_code == 303
    statement = session.scalars(select(StatementOfReasons)).one()
    assert (statement.subject_kind, statement.proposal_number) == ("comment", None)
    assert subject in statement.document["parts"][1]["text"]
