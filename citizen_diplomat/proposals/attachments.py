"""The pictures and documents of a proposal: attached, described, taken off, sent along, read."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.storage import Storage, sweep
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.proposals.files import FileRefused, NewFile
from citizen_diplomat.proposals.model import Attachment, Proposal, Revision
from citizen_diplomat.proposals.publicity import is_read_by_everybody
from citizen_diplomat.proposals.queries import approved_text, newest_revision
from citizen_diplomat.proposals.rules import EDITABLE, MOST_FILES, State
from citizen_diplomat.proposals.uploads import FileProblem

FOLDER = "attachments"
FULL, PREVIEW = "full", "preview"
KEPT_UNNAMED = timedelta(days=1)
"""How long a file stays that no row names: it may belong to a transaction that has not ended."""


class NotEditable(Exception):  # noqa: N818 - named for what happened
    """The proposal stands where nothing may be attached or taken off."""


def keep(storage: Storage, file: NewFile) -> str:
    """Put a file into the storage and return its new key; raises StorageAway.

    Done before the transaction of `attach`, outside of any lock: writing a file takes time.
    """
    key = new_secret()
    storage.put(stored_as(key), file.content)
    if file.preview is not None:
        storage.put(stored_as(key, PREVIEW), file.preview)
    return key


def attach(
    session: Session, proposal: Proposal, file: NewFile, *, key: str, by: Account, at: datetime
) -> Attachment:
    """Attach a file that was kept under `key` to a proposal whose row the caller has locked.

    The same content once more is the attachment that is there. Raises NotEditable, and FileRefused
    when there are enough.
    """
    _refuse_unless_editable(proposal)
    there = attached(session, proposal.number)
    last = there[-1].position if there else 0
    same = next((row for row in there if row.sha256 == file.sha256), None)
    if same is not None:
        return same
    if len(there) >= MOST_FILES:
        raise FileRefused(FileProblem.TOO_MANY)
    row = Attachment(
        proposal_number=proposal.number,
        position=last + 1,
        kind=file.kind,
        name=file.name,
        description="",
        type=file.type,
        size=len(file.content),
        width=file.width,
        height=file.height,
        key=key,
        sha256=file.sha256,
        created_at=at,
    )
    session.add(row)
    # The database gives the attachment its number, and the next file counts this one.
    session.flush()
    _log(session, "attachment.added", row, by, at)
    return row


def describe(
    session: Session, proposal: Proposal, texts: dict[int, str], *, by: Account, at: datetime
) -> None:
    """Say what is on the attachments of a locked proposal; `texts` are by their numbers.

    A version keeps its files with the words that they were sent with: of an attachment that was
    sent, a new row for the same file has the new words. Raises NotEditable.
    """
    _refuse_unless_editable(proposal)
    sent = _sent(session, proposal.number)
    for row in attached(session, proposal.number):
        text = texts.get(row.id, row.description)
        if text != row.description:
            described = _again(session, row, at) if row.id in sent else row
            described.description = text
            _log(session, "attachment.described", row, by, at)


def take_off(
    session: Session, proposal: Proposal, row: Attachment, *, by: Account, at: datetime
) -> None:
    """Take an attachment off a locked proposal; versions keep it. Raises NotEditable."""
    _refuse_unless_editable(proposal)
    if row.id in _sent(session, proposal.number):
        row.removed_at = row.removed_at or at
    else:
        session.delete(row)
    _log(session, "attachment.removed", row, by, at)


def attached(session: Session, number: int) -> Sequence[Attachment]:
    """What the author of a proposal has attached now, in the order in which it came."""
    return session.scalars(
        select(Attachment)
        .where(Attachment.proposal_number == number, Attachment.removed_at.is_(None))
        .order_by(Attachment.position, Attachment.id)
    ).all()


def every(session: Session, number: int) -> Sequence[Attachment]:
    """All attachments that a proposal has and had, those taken off too if a version holds them."""
    wanted = select(Attachment).where(Attachment.proposal_number == number)
    return session.scalars(wanted.order_by(Attachment.position, Attachment.id)).all()


def of_revision(session: Session, revision: Revision) -> Sequence[Attachment]:
    """The files that were sent along with a version, in their order."""
    if not revision.attachment_ids:
        return []
    wanted = select(Attachment).where(Attachment.id.in_(revision.attachment_ids))
    return session.scalars(wanted.order_by(Attachment.position, Attachment.id)).all()


def with_key(session: Session, key: str) -> Sequence[Attachment]:
    """The rows of the file with this key, whoever may see it; their proposal is loaded.

    All are of one proposal and have one name and type. There are none for a key that is not ours.
    """
    wanted = select(Attachment).where(Attachment.key == key).order_by(Attachment.id)
    return session.scalars(wanted.options(joinedload(Attachment.proposal))).all()


def is_public(session: Session, rows: Sequence[Attachment]) -> bool:
    """Whether everybody may see a file: the version that everybody reads holds one of its rows."""
    if not rows or not is_read_by_everybody(session, rows[0].proposal_number):
        return False
    shown = approved_text(session, rows[0].proposal)
    return shown is not None and any(row.id in shown.attachment_ids for row in rows)


def was_sent(session: Session, rows: Sequence[Attachment]) -> bool:
    """Whether the office has a file: some version that was sent holds one of its rows."""
    sent = _sent(session, rows[0].proposal_number) if rows else set()
    return any(row.id in sent for row in rows)


def undescribed(rows: Iterable[Attachment]) -> list[Attachment]:
    """Those of which nobody has said yet what is on them."""
    return [row for row in rows if not row.description]


def lack_words(rows: Iterable[Attachment]) -> tuple[str, ...]:
    """What a proposal with these files still lacks: nothing, or words for one of them."""
    return ("attachments",) if undescribed(rows) else ()


def forget_unsent(session: Session, proposal: Proposal) -> None:
    """Leave what was sent with the newest version, as it was sent, and nothing else."""
    sent = newest_revision(session, proposal.number)
    kept = set(sent.attachment_ids) if sent is not None else set()
    ever = _sent(session, proposal.number)
    for row in every(session, proposal.number):
        if row.id in kept:
            row.removed_at = None
        elif row.id not in ever:
            session.delete(row)


def clean_up(session: Session, storage: Storage, *, at: datetime) -> int:
    """Remove the files that no row has named for a day; returns how many.

    Raises StorageAway.
    """

    def known(paths: list[str]) -> Collection[str]:
        keys = {path: PurePosixPath(path).parent.name for path in paths}
        wanted = select(Attachment.key).where(Attachment.key.in_(set(keys.values())))
        named = set(session.scalars(wanted))
        return {path for path, key in keys.items() if key in named}

    return sweep(storage, FOLDER, known=known, before=at - KEPT_UNNAMED)


def stored_as(key: str, size: str = FULL) -> str:
    """Where the file with this key lies in the storage."""
    return f"{FOLDER}/{key}/{size}"


def path_of(row: Attachment) -> str:
    """The address that the site serves it at, without the site's own."""
    return f"/files/{row.key}/{quote(row.name)}"


def _refuse_unless_editable(proposal: Proposal) -> None:
    if State(proposal.state) not in EDITABLE:
        raise NotEditable(f"proposal {proposal.number} is {proposal.state}")


def _sent(session: Session, number: int) -> set[int]:
    """The numbers of all attachments that some version holds."""
    held = session.scalars(
        select(Revision.attachment_ids).where(Revision.proposal_number == number)
    )
    return {each for numbers in held for each in numbers}


def _again(session: Session, row: Attachment, at: datetime) -> Attachment:
    """A new row for the file of a row that a version holds, in its place."""
    row.removed_at = at
    same = ("proposal_number", "position", "kind", "name", "type", "size", "width", "height")
    values = {name: getattr(row, name) for name in (*same, "key", "sha256")}
    twin = Attachment(**values, created_at=at)
    session.add(twin)
    return twin


def _log(session: Session, action: str, row: Attachment, by: Account, at: datetime) -> None:
    record(session, action, f"proposal:{row.proposal_number}", by=by.id, at=at, attachment=row.id)
