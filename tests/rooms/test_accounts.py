"""Accounts in the database: unique addresses, links that die, and what is forgotten in time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from citizen_diplomat.accounts import actions, consents, forms_kept
from citizen_diplomat.accounts.actions import Links, Newcomer
from citizen_diplomat.accounts.model import Account, AccountSession, Consent, KeptForm
from citizen_diplomat.accounts.queries import account_by_email, account_of_link, staff
from citizen_diplomat.accounts.rules import (
    SESSION_LIFETIME,
    UNVERIFIED_KEPT,
    ConsentPurpose,
    link_claim,
)
from citizen_diplomat.accounts.sessions import find_session, open_session
from citizen_diplomat.audit.actions import broken_entries
from citizen_diplomat.directory.actions import open_profile
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.mail.model import OutboxMessage
from tests.cast import LONG_AGO, Cast

LINKS = Links(
    verify=lambda account: f"http://localhost/verify/{account.id}",
    reset=lambda account: f"http://localhost/reset/{account.id}",
    forgot=lambda _account: "http://localhost/forgot",
    login=lambda _account: "http://localhost/login",
)


def newcomer(email: str = "parisa@example.org") -> Newcomer:
    return Newcomer(email, "Parisa Shams", "hash", "en", "Europe/Berlin")


def register(session: Session) -> Account:
    account = actions.register(session, newcomer(), contested=False, links=LINKS, at=LONG_AGO)
    assert account is not None
    session.commit()
    return account


def test_the_database_itself_keeps_addresses_apart(session: Session) -> None:
    parisa = register(session)
    twin = Account(
        email="PARISA@example.org",
        email_key=parisa.email_key,
        display_name="Twin",
        language="en",
        time_zone="UTC",
        created_at=LONG_AGO,
    )
    session.add(twin)
    with pytest.raises(IntegrityError, match="email_key"):
        session.commit()


def test_two_spellings_of_one_address_are_one_account(session: Session) -> None:
    register(session)
    for email in ("PARISA@Example.org", "parisa@EXAMPLE.ORG.", "ｐarisa@example.org"):
        again = actions.register(
            session, newcomer(email), contested=False, links=LINKS, at=LONG_AGO
        )
        assert again is None
    assert session.scalar(select(func.count(Account.id))) == 1


def test_who_loses_the_race_for_an_address_is_treated_as_known(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    register(session)
    looked: list[str] = []

    def sees_nothing_at_first(session: Session, key: str, *, lock: bool = False) -> Account | None:
        looked.append(key)
        return account_by_email(session, key, lock=lock) if len(looked) > 1 else None

    monkeypatch.setattr(actions, "account_by_email", sees_nothing_at_first)
    lost = actions.register(session, newcomer(), contested=False, links=LINKS, at=LONG_AGO)
    session.commit()
    assert (lost, len(looked)) == (None, 2)
    assert session.scalar(select(func.count(Account.id))) == 1


def test_a_link_dies_with_the_state_it_was_made_for(session: Session) -> None:
    parisa = register(session)
    claim = link_claim(parisa.id, parisa.email_key, parisa.credential_version)
    assert account_of_link(session, claim) is parisa
    for change in (
        {"credential_version": 2},
        {"email_key": "elsewhere@example.org"},
        {"closed_at": LONG_AGO},
    ):
        session.execute(update(Account).values(**change))
        session.expire_all()
        assert account_of_link(session, claim) is None
        session.rollback()
    assert account_of_link(session, link_claim(999_999, parisa.email_key, 1)) is None


def test_an_address_is_confirmed_once(session: Session) -> None:
    parisa = register(session)
    claim = link_claim(parisa.id, parisa.email_key, parisa.credential_version)
    assert actions.verify(session, claim, at=LONG_AGO) is parisa
    assert actions.verify(session, claim, at=LONG_AGO) is None


def test_a_sign_in_that_met_a_change_of_the_passphrase_is_refused(
    session: Session, cast: Cast
) -> None:
    session.execute(
        update(Account).where(Account.id == cast.kamran.id).values(credential_version=2)
    )
    assert actions.note_sign_in(session, cast.kamran, rehashed=None, at=LONG_AGO) is None
    assert not actions.change_passphrase(
        session, cast.kamran, "hash", keep="token", links=LINKS, at=LONG_AGO
    )


def test_every_yes_and_no_is_kept(session: Session, cast: Cast) -> None:
    digest = ConsentPurpose.DIGEST
    consents.give_consent(session, cast.kamran, digest, source="settings", at=LONG_AGO)
    consents.withdraw_consent(session, cast.kamran, digest, source="mail", at=LONG_AGO)
    session.commit()
    kept = session.scalars(select(Consent).order_by(Consent.id))
    assert [(row.given, row.source) for row in kept] == [(True, "settings"), (False, "mail")]


def test_staff_are_listed_with_their_roles(
    session: Session, cast: Cast, queries: Callable[[], Any]
) -> None:
    with queries() as statements:
        people = staff(session)
        assert all(person.roles for person in people)
    assert {person.id for person in people} == {
        person.id for person in (cast.hamid, cast.maryam, cast.soheila, cast.arash, cast.mina)
    }
    assert len(statements) <= 3


def test_the_clean_up_forgets_what_is_past_its_time_and_nothing_else(
    session: Session, cast: Cast
) -> None:
    parisa = register(session)
    open_profile(session, parisa, city_slug="freiburg")
    old = open_session(session, cast.kamran, device="", remember=False, at=LONG_AGO)
    kept = open_session(session, cast.kamran, device="", remember=True, at=LONG_AGO)
    forms_kept.keep(session, "key", path="/en/x", fields={"a": ["b"]}, at=LONG_AGO)
    session.commit()

    soon = LONG_AGO + SESSION_LIFETIME + timedelta(minutes=1)
    assert actions.clean_up(session, soon) == 0
    session.commit()
    assert find_session(session, old, at=LONG_AGO) is None
    assert find_session(session, kept, at=soon) is not None
    assert session.scalar(select(func.count(KeptForm.id))) == 0

    everybody = session.scalar(select(func.count(Account.id)))
    assert actions.clean_up(session, LONG_AGO + UNVERIFIED_KEPT) == 1
    session.commit()
    assert account_by_email(session, "parisa@example.org") is None
    assert session.scalar(select(func.count(Account.id))) == (everybody or 0) - 1
    assert session.get(Profile, cast.nasrin.id) is not None
    assert session.scalar(select(func.count(AccountSession.id))) == 0


def test_a_request_for_nobody_leaves_no_mail(session: Session) -> None:
    actions.request_reset(session, "nobody@example.org", links=LINKS, at=LONG_AGO)
    session.commit()
    assert session.scalar(select(func.count(OutboxMessage.id))) == 0
    assert list(broken_entries(session)) == []
