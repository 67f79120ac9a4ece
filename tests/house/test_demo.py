"""The demo data: recognisable people, proposals in every state, a queue with work in it."""

from collections import Counter

from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from citizen_diplomat.accounts.model import Account, AccountRole
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.audit.actions import broken_entries
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cities.model import City
from citizen_diplomat.cli.demo.people import SIGN_IN_AS, passphrase
from citizen_diplomat.cli.demo.proposals import proposals_file
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.passphrase import verify_passphrase, weakness
from citizen_diplomat.foundation.text import clean, refuse
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import is_held
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import SUMMARY_LENGTH, TITLE_LENGTH, State
from citizen_diplomat.translation.model import TranslationParagraph
from tests.cast import CHEAP, Cast
from tests.conftest import database_of


def demo(app: Flask, *options: str) -> Result:
    result: Result = app.test_cli_runner().invoke(args=["demo", *options])
    return result


def test_a_new_site_is_full_of_life(app: Flask, client: FlaskClient) -> None:
    assert demo(app).exit_code == 0
    with database_of(app).reading() as session:
        states = Counter(session.scalars(select(Proposal.state)))
        assert set(states) == set(State)
        assert not list(broken_entries(session))
        stages = set(session.scalars(select(TranslationParagraph.state)))
        assert stages == {"checked", "stale"}
        counts = {city.slug: city.member_count for city in session.scalars(select(City))}
        assert counts["barcelona"] >= 10
        assert all(counts.values())
        _check_queue(session)
        _check_mail(session)
    assert client.get("/en/").status_code == 200


def _check_queue(session: Session) -> None:
    at = now()
    items = session.scalars(select(QueueItem).where(QueueItem.closed_at.is_(None))).all()
    ages = {(at - item.opened_at).days for item in items}
    assert len(items) >= 8
    assert max(ages) > 10
    assert min(ages) < 3
    assert any(is_held(item.holder_id, item.lease_until, at=at) for item in items)
    assert any(item.holder_id is None for item in items)


def _check_mail(session: Session) -> None:
    waiting = session.scalars(select(OutboxMessage).where(OutboxMessage.done.is_(False))).all()
    assert {mail.to_address for mail in waiting} == {"nasrin@example.org"}
    assert sorted(mail.name for mail in waiting) == ["decision", "received"]


def test_everyone_who_is_printed_can_sign_in(app: Flask) -> None:
    demo(app)
    secret = passphrase(app.extensions["citizen_diplomat"].settings.secret_key)
    with database_of(app).reading() as session:
        people = session.scalars(
            select(Account)
            .where(Account.email_key.in_(SIGN_IN_AS))
            .options(selectinload(Account.role_rows))
        ).all()
        assert len(people) == len(SIGN_IN_AS)
        assert {role for person in people for role in person.roles} == set(Role)
        for person in people:
            assert person.is_demo
            assert person.is_open
            assert verify_passphrase(person.passphrase_hash, secret, hasher=CHEAP)


def test_the_passphrase_is_good_and_each_installation_has_its_own() -> None:
    made = {passphrase(f"the secret of installation {number}") for number in range(50)}
    assert len(made) == 50
    assert not any(weakness(secret) for secret in made)


def test_demo_twice_is_demo_once(app: Flask) -> None:
    demo(app)
    with database_of(app).reading() as session:
        before = session.scalar(select(func.count()).select_from(Account))
    assert demo(app).exit_code == 0
    assert demo(app, "--force").exit_code == 0
    with database_of(app).reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == before


def test_demo_people_do_not_join_real_members_unasked(app: Flask, session: Session) -> None:
    _real_member(session)
    refused = demo(app)
    assert refused.exit_code == 1
    assert "real members" in refused.output
    assert demo(app, "--if-empty").exit_code == 0
    with database_of(app).reading() as reading:
        assert not reading.scalar(select(func.count()).where(Account.is_demo))
    assert demo(app, "--force").exit_code == 0


def test_demo_never_takes_over_the_address_of_somebody_real(app: Flask, cast: Cast) -> None:
    refused = demo(app, "--force")
    assert refused.exit_code == 1
    assert "somebody's already" in refused.output
    with database_of(app).reading() as session:
        assert not session.scalar(select(func.count()).where(Account.is_demo))


def test_texts_of_the_demo_keep_the_rules_of_the_forms() -> None:
    for row in proposals_file():
        assert len(row["title"]) <= TITLE_LENGTH, row["id"]
        assert len(row["summary"]) <= SUMMARY_LENGTH, row["id"]
        for name in ("title", "summary"):
            assert row[name] == clean(row[name]), row["id"]
        assert not refuse(row["body"], multiline=True), row["id"]


def test_the_log_tells_the_story_in_the_order_of_its_time(app: Flask) -> None:
    demo(app)
    with database_of(app).reading() as session:
        times = session.scalars(select(AuditEntry.at).order_by(AuditEntry.id)).all()
    assert list(times) == sorted(times)
    assert times[-1] <= now()


def _real_member(session: Session) -> None:
    session.add(
        Account(
            email="sara@example.net",
            email_key="sara@example.net",
            display_name="Sara",
            language="en",
            time_zone="Europe/Berlin",
            created_at=now(),
            verified_at=now(),
            role_rows=[AccountRole(role=Role.MEMBER)],
        )
    )
    session.commit()
