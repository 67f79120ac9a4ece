"""Nasrin leaves: nothing that was hers is left in any table, and what was sent stays nobody's."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.forget import Changed, LastAdmin
from citizen_diplomat.accounts.model import Account, AccountRole, Consent, StaffScope
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.accounts.sessions import open_session
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cities.model import City
from citizen_diplomat.cli.digest_run import make_due
from citizen_diplomat.community.actions import follow, support
from citizen_diplomat.community.model import Comment, Follow, ProposalTally, Support
from citizen_diplomat.community.rules import CommentDraft, FollowKind
from citizen_diplomat.digests.actions import choose
from citizen_diplomat.digests.model import DigestIssue, Subscription
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.directory.actions import save_profile
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.queries import of_account
from citizen_diplomat.directory.rules import (
    Audience,
    Ladder,
    LanguageDraft,
    ProfileDraft,
    SkillDraft,
    SkillLevel,
)
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail import outbox as mail
from citizen_diplomat.mail.claiming import claim as claim_mail
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation import comments
from citizen_diplomat.moderation.actions import Conflict, add_note, decide
from citizen_diplomat.moderation.model import Decision, Note, QueueItem
from citizen_diplomat.moderation.queries import item_for_review, item_of
from citizen_diplomat.moderation.queue import item_about
from citizen_diplomat.moderation.rules import ItemKind, Outcome
from citizen_diplomat.proposals import actions as proposals
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import newest_revision, of_author
from citizen_diplomat.proposals.rules import Draft, State
from citizen_diplomat.schema import METADATA
from citizen_diplomat.web.personal_data import close
from tests.cast import Cast
from tests.conftest import database_of
from tests.desk import BICYCLES, MONDAY, WATER, claimed, decided, submitted
from tests.rooms.test_claims import at_once

Outbox = Callable[[], list[OutboxMessage]]
LATER = MONDAY + timedelta(days=3)
ABOUT = "سفالگرم و در محلهٔ گراسیا کارگاه دارم"
UNSENT = "this was never sent by anybody"
SHOWN = "such a map would help us too"
HERS = ("nasrin", "نسرین", "بهرامی", "گراسیا", UNSENT, "Europe/Madrid")


def everything(app: Flask) -> str:
    """All rows of all tables as one text; cities and zones of the register left out."""
    with database_of(app).engine.connect() as connection:
        return "\n".join(
            repr(row)
            for name, table in METADATA.tables.items()
            if name not in {"city", "skill", "topic", "reason"}
            for row in connection.execute(table.select())
        )


def link_of(number: int) -> Callable[[Account], str]:
    return lambda _person: f"http://localhost/proposals/{number}"


def leave(session: Session, person: Account) -> None:
    session.rollback()
    session.expunge_all()
    with transaction(session):
        seen = account_by_id(session, person.id)
        assert seen is not None
        close(session, seen, at=LATER, link_of=link_of)
    session.expunge_all()


def fill_profile(session: Session, person: Account) -> None:
    profile = of_account(session, person.id, to_change=True)
    assert profile is not None
    draft = ProfileDraft(
        display_name=person.display_name,
        latin_name="Nasrin Bahrami",
        about=ABOUT,
        city_slug="barcelona",
        other_city="",
        other_country="",
        languages=frozenset({LanguageDraft("fa"), LanguageDraft("ca")}),
        skills=frozenset({SkillDraft("lang-en", SkillLevel.PROFESSIONAL, True)}),
        version=profile.version,
        ladder=Ladder.all_of(Audience.MEMBERS),
    )
    save_profile(session, profile, draft, by=person, at=MONDAY)
    session.commit()


def begin(session: Session, person: Account, key: str) -> Proposal:
    draft = Draft(UNSENT, "", UNSENT, None, ("barcelona",), "en")
    proposal = proposals.start(session, draft, form_key=key, by=person, at=MONDAY)
    session.commit()
    return proposal


def change_without_sending(session: Session, person: Account, number: int) -> None:
    own = of_author(session, person.id, number, to_change=True)
    assert own is not None
    other = Draft(UNSENT, UNSENT, UNSENT, "transport", ("freiburg",), "en", ("lang-en",))
    proposals.save(session, own, other, version=own.version, by=person, at=MONDAY)
    session.commit()


def live(session: Session, cast: Cast) -> dict[str, int]:
    """All that Nasrin can leave behind, as numbers of her proposals."""
    fill_profile(session, cast.nasrin)
    choose(
        session, cast.nasrin, Frequency.WEEKLY, cities=["barcelona"], topics=["transport"],
        by=cast.nasrin, at=MONDAY, source="mail page",
    )  # fmt: skip
    mail.suppress(session, cast.nasrin.email, "digest", at=MONDAY)
    open_session(session, cast.nasrin, device="Firefox, Android", remember=True, at=MONDAY)
    session.commit()
    numbers = {"draft": begin(session, cast.nasrin, "draft").number}
    numbers["waiting"] = submitted(session, cast.nasrin).subject_id
    held = claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY)
    numbers["held"] = held.subject_id
    for name, outcome in (
        ("accepted", Outcome.ACCEPT),
        ("asked", Outcome.REQUEST_CHANGES),
        ("declined", Outcome.DECLINE),
    ):
        item = decided(session, submitted(session, cast.nasrin), outcome, by=cast.hamid)
        numbers[name] = item.subject_id
    change_without_sending(session, cast.nasrin, numbers["asked"])
    return numbers


def talk(session: Session, cast: Cast) -> None:
    """She supports, follows, and says something to a proposal of Kamran's."""
    item = decided(session, submitted(session, cast.kamran, BICYCLES), by=cast.hamid)
    proposal, nasrin = item.of_proposal, session.get_one(Account, cast.nasrin.id)
    support(session, proposal, cities=["freiburg"], by=nasrin, at=MONDAY)
    follow(session, FollowKind.TOPIC, "transport", by=nasrin, at=MONDAY)
    for words in (SHOWN, UNSENT):
        draft = CommentDraft(words)
        said = comments.write(
            session, proposal, draft, form_key=str(len(words)), by=nasrin, at=MONDAY
        )
        session.flush()
        if words is SHOWN:
            waits = item_about(session, ItemKind.COMMENT, said.id)
            assert waits is not None
            session.refresh(waits, ["proposal"])
            hamid = session.get_one(Account, cast.hamid.id)
            comments.approve(session, waits, said, version=said.version, by=hamid, at=MONDAY)
    session.commit()


