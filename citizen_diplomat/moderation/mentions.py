"""Mentions in private notes: whoever is named hears of it, if they may see the item."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, joinedload, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import Base
from citizen_diplomat.foundation.folding import fold
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.moderation.actions import add_note
from citizen_diplomat.moderation.decisions import LinkFor
from citizen_diplomat.moderation.declarations import colleagues
from citizen_diplomat.moderation.desk_messages import Mentioned
from citizen_diplomat.moderation.model import Note, QueueItem

MARK = "@"


class NoteMention(Base):
    """One colleague whom a private note names."""

    __tablename__ = "note_mention"

    note_id: Mapped[int] = mapped_column(
        ForeignKey("note.id", ondelete="CASCADE"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, index=True)

    account: Mapped[Account] = relationship(lazy="raise_on_sql")


def add_note_to(
    session: Session,
    item: QueueItem,
    *,
    text: str,
    chosen: Iterable[int] = (),
    by: Account,
    at: datetime,
    link: LinkFor,
) -> Note:
    """Leave a private note; colleagues who are chosen, or named in it after an @, get a letter.

    Nobody else than who may see the item is ever told: other names in the note stay words.
    """
    known = {person.id: person for person in colleagues(session, item, but=by.id)}
    named = named_in(text, {person.id: person.display_name for person in known.values()})
    note = add_note(session, item, text=text, by=by, at=at)
    for number in sorted(known.keys() & (named | set(chosen))):
        _mention(session, item, note, known[number], by=by, at=at, link=link)
    return note


def named_in(text: str, names: Mapping[int, str]) -> set[int]:
    """Who is named after an @ in a text, by number; spelling counts as little as in a search."""
    folded = fold(text)
    return {number for number, name in names.items() if name and MARK + fold(name) in folded}


def mentions_of(session: Session, item_id: int) -> dict[int, Sequence[Account]]:
    """Whom the notes on an item name, by note."""
    found: dict[int, list[Account]] = {}
    rows = session.scalars(
        select(NoteMention)
        .join(Note, Note.id == NoteMention.note_id)
        .where(Note.item_id == item_id)
        .options(joinedload(NoteMention.account))
        .order_by(NoteMention.note_id, NoteMention.account_id)
    )
    for row in rows:
        found.setdefault(row.note_id, []).append(row.account)
    return dict(found)


def _mention(
    session: Session,
    item: QueueItem,
    note: Note,
    person: Account,
    *,
    by: Account,
    at: datetime,
    link: LinkFor,
) -> None:
    session.add(NoteMention(note_id=note.id, account_id=person.id))
    record(session, "note.mentioned", item.subject, by=by.id, at=at, account=person.id)
    letter = Mentioned(by.display_name, item.title, link(person), item.proposal_number)
    post(session, letter, person.recipient, key=f"mentioned:{note.id}:{person.id}", at=at)
