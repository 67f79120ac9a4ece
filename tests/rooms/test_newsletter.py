"""The newsletter: only who asked, only who is on the list, once, in their morning."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.cli import worker
from citizen_diplomat.cli.newsletter_run import send_newsletters
from citizen_diplomat.digests.actions import choose
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.directory.model import Profile, ProfileSkill
from citizen_diplomat.directory.rules import Audience
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail import preferences
from citizen_diplomat.mail.model import InboxEntry, OutboxMessage
from citizen_diplomat.mail.outbox import give_up, mark_sent
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.newsletter import actions, audience, composing, sending
from citizen_diplomat.newsletter.actions import ChangedMeanwhile, OtherNumber, OwnWork, WrongState
from citizen_diplomat.newsletter.export import export
from citizen_diplomat.newsletter.forget import forget
from citizen_diplomat.newsletter.model import NewsletterIssue, NewsletterRecipient
from citizen_diplomat.newsletter.queries import fates, sent_to
from citizen_diplomat.newsletter.rules import Block, BlockKind, Draft, Fate, IssueState, Segment
from citizen_diplomat.web.links import unsubscribe_token
from citizen_diplomat.web.newsletters import PageLinks
from tests import calls, events
from tests.cast import Cast
from tests.conftest import database_of
from tests.newsletters import AUTUMN, EVERYBODY, FRIDAY, again, asks, released, written

Outbox = Callable[[], list[OutboxMessage]]
HOUR = timedelta(hours=1)


def listed(session: Session, segment: Segment) -> set[int]:
    issue = NewsletterIssue(id=0, segment=segment.stored())
    return {one.account_id for one in audience.listed(session, issue, at=FRIDAY)}


def work(app: Flask, at: datetime) -> None:
    """The worker comes by twice: the second time it sees that all has left."""
    with app.app_context():
        for _ in range(2):
            send_newsletters(at)
            worker.send_due(lambda: at)


def left(outbox: Outbox) -> dict[str, str]:
    """The state of each mail of a newsletter, by its address."""
    return {row.to_address: row.state.value for row in outbox() if row.name == "newsletter"}


@pytest.fixture
def asked(session: Session, cast: Cast) -> Cast:
    """Nasrin and Kamran asked for the newsletter; Sina did not."""
    asks(session, cast.nasrin, cast.kamran)
    return cast


def test_an_empty_filter_is_nobody_and_everybody_is_who_asked(
    session: Session, asked: Cast
) -> None:
    assert listed(session, Segment()) == set()
    assert listed(session, EVERYBODY) == {asked.nasrin.id, asked.kamran.id}
    issue = actions.start(session, AUTUMN, by=asked.soheila, at=FRIDAY)
    actions.review(session, issue, version=issue.version, by=asked.mina, at=FRIDAY)
    session.flush()
    with pytest.raises(OtherNumber):
        actions.release(
            session, issue, count=0, version=issue.version,
            send_on=None, send_hour=None, by=asked.mina, at=FRIDAY,
        )  # fmt: skip


def test_each_filter_finds_its_own_among_those_who_asked(session: Session, asked: Cast) -> None:
    nasrin, kamran = asked.nasrin.id, asked.kamran.id
    asks(session, asked.soheila)
    session.add_all(
        ProfileSkill(account_id=who, skill_slug="lang-es") for who in (nasrin, asked.stranger.id)
    )
    for person, topics in ((asked.nasrin, ["transport"]), (asked.kamran, [])):
        choose(
            session, person, Frequency.WEEKLY, topics=topics, by=person, at=FRIDAY, source="test"
        )
    record(session, audience.SIGNED_IN, "account", by=kamran, at=FRIDAY - timedelta(days=40))
    session.commit()
    for segment, expected in (
        (Segment(cities=("barcelona", "porto")), {nasrin}),
        (Segment(languages=("en",)), {kamran}),
        (Segment(languages=("fa",)), {nasrin, asked.soheila.id}),
        (Segment(skills=("lang-es",)), {nasrin}),
        (Segment(topics=("transport",)), {nasrin, kamran}),
        (Segment(topics=("environment-water",)), {kamran}),
        (Segment(active_days=90), {kamran}),
        (Segment(active_days=30), set()),
        (Segment(cities=("barcelona",), languages=("en",)), set()),
    ):
        assert listed(session, segment) == expected, segment


def test_no_filter_and_no_list_tells_what_the_ladder_hides(session: Session, asked: Cast) -> None:
    profile = session.get_one(Profile, asked.nasrin.id)
    profile.city_seen_by = profile.name_seen_by = Audience.ONLY_ME
    session.commit()
    assert listed(session, Segment(cities=("barcelona",))) == set()
    issue = written(session, asked)
    shown = {one.account_id: one for one in audience.listed(session, issue, at=FRIDAY)}
    assert (shown[asked.nasrin.id].name, shown[asked.nasrin.id].city_slug) == (None, None)
    assert shown[asked.kamran.id].name == "Kamran Dehghan"


def test_who_is_left_out_gets_nothing_and_can_be_put_back(
    app: Flask, session: Session, asked: Cast, outbox: Outbox
) -> None:
    issue = written(session, asked)
    for _ in range(2):
        actions.leave_out(session, issue, asked.kamran.id, by=asked.soheila, at=FRIDAY)
    assert audience.count(session, issue, at=FRIDAY) == 1
    actions.leave_out(session, issue, asked.nasrin.id, by=asked.soheila, at=FRIDAY)
    actions.put_back(session, issue, asked.nasrin.id, by=asked.soheila, at=FRIDAY)
    released(session, asked, issue)
    work(app, FRIDAY)
    assert left(outbox) == {"nasrin@example.org": "sent"}
    assert again(session, issue).state == IssueState.SENT


def test_a_wrong_number_releases_nothing(session: Session, asked: Cast) -> None:
    issue = written(session, asked)
    actions.review(session, issue, version=issue.version, by=asked.mina, at=FRIDAY)
    session.commit()
    asks(session, asked.stranger)
    version = issue.version
    with pytest.raises(OtherNumber) as refused, transaction(session):
        actions.release(
            session, issue, count=2, version=version,
            send_on=None, send_hour=None, by=asked.mina, at=FRIDAY,
        )  # fmt: skip
    assert refused.value.count == 3
    assert again(session, issue).state == IssueState.REVIEWED
    assert session.scalar(select(func.count()).select_from(NewsletterRecipient)) == 0


def test_who_changed_it_last_neither_reads_it_over_nor_releases_it(
    session: Session, asked: Cast
) -> None:
    issue = written(session, asked)
    with pytest.raises(OwnWork):
        actions.review(session, issue, version=issue.version, by=asked.soheila, at=FRIDAY)
    with pytest.raises(ChangedMeanwhile):
        actions.review(session, issue, version=0, by=asked.mina, at=FRIDAY)
    with pytest.raises(WrongState):
        released(session, asked, released(session, asked, issue))
    # Alone, one must.
    asked_alone = session.get_one(Account, asked.mina.id)
    asked_alone.closed_at = FRIDAY
    session.commit()
    other = written(session, asked)
    actions.review(session, other, version=other.version, by=asked.soheila, at=FRIDAY)


def test_each_gets_it_in_their_own_morning(
    app: Flask, session: Session, asked: Cast, outbox: Outbox
) -> None:
    asks(session, asked.soheila)
    issue = released(session, asked, written(session, asked), on=FRIDAY + timedelta(days=1))
    tehran, berlin = (datetime(2026, 11, 28, hour, tzinfo=UTC) for hour in (5, 7))
    work(app, tehran - HOUR)
    assert (left(outbox), again(session, issue).state) == ({}, IssueState.SCHEDULED)
    work(app, tehran)
    assert left(outbox) == {"soheila@example.org": "sent"}
    work(app, berlin - timedelta(seconds=1))
    assert len(left(outbox)) == 1
    assert again(session, issue).state == IssueState.SENDING
    work(app, berlin)
    assert set(left(outbox).values()) == {"sent"}
    assert len(left(outbox)) == 3
    assert again(session, issue).state == IssueState.SENT


def test_consent_withdrawn_after_the_release_is_respected_until_the_letter_leaves(
    app: Flask, session: Session, asked: Cast, outbox: Outbox
) -> None:
    asks(session, asked.stranger)
    issue = released(session, asked, written(session, asked))
    asks(session, asked.nasrin, wants=False)
    with app.app_context():
        send_newsletters(FRIDAY)
    # Kamran's mail waits in the outbox when he cannot come in any more.
    session.get_one(Account, asked.kamran.id).closed_at = FRIDAY
    session.commit()
    work(app, FRIDAY)
    assert left(outbox) == {"kamran@example.org": "stopped", "sina@example.org": "sent"}
    assert fates(session, issue) == {Fate.LEFT_OUT: 1, Fate.STOPPED: 1, Fate.SENT: 1}
    assert [one.fate for one in sent_to(session, asked.nasrin.id)] == [Fate.LEFT_OUT]


def test_two_workers_post_each_mail_once_and_a_crash_posts_none_twice(
    app: Flask, session: Session, asked: Cast, outbox: Outbox
) -> None:
    asks(session, asked.stranger, asked.soheila, asked.hamid, asked.maryam)
    issue = released(session, asked, written(session, asked))
    zones = ["Asia/Tehran", "Europe/Berlin", "Europe/Madrid"]

    def post(limit: int, *, crash: bool = False) -> int:
        with app.app_context(), database_of(app).writing() as own, transaction(own):
            done = sending.post_batch(
                own, issue.id, zones,
                links=PageLinks(), token_for=unsubscribe_token, at=FRIDAY, limit=limit,
            )  # fmt: skip
            if crash:
                raise KeyboardInterrupt
            return done

    with database_of(app).writing() as own, transaction(own):
        sending.begin(own, issue.id, at=FRIDAY)
    with pytest.raises(KeyboardInterrupt):
        post(4, crash=True)
    assert left(outbox) == {}
    workers = [Thread(target=post, args=(2,)) for _ in range(2)]
    for each in workers:
        each.start()
    for each in workers:
        each.join(timeout=30)
    while post(2):
        pass
    assert len(left(outbox)) == 6
    assert len({row.key for row in outbox() if row.name == "newsletter"}) == 6
    rows = [row for row in outbox() if row.name == "newsletter"]
    assert all(row.values == {"issue": issue.id} for row in rows)
    work(app, FRIDAY)
    assert set(left(outbox).values()) == {"sent"}


def test_what_is_stopped_leaves_no_more(
    app: Flask, session: Session, asked: Cast, outbox: Outbox
) -> None:
    issue = released(session, asked, written(session, asked))
    with app.app_context():
        send_newsletters(FRIDAY)
    issue = again(session, issue)
    actions.stop(session, session.merge(issue), by=asked.mina, at=FRIDAY)
    session.commit()
    work(app, FRIDAY)
    assert set(left(outbox).values()) == {"stopped"}
    assert again(session, issue).state == IssueState.STOPPED


def test_a_release_can_be_taken_back_before_anything_left(
    app: Flask, session: Session, asked: Cast, outbox: Outbox
) -> None:
    issue = released(session, asked, written(session, asked), on=FRIDAY + timedelta(days=1))
    actions.cancel(session, issue, by=asked.mina, at=FRIDAY)
    session.commit()
    work(app, FRIDAY + timedelta(days=2))
    assert (left(outbox), again(session, issue).state) == ({}, IssueState.DRAFT)
    assert sent_to(session, asked.nasrin.id) == []


def test_sending_again_reaches_those_whose_mail_failed(
    app: Flask, session: Session, asked: Cast
) -> None:
    issue = released(session, asked, written(session, asked))
    with app.app_context():
        send_newsletters(FRIDAY)
    failing = session.scalars(
        select(OutboxMessage).where(OutboxMessage.to_address == "nasrin@example.org")
    ).one()
    give_up(session, failing, "550 no such user", at=FRIDAY)
    session.commit()
    work(app, FRIDAY)
    issue = session.merge(again(session, issue))
    new = actions.again(session, issue, only_failed=True, by=asked.soheila, at=FRIDAY)
    assert [block.kind for block in new.draft.blocks] == [BlockKind.PREFACE, BlockKind.TEXT]
    assert listed(session, new.audience) == {asked.nasrin.id}
    everybody = actions.again(session, issue, only_failed=False, by=asked.soheila, at=FRIDAY)
    assert listed(session, everybody.audience) == {asked.nasrin.id, asked.kamran.id}


def test_sending_again_reaches_those_for_whom_it_was_stopped(
    app: Flask, session: Session, asked: Cast
) -> None:
    """Kamran has it, Nasrin's mail waits, Soheila's turn did not come, Sina did not want it."""
    session.get_one(Account, asked.stranger.id).time_zone = asked.kamran.time_zone
    asks(session, asked.stranger, asked.soheila)
    issue = released(session, asked, written(session, asked))
    asks(session, asked.stranger, wants=False)
    with app.app_context(), database_of(app).writing() as own, transaction(own):
        sending.begin(own, issue.id, at=FRIDAY)
        sending.post_batch(
            own, issue.id, {asked.nasrin.time_zone, asked.kamran.time_zone},
            links=PageLinks(), token_for=unsubscribe_token, at=FRIDAY,
        )  # fmt: skip
        of_kamran = select(OutboxMessage).where(OutboxMessage.to_address == asked.kamran.email)
        mark_sent(own, own.scalars(of_kamran).all(), at=FRIDAY)
    issue = session.merge(again(session, issue))
    assert fates(session, issue) == dict.fromkeys(
        (Fate.SENT, Fate.WAITING, Fate.LISTED, Fate.LEFT_OUT), 1
    )
    actions.stop(session, issue, by=asked.mina, at=FRIDAY)
    session.commit()
    asks(session, session.get_one(Account, asked.stranger.id))
    new = actions.again(session, issue, only_failed=True, by=asked.soheila, at=FRIDAY)
    assert listed(session, new.audience) == {asked.nasrin.id, asked.soheila.id}


def test_a_member_takes_their_lists_along_and_leaves_them(
    app: Flask, session: Session, asked: Cast
) -> None:
    both = {Kind.NEWSLETTER: frozenset({Channel.AT_ONCE, Channel.INBOX})}
    preferences.change(session, asked.nasrin.id, both, at=FRIDAY)
    issue = released(session, asked, written(session, asked))
    work(app, FRIDAY)
    kept = session.scalars(select(InboxEntry)).all()
    paths = [(entry.account_id, entry.path) for entry in kept]
    assert paths == [(asked.nasrin.id, f"/fa/newsletter/{issue.id}")]
    session.commit()
    taken = export(session, asked.nasrin.id)
    assert [row["what_became_of_it"] for row in taken["listed"]] == ["sent"]
    forget(session, asked.nasrin.id)
    session.commit()
    assert export(session, asked.nasrin.id) == {"listed": [], "left_out_of": []}
    assert again(session, issue).recipient_count == 2


def test_hours_are_the_readers_own_and_what_was_cancelled_is_left_out(
    app: Flask, session: Session, asked: Cast
) -> None:
    evening = events.published(session, asked.soheila, begins_in=timedelta(days=3))
    asking = calls.published(session, asked.soheila)
    blocks = (
        Block(BlockKind.CALL, number=asking.number),
        Block(BlockKind.EVENT, number=evening.number),
    )
    draft = Draft("شب", "Evening", blocks)

    def told(zone: str) -> list[dict[str, Any]]:
        with app.test_request_context():
            return composing.blocks_of(
                session, draft, "en", links=PageLinks(), zone=ZoneInfo(zone), at=now()
            )

    assert evening.starts_at is not None
    for zone in ("Asia/Tehran", "Europe/Berlin"):
        begins = f"{evening.starts_at.astimezone(ZoneInfo(zone)):%H:%M}"
        assert told(zone)[1]["hours"]["begins"] == begins
    assert told("UTC")[0]["city_names"] == ["Barcelona", "Freiburg"]
    evening.cancelled_at = asking.withdrawn_at = FRIDAY
    session.flush()
    assert told("UTC") == []
