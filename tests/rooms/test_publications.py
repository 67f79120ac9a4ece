"""Who asked for it hears at once of what is accepted: once, for one reason, and can end it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanction_rules import SanctionKind
from citizen_diplomat.cli import digest_run, publication_run
from citizen_diplomat.community import follows
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.digests import news
from citizen_diplomat.digests.publications import OLDEST
from citizen_diplomat.mail import preferences, stops
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.preference_rules import DEFAULTS, Channel, Kind
from citizen_diplomat.mail.rules import KeptBack, MailState, Scope
from tests.cast import LONG_AGO, Cast
from tests.digests import LAST_WEEK, accepted, send, subscribe
from tests.sanctioning import impose

Outbox = Callable[[], list[OutboxMessage]]


def asks(session: Session, person: Account, *kinds: Kind, way: Channel = Channel.AT_ONCE) -> None:
    choice = {kind: DEFAULTS[kind] | {way} for kind in kinds}
    preferences.change(session, person.id, choice, at=LONG_AGO)
    session.commit()


def tell(app: Flask) -> int:
    with app.app_context():
        digest_run.note_news(LAST_WEEK)
        return publication_run.tell_published(LAST_WEEK)


def told(outbox: Outbox) -> list[tuple[str, str, str]]:
    return [(row.to_address, str(row.kind), row.values["title"]) for row in outbox()]


def test_who_asked_hears_once_for_the_reason_that_is_nearest(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    """Nasrin asked for both, the stranger for what they follow, Arash for nothing."""
    for person in (cast.nasrin, cast.stranger, cast.arash):
        follows.follow(session, FollowKind.CITY, "barcelona", by=person, at=LONG_AGO)
    subscribe(session, cast.nasrin, cities=["barcelona", "porto"])
    asks(session, cast.nasrin, Kind.CITY, Kind.FOLLOWED)
    asks(session, cast.stranger, Kind.FOLLOWED)
    accepted(session, cast.kamran, "Tiles", city="barcelona")
    accepted(session, cast.kamran, "Wine", city="porto")
    accepted(session, cast.kamran, "Elsewhere", city="florence")
    assert tell(app) == 3
    assert tell(app) == 0
    assert sorted(told(outbox)) == sorted(
        [
            (cast.nasrin.email, "followed", "Tiles"),
            (cast.stranger.email, "followed", "Tiles"),
            (cast.nasrin.email, "city", "Wine"),
        ]
    )


def test_a_run_that_was_cut_short_tells_nobody_twice(
    app: Flask, session: Session, cast: Cast, outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    follows.follow(session, FollowKind.TOPIC, "tourism", by=cast.nasrin, at=LONG_AGO)
    asks(session, cast.nasrin, Kind.FOLLOWED)
    accepted(session, cast.kamran, "Walks", topic="tourism")

    def die(*_rest: object, **_more: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(news, "mark_told", die)
        with pytest.raises(KeyboardInterrupt):
            tell(app)
    assert tell(app) == 0
    assert len(outbox()) == 1


def test_authors_and_whoever_waits_for_the_digest_get_no_mail(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    for person in (cast.kamran, cast.nasrin):
        follows.follow(session, FollowKind.CITY, "barcelona", by=person, at=LONG_AGO)
    asks(session, cast.kamran, Kind.FOLLOWED)
    accepted(session, cast.kamran, "Tiles", city="barcelona")
    assert (tell(app), outbox()) == (0, [])


def test_what_is_old_news_is_left_to_the_digest(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    follows.follow(session, FollowKind.CITY, "barcelona", by=cast.nasrin, at=LONG_AGO)
    asks(session, cast.nasrin, Kind.FOLLOWED)
    accepted(session, cast.kamran, "Tiles", city="barcelona", at=LAST_WEEK - OLDEST)
    assert (tell(app), outbox()) == (0, [])


def test_what_is_hidden_while_mail_to_many_is_stopped_does_not_go_out_afterwards(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    asks(session, cast.nasrin, Kind.CITY)
    subscribe(session, cast.nasrin, cities=["barcelona"])
    accepted(session, cast.kamran, "Tiles", city="barcelona")
    accepted(session, cast.stranger, "Wells", city="barcelona")
    assert tell(app) == 2
    stops.stop(session, Scope.BULK, "a mistake", by=cast.mina.id, at=LAST_WEEK)
    session.commit()
    impose(app, cast.kamran, SanctionKind.SUSPEND, by=cast.mina, at=LAST_WEEK, hides=True)
    send(app, LAST_WEEK)
    stops.resume(session, Scope.BULK)
    session.commit()
    send(app, LAST_WEEK)
    fates = {row.key: (row.state, row.last_error) for row in outbox() if row.name == "published"}
    assert sorted(fates.values()) == [
        (MailState.SENT, ""),
        (MailState.STOPPED, KeptBack.WITHDRAWN),
    ]
