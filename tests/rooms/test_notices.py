"""The office asks: who hears of a call in the digest, at once, in feeds, from its first day on."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.calls import actions
from citizen_diplomat.calls.model import Call
from citizen_diplomat.calls.rules import Answerers, Moments
from citizen_diplomat.cities.relations import RelationEvent
from citizen_diplomat.cli import digest_run, publication_run
from citizen_diplomat.community.model import Follow
from citizen_diplomat.digests import announcements, feed_dates, feed_news
from citizen_diplomat.digests.notices import Notice, Taste, taste_of
from citizen_diplomat.digests.rules import News
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.events import actions as events
from citizen_diplomat.events.model import Event
from citizen_diplomat.mail import preferences
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.preference_rules import DEFAULTS, Channel, Kind
from citizen_diplomat.mail.rules import MailState
from tests import digests
from tests.calls import WATER
from tests.cast import Cast
from tests.digests import LAST_WEEK, LONG_AGO, SATURDAY, Postbox, subscribe
from tests.events import EVENING

DAY = timedelta(days=1)

NOBODY = Taste(None, frozenset(), frozenset(), frozenset())


def asked(session: Session, by: Account, *, who: Answerers = Answerers.EVERYONE) -> Call:
    """A call that was written long ago and opens on Wednesday of the week that is told of."""
    opens = LAST_WEEK
    moments = Moments(opens, opens + 30 * DAY, opens + 40 * DAY, opens + 50 * DAY)
    call = actions.write(session, replace(WATER, who=who, moments=moments), by=by, at=LONG_AGO)
    actions.publish(session, call, by=by, at=LONG_AGO)
    session.commit()
    return call


def notice(**told: object) -> Notice:
    usual = {
        "cities": frozenset({"barcelona"}),
        "topics": frozenset({"tourism"}),
        "only_residents": False,
    }
    return Notice(
        news=News.CALL,
        number=1,
        at=LAST_WEEK,
        title_fa="",
        title_en="",
        when=None,
        **{**usual, **told},  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("taste", "told", "hears"),
    [
        ({}, {}, True),
        ({"cities": {"barcelona"}}, {}, True),
        ({"cities": {"porto"}}, {}, False),
        ({"cities": {"porto"}}, {"cities": frozenset()}, True),
        ({"topics": {"water"}}, {}, False),
        ({"topics": {"water"}}, {"topics": frozenset()}, True),
        ({"cities": {"porto"}, "home": "barcelona"}, {}, True),
        ({"cities": {"porto"}, "followed": {("city", "barcelona")}}, {}, True),
        ({"topics": {"water"}, "followed": {("topic", "tourism")}}, {}, True),
        ({"home": "barcelona"}, {"only_residents": True}, True),
        ({"home": "porto", "followed": {("city", "barcelona")}}, {"only_residents": True}, False),
        ({}, {"only_residents": True}, False),
    ],
)
def test_whom_a_notice_concerns(
    taste: dict[str, object], told: dict[str, object], hears: bool
) -> None:
    chosen = {
        name: frozenset(value) if isinstance(value, set) else value for name, value in taste.items()
    }
    assert replace(NOBODY, **chosen).is_met_by(notice(**told)) is hears  # type: ignore[arg-type]


TASTES = list(
    product(
        (None, "barcelona", "florence"),
        ((), ("barcelona",), ("florence",)),
        ((), ("tourism",), ("handicrafts",)),
        ((), (("city", "barcelona"),), (("topic", "tourism"), ("topic", "handicrafts"))),
    )
)
NOTICES = [
    notice(cities=frozenset(cities), topics=frozenset(topics), only_residents=only)
    for cities, topics, only in product(
        ((), ("barcelona",), ("barcelona", "porto")), ((), ("tourism",)), (False, True)
    )
]


def test_the_question_to_the_database_and_the_rule_agree_on_everybody(
    session: Session, cast: Cast
) -> None:
    """Whom a notice is told at once is asked of the database for all members together."""
    everybody = [cast.nasrin, cast.kamran, cast.stranger]
    for person in everybody:
        choice = {Kind.CALLS: frozenset({Channel.AT_ONCE})}
        preferences.change(session, person.id, choice, at=LONG_AGO)
    for three in zip(*[iter(TASTES)] * len(everybody), strict=True):
        for person, (home, cities, topics, followed) in zip(everybody, three, strict=True):
            session.get_one(Profile, person.id).city_slug = home
            subscribe(session, person, cities=cities, topics=topics)
            session.execute(delete(Follow).where(Follow.account_id == person.id))
            for kind, subject in followed:
                session.add(Follow(account_id=person.id, kind=kind, subject=subject, at=LONG_AGO))
        session.commit()
        for one in NOTICES:
            hears = {row.id for row in announcements.hearing(session, one, after=0, at=SATURDAY)}
            meant = {row.id for row in everybody if taste_of(session, row.id).is_met_by(one)}
            assert hears == meant, (one, three)


def test_a_call_is_news_from_the_day_on_which_it_can_be_answered(
    app: Flask, session: Session, cast: Cast
) -> None:
    """It was published long before; the digest of the week in which it opens tells it, once."""
    box = Postbox(app)
    subscribe(session, cast.nasrin, cities=["barcelona"])
    call = asked(session, cast.soheila)
    with app.app_context():
        digest_run.note_news(LAST_WEEK - DAY)
    assert digests.make(app, LAST_WEEK - 4 * DAY) == 1
    digests.make(app)
    digests.send(app)
    assert [one.titles for one in box.digests()] == [[call.title_fa]]
    digests.make(app, SATURDAY + 7 * DAY)
    digests.send(app, SATURDAY + 7 * DAY)
    assert box.digests() == []


def test_events_and_what_lies_between_the_cities_stand_under_headings_of_their_own(
    app: Flask, session: Session, cast: Cast
) -> None:
    """Nasrin hears of Barcelona; what was cancelled, or is between other cities, she does not."""
    box = Postbox(app)
    subscribe(session, cast.nasrin, cities=["barcelona"])
    for title, slug in (("شب بارسلون", "barcelona"), ("شب فلورانس", "florence")):
        event = told_event(session, cast.soheila, title, slug)
        agreed(session, slug, f"یادداشت {title}")
    assert event.number
    digests.make(app)
    digests.send(app)
    (arrived,) = box.digests()
    assert arrived.titles == ["شب بارسلون"]
    assert "یادداشت شب بارسلون" in arrived.text
    assert "فلورانس" not in arrived.text


def told_event(session: Session, by: Account, title: str, slug: str) -> Event:
    details = replace(EVENING, title_fa=title, cities=(slug,))
    dated = details.on(SATURDAY + 9 * DAY, SATURDAY + 9 * DAY + timedelta(hours=2))
    event = events.write(session, dated, by=by, at=LAST_WEEK)
    events.publish(session, event, by=by, at=LAST_WEEK)
    session.commit()
    return event


def agreed(session: Session, slug: str, note: str) -> None:
    session.add(
        RelationEvent(
            city_slug=slug,
            kind="memorandum",
            day=LAST_WEEK.date(),
            note_fa=note,
            announced_at=LAST_WEEK,
        )
    )
    session.commit()


def test_what_was_withdrawn_before_the_digest_left_is_not_told(
    app: Flask, session: Session, cast: Cast
) -> None:
    box = Postbox(app)
    subscribe(session, cast.nasrin)
    call = asked(session, cast.soheila)
    digests.make(app)
    actions.withdraw(session, call, by=cast.soheila, at=SATURDAY)
    session.commit()
    digests.send(app)
    assert box.digests() == []


def test_who_asked_hears_at_once_and_only_residents_of_what_is_for_them_alone(
    app: Flask, session: Session, cast: Cast, outbox: Callable[[], list[OutboxMessage]]
) -> None:
    """Nasrin lives in Barcelona; the stranger asked too, and lives nowhere that it is for."""
    for person in (cast.nasrin, cast.stranger):
        choice = {Kind.CALLS: DEFAULTS[Kind.CALLS] | {Channel.AT_ONCE}}
        preferences.change(session, person.id, choice, at=LONG_AGO)
    asked(session, cast.soheila, who=Answerers.CITIES)
    with app.app_context():
        digest_run.note_news(LAST_WEEK)
        told = [publication_run.tell_published(LAST_WEEK + n * DAY) for n in range(3)]
    assert sum(told) == 1
    assert [(row.to_address, row.kind) for row in outbox()] == [(cast.nasrin.email, "calls")]


def test_what_was_withdrawn_before_its_mail_left_is_not_told_at_once_either(
    app: Flask, session: Session, cast: Cast, outbox: Callable[[], list[OutboxMessage]]
) -> None:
    choice = {kind: DEFAULTS[kind] | {Channel.AT_ONCE} for kind in (Kind.CALLS, Kind.EVENTS)}
    preferences.change(session, cast.nasrin.id, choice, at=LONG_AGO)
    call = asked(session, cast.soheila)
    told_event(session, cast.soheila, "شب بارسلون", "barcelona")
    with app.app_context():
        digest_run.note_news(LAST_WEEK)
        assert publication_run.tell_published(LAST_WEEK + DAY) == 2
    actions.withdraw(session, call, by=cast.soheila, at=LAST_WEEK + DAY)
    session.commit()
    digests.send(app, LAST_WEEK + DAY)
    fates = [(row.kind, row.state) for row in outbox()]
    assert sorted(fates) == [("calls", MailState.STOPPED), ("events", MailState.SENT)]


def test_feeds_have_the_call_and_its_last_day(session: Session, cast: Cast) -> None:
    call = asked(session, cast.soheila)
    kinds = {Kind.CALLS}
    for_her = feed_news.notices_for(session, cast.nasrin.id, kinds, at=SATURDAY)
    dates = feed_dates.dates_of(session, cast.nasrin, kinds, at=SATURDAY)
    assert [one.number for one in for_her] == [call.number]
    assert [(one.title, one.day) for one in dates] == [
        (call.title_fa, call.closes_at.date()) if call.closes_at else None
    ]
    assert feed_news.notices_for(session, cast.nasrin.id, {Kind.CITY}, at=SATURDAY) == []
    assert feed_news.notices_for(session, cast.nasrin.id, kinds, at=LAST_WEEK - DAY) == []