def test_what_she_said_stays_and_what_she_supports_counts_no_more(
    app: Flask, session: Session, cast: Cast
) -> None:
    talk(session, cast)
    leave(session, cast.nasrin)
    send_all(session)
    assert [word for word in ("نسرین", UNSENT) if word in everything(app)] == []
    rows = session.scalars(select(Comment).order_by(Comment.id)).all()
    assert [(row.state, row.text) for row in rows] == [
        ("shown", SHOWN),
        ("withdrawn", ""),
    ]
    assert session.scalars(select(Support)).all() == []
    assert session.scalars(select(Follow)).all() == []
    (tally,) = session.scalars(select(ProposalTally))
    assert (tally.supporters, tally.own_city, tally.comments) == (0, 0, 1)
    waits = select(QueueItem).where(QueueItem.kind == "comment", QueueItem.closed_at.is_(None))
    assert session.scalars(waits).all() == []


def send_all(session: Session) -> list[str]:
    """The addresses that the worker writes to, each row then done."""
    reached = []
    while (row := claim_mail(session, at=LATER)) is not None:
        reached.append(row.to_address)
        mail.mark_sent(session, [row], at=LATER)
        session.commit()
    session.commit()
    return reached


@pytest.fixture
def numbers(session: Session, cast: Cast) -> dict[str, int]:
    return live(session, cast)


def test_no_table_holds_anything_of_hers(
    app: Flask, session: Session, cast: Cast, numbers: dict[str, int]
) -> None:
    before = everything(app)
    assert [word for word in HERS if word not in before] == []
    leave(session, cast.nasrin)
    assert send_all(session) == [cast.nasrin.email]
    after = everything(app)
    assert [word for word in HERS if word in after] == []
    assert cast.kamran.email in after, "others keep theirs"


