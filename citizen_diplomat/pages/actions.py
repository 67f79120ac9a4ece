"""The verbs of a page: save what is being written, publish it as an edition."""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record, take_turn
from citizen_diplomat.pages import queries
from citizen_diplomat.pages.built_in import built_in
from citizen_diplomat.pages.model import PageDraft, PageEdition, PageText, Writing
from citizen_diplomat.pages.rules import BUILT_IN, Slug


class ChangedMeanwhile(Exception):  # noqa: N818 - named for what happened
    """A colleague saved or published this page since it was last looked at."""


def save(
    session: Session, slug: Slug, writing: Writing, *, version: int, by: Account, at: datetime
) -> PageDraft:
    """Keep what is written, for the desk alone; raises ChangedMeanwhile if not at `version`."""
    row = _draft_at(session, slug, version)
    _put(session, row, writing, is_open=True, by=by, at=at)
    record(session, "page.saved", subject_of(slug), by=by.id, at=at)
    return row


def publish(
    session: Session, slug: Slug, writing: Writing, *, version: int, by: Account, at: datetime
) -> PageEdition:
    """Add an edition; it holds from its moment on, which is now if it names none.

    The first one keeps what came with the site as edition 1, as it is today: a later release may
    bring another text. Raises ChangedMeanwhile if the draft is not at `version`.
    """
    row = _draft_at(session, slug, version)
    _put(session, row, Writing(writing.text), is_open=False, by=by, at=at)
    newest = queries.newest_number(session, slug)
    if newest is None:
        session.add(_edition(slug, BUILT_IN, Writing(built_in(slug), effective_at=at), None, at))
    edition = _edition(slug, (newest or BUILT_IN) + 1, writing, by, at)
    session.add(edition)
    record(
        session,
        "page.published",
        subject_of(slug),
        by=by.id,
        at=at,
        edition=edition.number,
        asks_again=edition.asks_again,
    )
    return edition


def subject_of(slug: Slug) -> str:
    """How the log names a page."""
    return f"page:{slug}"


def _draft_at(session: Session, slug: Slug, version: int) -> PageDraft:
    # Two who save the same page, or write its first draft, do so one after the other.
    take_turn(session)
    row = session.get(PageDraft, slug, populate_existing=True)
    if (row.version if row else 0) != version:
        raise ChangedMeanwhile(slug)
    return row or PageDraft(slug=slug)


def _put(
    session: Session,
    row: PageDraft,
    writing: Writing,
    *,
    is_open: bool,
    by: Account,
    at: datetime,
) -> None:
    _say(row, writing.text)
    row.note_fa, row.note_en = writing.note_fa, writing.note_en
    row.effective_at, row.asks_again = writing.effective_at, writing.asks_again
    row.is_open, row.updated_at, row.updated_by = is_open, at, by.id
    session.add(row)


def _edition(
    slug: Slug, number: int, writing: Writing, by: Account | None, at: datetime
) -> PageEdition:
    row = PageEdition(
        slug=slug,
        number=number,
        note_fa=writing.note_fa,
        note_en=writing.note_en,
        asks_again=writing.asks_again and slug is Slug.TERMS,
        effective_at=max(writing.effective_at or at, at),
        published_at=at,
        published_by=by.id if by else None,
    )
    _say(row, writing.text)
    return row


def _say(row: PageDraft | PageEdition, text: PageText) -> None:
    row.title_fa, row.title_en = text.title_fa, text.title_en
    row.body_fa, row.body_en = text.body_fa, text.body_en
