"""Posting asks what the reader wants; what must come comes; one cause is told once on every way."""

from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pkgutil import walk_packages

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import citizen_diplomat
from citizen_diplomat.accounts import mail_choices
from citizen_diplomat.accounts.messages import PassphraseChanged
from citizen_diplomat.accounts.model import Consent
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.mail import holding, outbox
from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.model import InboxEntry, OutboxMessage
from citizen_diplomat.mail.preference_rules import Channel, Kind
from citizen_diplomat.moderation.messages import DecisionMade
from citizen_diplomat.outcomes.messages import HelperChanged
from tests.cast import Cast

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LINK = "https://diplomat.example/fa/me/proposals/17"
HELPER = HelperChanged(17, "نهر", "کامران", True, LINK)
ACCEPTED = DecisionMade(17, "نهر", "accepted", "", "", LINK)
DECLINED = replace(ACCEPTED, state="declined", statement_link=LINK)
SECURITY = PassphraseChanged(LINK)
BOTH, MAIL, INBOX, NOTHING = {"at_once", "inbox"}, {"at_once"}, {"inbox"}, set[str]()

ALWAYS = {
    # Without them nobody could come in, or know that somebody else did.
    "verify": "account", "already_registered": "account", "reset": "account",
    "passphrase_changed": "account", "invitation": "account", "account_closed": "account",
    "new_address": "account", "address_taken": "account", "address_change": "account",
    # Statements of reasons, what was imposed and what came of a report (DSA, art. 16(5), 17, 20).
    "text_removed": "law", "report_outcome": "law", "sanction": "law", "sanction_ended": "law",
    "sanction_upheld": "law",
    # That somebody saw one's data or one's name (GDPR, art. 5(1)(a)).
    "data_opened": "law", "pen_name_lifted": "law",
    # Asked for a moment ago, by who gets it.
    "address_check": "asked", "newsletter_test": "asked",
    # To an address, member or not.
    "coauthor_invitation": "stranger", "opinion_asked": "stranger",
    "outcome_asks_partner": "stranger",
    # Each has a switch of its own: in the profile, and how often.
    "help_asked": "switch", "digest": "switch",
}  # fmt: skip


def all_letters() -> dict[str, type[Message]]:
    for module in walk_packages(citizen_diplomat.__path__, "citizen_diplomat."):
        if module.name.endswith(("messages", ".taking_over")):
            import_module(module.name)
    return letters()


def letters(base: type[Message] = Message) -> dict[str, type[Message]]:
    found = {one.name: one for one in base.__subclasses__() if one.__module__.startswith("citizen")}
    return found | {name: one for child in found.values() for name, one in letters(child).items()}


def test_every_letter_belongs_to_a_kind_or_always_comes_for_a_reason() -> None:
    assert {name for name, one in all_letters().items() if one.mail_kind is None} == set(ALWAYS)


def told(session: Session) -> set[str]:
    mailed = session.scalars(select(OutboxMessage)).all()
    lying = session.scalars(select(InboxEntry)).all()
    assert max(len(mailed), len(lying)) <= 1
    return (MAIL if mailed else NOTHING) | (INBOX if lying else NOTHING)


@pytest.mark.parametrize(
    ("letter", "chosen", "comes"),
    [
        (HELPER, None, BOTH),
        (HELPER, BOTH, BOTH),
        (HELPER, INBOX, INBOX),
        (HELPER, MAIL, MAIL),
        (HELPER, NOTHING, NOTHING),
        (ACCEPTED, MAIL, BOTH),
        (ACCEPTED, NOTHING, INBOX),
        (DECLINED, NOTHING, BOTH),
        (SECURITY, NOTHING, MAIL),
    ],
)
def test_a_letter_comes_as_its_reader_wants_and_once(
    session: Session, cast: Cast, letter: Message, chosen: set[str] | None, comes: set[str]
) -> None:
    if chosen is not None:
        choose(session, cast, Kind.MINE, {Channel(word) for word in chosen})
    to = cast.nasrin.recipient
    assert outbox.post(session, letter, to, key="one", at=NOON)
    again = outbox.post(session, letter, to, key="one", at=NOON)
    assert again is (comes == NOTHING), "what left no trace may be posted again, and leaves none"
    assert told(session) == comes


def choose(session: Session, cast: Cast, kind: Kind, ways: set[Channel]) -> None:
    choice = {kind: frozenset(ways)}
    mail_choices.choose(
        session, cast.nasrin, choice, by=cast.nasrin, at=NOON, source="mail_preferences"
    )


def test_what_waits_or_is_held_does_not_leave_once_it_is_not_wanted(
    session: Session, cast: Cast
) -> None:
    with holding.held(session, "batch:1:1"):
        outbox.post(session, ACCEPTED, cast.nasrin.recipient, key="accepted", at=NOON)
        outbox.post(session, DECLINED, cast.nasrin.recipient, key="declined", at=NOON)
        outbox.post(session, HELPER, cast.kamran.recipient, key="other", at=NOON)
    outbox.post(session, HELPER, cast.nasrin.recipient, key="helper", at=NOON)
    session.flush()
    choose(session, cast, Kind.MINE, {Channel.INBOX})
    stopped = select(OutboxMessage.key).where(OutboxMessage.stopped_at.is_not(None))
    assert set(session.scalars(stopped)) == {"accepted", "helper"}
    assert holding.release(session, {"batch:1:1"}, at=NOON) == 2


def test_the_newsletter_is_a_consent_each_time_and_other_kinds_are_none(
    session: Session, cast: Cast
) -> None:
    for ways in ({Channel.AT_ONCE}, {Channel.AT_ONCE}, set[Channel]()):
        choose(session, cast, Kind.NEWSLETTER, ways)
    choose(session, cast, Kind.MESSAGES, set())
    hers = select(Consent).where(Consent.account_id == cast.nasrin.id).order_by(Consent.id)
    rows = session.scalars(hers).all()
    kept = [(row.purpose, row.given, row.source, row.text_version) for row in rows]
    assert [row for row in kept if row[0] != "terms"] == [
        ("newsletter", True, "mail_preferences", "2026-11"),
        ("newsletter", False, "mail_preferences", "2026-11"),
    ]
    logged = select(AuditEntry.detail).where(AuditEntry.action == "mail.chosen")
    assert list(session.scalars(logged.order_by(AuditEntry.id))) == [
        {"newsletter": "at_once"},
        {"newsletter": ""},
        {"messages": ""},
    ]