def test_the_last_letter_is_the_only_one_that_still_leaves(
    session: Session, cast: Cast, numbers: dict[str, int], outbox: Outbox
) -> None:
    leave(session, cast.nasrin)
    *earlier, last = outbox()
    assert (last.name, last.to_address, last.language) == (
        "account_closed",
        cast.nasrin.email,
        "fa",
    )
    assert {row.name for row in earlier} == {"received", "decision"}
    assert {(row.state, row.to_address, row.to_name) for row in earlier} == {("stopped", "", "")}
    assert [row.values for row in earlier] == [{}] * len(earlier)


def test_an_address_that_refuses_the_last_letter_is_forgotten_too(
    app: Flask, session: Session, cast: Cast
) -> None:
    leave(session, cast.nasrin)
    row = claim_mail(session, at=LATER)
    assert row is not None
    session.commit()
    mail.give_up(session, row, "550 <nasrin@example.org> is unknown", at=LATER)
    session.commit()
    assert "nasrin" not in everything(app)


def test_what_she_sent_stays_as_she_sent_it_and_waits_no_longer(
    session: Session, cast: Cast, numbers: dict[str, int]
) -> None:
    leave(session, cast.nasrin)
    rows = session.scalars(select(Proposal).order_by(Proposal.number))
    assert {row.number: row.state for row in rows} == {
        numbers["waiting"]: State.WITHDRAWN,
        numbers["held"]: State.WITHDRAWN,
        numbers["asked"]: State.WITHDRAWN,
        numbers["accepted"]: State.ACCEPTED,
        numbers["declined"]: State.DECLINED,
    }
    for name in ("waiting", "held"):
        item = item_of(session, numbers[name])
        assert item is not None
        assert (item.closed_at, item.holder_id) == (LATER, None)
    asked = of_author(session, cast.nasrin.id, numbers["asked"])
    sent = newest_revision(session, numbers["asked"])
    assert asked is not None
    assert sent is not None
    assert asked.draft == sent.draft
    assert asked.draft.body == WATER.body
    assert len(session.scalars(select(Decision)).all()) == 3


def test_the_account_is_a_number_that_can_do_nothing(
    session: Session, cast: Cast, numbers: dict[str, int]
) -> None:
    version = cast.nasrin.credential_version
    leave(session, cast.nasrin)
    account = account_by_id(session, cast.nasrin.id)
    assert account is not None
    assert (account.closed_at, account.passphrase_hash, account.display_name) == (LATER, None, "")
    assert account.email == account.email_key == f"closed-{account.id}@invalid"
    assert account.credential_version > version
    assert account.roles == frozenset()
    assert session.get(Profile, account.id) is None
    assert session.get(Subscription, account.id) is None
    consents = session.scalars(
        select(Consent).where(Consent.account_id == account.id).order_by(Consent.id)
    )
    assert [(row.purpose, row.given) for row in consents] == [
        ("digest", True),
        ("digest", False),
        ("terms", False),
    ]
    *_, last = session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    subject = f"account:{account.id}"
    assert (last.action, last.subject, last.detail) == ("account.closed", subject, {})


def test_her_city_counts_one_member_less(session: Session, cast: Cast) -> None:
    session.get_one(City, "barcelona").member_count = 12
    session.commit()
    leave(session, cast.nasrin)
    assert session.get_one(City, "barcelona").member_count == 11


def test_no_digest_is_made_for_somebody_who_left(
    app: Flask, session: Session, cast: Cast, outbox: Outbox
) -> None:
    for person in (cast.nasrin, cast.kamran):
        choose(session, person, Frequency.DAILY, by=person, at=MONDAY, source="mail page")
    session.commit()
    decided(session, submitted(session, cast.stranger, BICYCLES), by=cast.hamid, at=LATER)
    leave(session, cast.nasrin)
    with app.app_context():
        make_due(LATER + timedelta(days=1))
    digests = [row.to_address for row in outbox() if row.name == "digest"]
    assert digests == [cast.kamran.email]
    assert set(session.scalars(select(DigestIssue.account_id))) == {cast.kamran.id}


