"""Reading pages: what holds, what held, what is to come, and what is being written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, exists, func, select
from sqlalchemy.orm import Session, aliased, joinedload

from citizen_diplomat.foundation.paging import Cursor, Page, page
from citizen_diplomat.pages.built_in import built_in
from citizen_diplomat.pages.model import PageDraft, PageEdition, PageText, Writing
from citizen_diplomat.pages.rules import BUILT_IN, Dated, Slug, in_force, to_come

PAGE_LENGTH = 20


@dataclass(frozen=True)
class Overview:
    """Where a page stands, for the desk."""

    slug: Slug
    held: Dated | None
    """The edition that holds now; None for the text that came with the site."""
    coming: Dated | None
    draft: PageDraft | None


def shown(session: Session, slug: Slug, *, at: datetime) -> PageEdition | None:
    """The edition that holds at a moment: see `rules.in_force`. None: what came with the site."""
    return session.scalars(
        select(PageEdition)
        .where(PageEdition.slug == slug, PageEdition.effective_at <= at)
        .order_by(PageEdition.number.desc())
        .limit(1)
    ).one_or_none()


def coming(session: Session, slug: Slug, *, at: datetime) -> PageEdition | None:
    """The edition that will hold next, if one was published ahead of its day."""
    return session.scalars(
        select(PageEdition)
        .where(PageEdition.slug == slug, PageEdition.effective_at > at, ~_is_overtaken())
        .order_by(PageEdition.number)
        .limit(1)
    ).one_or_none()


def text_of(edition: PageEdition | None, slug: Slug) -> PageText:
    """What an edition says, or the text that came with the site for None."""
    return edition.text if edition else built_in(slug)


def edition(session: Session, slug: Slug, number: int) -> PageEdition | None:
    """One edition of a page by its number, with who published it."""
    return session.scalars(
        select(PageEdition)
        .where(PageEdition.slug == slug, PageEdition.number == number)
        .options(joinedload(PageEdition.publisher))
    ).one_or_none()


def editions(
    session: Session, slug: Slug, *, after: Cursor[int] | None = None, limit: int = PAGE_LENGTH
) -> Page[PageEdition]:
    """All editions of a page, the newest first, with who published each."""
    wanted = (
        select(PageEdition)
        .where(PageEdition.slug == slug)
        .options(joinedload(PageEdition.publisher))
        .order_by(PageEdition.number.desc())
        .limit(limit + 1)
    )
    if after is not None:
        wanted = wanted.where(PageEdition.number < after.sort)
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.number, row.id), after=after)


def dates(session: Session, slug: Slug) -> Sequence[Dated]:
    """When each edition of a page was to begin, without its text."""
    return _dates(session).get(slug, [])


def in_force_since(
    session: Session, slug: Slug, number: int, *, at: datetime
) -> Sequence[PageEdition]:
    """The editions after one of them that came to hold until a moment, in this order."""
    return session.scalars(
        select(PageEdition)
        .where(
            PageEdition.slug == slug,
            PageEdition.number > number,
            PageEdition.effective_at <= at,
            ~_is_overtaken(),
        )
        .order_by(PageEdition.number)
    ).all()


def draft(session: Session, slug: Slug) -> PageDraft | None:
    """What is being written for a page, with who saved it last."""
    return session.scalars(
        select(PageDraft).where(PageDraft.slug == slug).options(joinedload(PageDraft.editor))
    ).one_or_none()


def to_write_on(session: Session, slug: Slug, *, at: datetime) -> tuple[Writing, int]:
    """What the form of a page begins with, and the version that it goes on from.

    It is what was saved and not published, else what is newest, else what came with the site. The
    terms ask again unless somebody chooses otherwise.
    """
    row = draft(session, slug)
    version = row.version if row else 0
    if row is not None and row.is_open:
        return row.writing, version
    newest = coming(session, slug, at=at) or shown(session, slug, at=at)
    return Writing(text_of(newest, slug), asks_again=slug is Slug.TERMS), version


def overview(session: Session, *, at: datetime) -> list[Overview]:
    """Every page with what holds, what is to come and what is being written, in two queries."""
    found = _dates(session)
    wanted = select(PageDraft).where(PageDraft.is_open).options(joinedload(PageDraft.editor))
    drafts = {row.slug: row for row in session.scalars(wanted)}
    return [_overview(slug, found.get(slug, []), drafts.get(slug), at) for slug in Slug]


def newest_number(session: Session, slug: Slug) -> int | None:
    """The number of the edition that was published last; None if there is none."""
    return session.scalar(select(func.max(PageEdition.number)).where(PageEdition.slug == slug))


def asked_terms(*, at: datetime) -> ScalarSelect[int]:
    """The edition of the terms that everybody must have agreed to, as part of another query.

    In SQL what `rules.asked_for` says; tests/rooms/test_pages.py compares the two.
    """
    return (
        select(func.max(PageEdition.number))
        .where(
            PageEdition.slug == Slug.TERMS,
            PageEdition.asks_again,
            PageEdition.effective_at <= at,
            ~_is_overtaken(),
        )
        .scalar_subquery()
    )


def number_in_force(session: Session, slug: Slug, *, at: datetime) -> int:
    """The number of the edition that holds at a moment."""
    held = shown(session, slug, at=at)
    return held.number if held else BUILT_IN


def _is_overtaken() -> ColumnElement[bool]:
    """Whether a newer edition held already when the day of this one came."""
    later = aliased(PageEdition)
    return exists().where(
        later.slug == PageEdition.slug,
        later.number > PageEdition.number,
        later.effective_at <= PageEdition.effective_at,
    )


def _dates(session: Session) -> dict[str, list[Dated]]:
    columns = (PageEdition.number, PageEdition.effective_at, PageEdition.asks_again)
    rows = session.execute(
        select(PageEdition.slug, *columns).order_by(PageEdition.slug, PageEdition.number)
    )
    found: dict[str, list[Dated]] = {}
    for slug, number, effective_at, asks_again in rows:
        found.setdefault(slug, []).append(Dated(number, effective_at, asks_again))
    return found


def _overview(slug: Slug, dates: list[Dated], row: PageDraft | None, at: datetime) -> Overview:
    held = in_force(dates, at)
    later = to_come(dates, at)
    return Overview(slug, held[-1] if held else None, later[0] if later else None, row)
