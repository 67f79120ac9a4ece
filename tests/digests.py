"""Beginnings and ends of the stories about digests: who hears, what happens, what arrives."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cli import digest_run, worker
from citizen_diplomat.digests import actions
from citizen_diplomat.digests import ledger as entering
from citizen_diplomat.digests.model import DigestIssue
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.foundation.folding import search_text
from citizen_diplomat.moderation.model import Decision, Reason
from citizen_diplomat.proposals.model import Proposal, ProposalCity, ProposalSkill
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.services import KEY
from tests.conftest import database_of

MADRID = ZoneInfo("Europe/Madrid")
SATURDAY = datetime(2026, 11, 28, 8, 0, tzinfo=MADRID)
"""The morning in Barcelona on which the week from 21 to 28 November is told of."""
LAST_WEEK = SATURDAY - timedelta(days=3)
LONG_AGO = SATURDAY - timedelta(days=60)
_TITLE = re.compile(r"^\* \u2068(.*)\u2069$", re.MULTILINE)


@dataclass(frozen=True)
class Arrived:
    """A digest that left: to whom, and the titles of all that it names, in their order."""

    to_address: str
    subject: str
    titles: list[str]
    text: str


class Postbox:
    """The digests that an application has written into its mail folder since this was made."""

    def __init__(self, app: Flask) -> None:
        """Empty the folder of digests: another test's letter may bear the same name."""
        self._folder = Path(app.extensions[KEY].settings.data_dir) / "mail"
        self.digests()

    def digests(self) -> list[Arrived]:
        """The digests that came since the last time, oldest first."""
        paths = sorted(self._folder.glob("*-digest.eml"))
        letters = [_read(path) for path in paths]
        for path in paths:
            path.unlink()
        return letters


def _read(path: Path) -> Arrived:
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert isinstance(message, EmailMessage)
    part = message.get_body(("plain",))
    assert part is not None
    text = part.get_content()
    return Arrived(
        message["To"].addresses[0].addr_spec, message["Subject"], _TITLE.findall(text), text
    )


def make(app: Flask, at: datetime = SATURDAY) -> int:
    """Enter the digests that are due."""
    with app.app_context():
        return digest_run.make_due(at)


def send(app: Flask, at: datetime = SATURDAY) -> None:
    """Send the mail that is due."""
    with app.app_context():
        worker.send_due(lambda: at)


def enter_and_die(app: Flask, at: datetime) -> int:
    """A worker dies after all was written, before it is durable; returns how many it entered."""
    made = 0
    with app.app_context(), database_of(app).writing() as session:
        digest_run.note_news(at)
        for rhythm in entering.rhythms(session):
            newest = rhythm.newest(at)
            members = entering.due(session, rhythm, *newest, after=0, limit=9) if newest else ()
            if newest and members:
                whose = {"members": members, "signer": app.extensions[KEY].signer, "at": at}
                made += entering.enter(session, rhythm, *newest, **whose)
        session.rollback()
    return made


def ledger(session: Session) -> list[DigestIssue]:
    """All digests that were entered; the session holds nothing afterwards."""
    session.rollback()
    rows = list(session.scalars(select(DigestIssue).order_by(DigestIssue.id)))
    for row in rows:
        session.expunge(row)
    session.rollback()
    return rows


def subscribe(
    session: Session,
    account: Account,
    frequency: Frequency = Frequency.WEEKLY,
    *,
    at: datetime = LONG_AGO,
    **narrowed: Any,
) -> None:
    """Let somebody choose a digest, committed."""
    actions.choose(session, account, frequency, by=account, at=at, source="test", **narrowed)
    session.commit()


def accepted(
    session: Session,
    author: Account,
    title: str = "Shade map",
    *,
    city: str = "barcelona",
    topic: str = "environment-water",
    skills: tuple[str, ...] = (),
    at: datetime = LAST_WEEK,
) -> Proposal:
    """A proposal that everybody reads since `at`, committed."""
    proposal = Proposal(
        author_id=author.id,
        state=State.ACCEPTED,
        language="en",
        title=title,
        summary="Cycle routes under trees",
        body="Body",
        topic_slug=topic,
        form_key=f"{title}{at}",
        search_text=search_text(title),
        created_at=at,
        updated_at=at,
        submitted_at=at,
        published_at=at,
        decided_at=at,
        cities=[ProposalCity(city_slug=city)],
        skills=[ProposalSkill(skill_slug=slug) for slug in skills],
    )
    session.add(proposal)
    session.commit()
    return proposal


def answered(
    session: Session,
    proposal: Proposal,
    by: Account,
    *,
    outcome: str = "accept",
    at: datetime = LAST_WEEK,
) -> None:
    """A decision on a proposal, committed."""
    reason = session.scalars(select(Reason).where(Reason.outcome == outcome)).first()
    assert reason is not None
    session.add(
        Decision(
            proposal_number=proposal.number,
            revision=1,
            outcome=outcome,
            reason_slug=reason.slug,
            message="Because",
            decided_by=by.id,
            at=at,
        )
    )
    session.commit()