def test_what_a_moderator_held_is_free_and_what_they_decided_stands(
    session: Session, cast: Cast
) -> None:
    session.add(StaffScope(account_id=cast.hamid.id, city_slug="barcelona"))
    decided(session, submitted(session, cast.kamran, BICYCLES), by=cast.hamid)
    held = claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=MONDAY)
    add_note(session, held, text="Ask the water company.", by=cast.hamid, at=MONDAY)
    session.commit()
    leave(session, cast.hamid)
    item = item_of(session, held.subject_id)
    assert item is not None
    assert (item.holder_id, item.closed_at, item.of_proposal.state) == (None, None, State.IN_REVIEW)
    assert session.scalars(select(Note.author_id)).all() == [cast.hamid.id]
    assert session.scalars(select(Decision.decided_by)).all() == [cast.hamid.id]
    assert session.scalars(select(StaffScope)).all() == []


def test_a_passphrase_changed_meanwhile_stops_it(session: Session, cast: Cast) -> None:
    session.get_one(Account, cast.nasrin.id).credential_version += 1
    session.commit()
    with pytest.raises(Changed), transaction(session):
        close(session, cast.nasrin, at=LATER, link_of=link_of)
    leave(session, cast.nasrin)
    with pytest.raises(Changed), transaction(session):
        close(session, cast.nasrin, at=LATER, link_of=link_of)


def test_the_last_administrator_cannot_leave(app: Flask, session: Session, cast: Cast) -> None:
    before = everything(app)
    with pytest.raises(LastAdmin):
        leave(session, cast.mina)
    assert everything(app) == before
    session.add(AccountRole(account_id=cast.arash.id, role=Role.ADMIN))
    session.commit()
    leave(session, cast.mina)
    with pytest.raises(LastAdmin):
        leave(session, cast.arash)


def test_of_two_administrators_who_leave_at_once_one_stays(
    app: Flask, session: Session, cast: Cast
) -> None:
    session.add(AccountRole(account_id=cast.arash.id, role=Role.ADMIN))
    session.commit()
    answers = at_once(app, [partial(_close, number=who.id) for who in (cast.mina, cast.arash)])
    assert sorted(answers) == ["closed", "last"]


def test_of_a_decision_and_a_closing_at_once_each_has_one_clear_answer(
    app: Flask, session: Session, cast: Cast
) -> None:
    item = submitted(session, cast.nasrin)
    version, number = item.of_proposal.version, item.subject_id
    session.close()
    answers = at_once(
        app,
        [
            partial(_decide, item_id=item.id, by=cast.hamid, version=version),
            partial(_close, number=cast.nasrin.id),
        ],
    )
    assert sorted(answers) in (["closed", "conflict"], ["closed", "decided"])
    with database_of(app).reading() as fresh:
        state = fresh.get_one(Proposal, number).state
        assert state == (State.ACCEPTED if "decided" in answers else State.WITHDRAWN)
        names = fresh.scalars(select(OutboxMessage.name).where(OutboxMessage.done.is_(False)))
        assert names.all() == ["account_closed"]


def _close(opened: Session, *, number: int) -> str:
    try:
        with transaction(opened):
            seen = account_by_id(opened, number)
            assert seen is not None
            close(opened, seen, at=LATER, link_of=link_of)
    except LastAdmin:
        return "last"
    return "closed"


def _decide(opened: Session, *, item_id: int, by: Account, version: int) -> str:
    try:
        with transaction(opened):
            item = item_for_review(opened, item_id, viewer=by.id)
            assert item is not None
            decide(
                opened, item, Outcome.ACCEPT, reason="trial-first", message="سپاس.",
                version=version, by=by, at=LATER, link=lambda _: "http://localhost/fa/me/proposals/1",
            )  # fmt: skip
    except Conflict:
        return "conflict"
    return "decided"
