"""What can be translated: how each kind of public text is read, led to and looked after.

Another kind is its `Source` at the end of this file, and a route that calls
`public.translations.reading_page`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation.queries import looks_after
from citizen_diplomat.news import queries as news
from citizen_diplomat.news.model import News
from citizen_diplomat.pages import queries as pages
from citizen_diplomat.pages.rules import Slug
from citizen_diplomat.proposals import queries as proposals
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.publicity import everybody_reads
from citizen_diplomat.translation.rules import Original, SubjectKind, blocks, version_of_words
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.names import name_on
from citizen_diplomat.web.page_texts import page_endpoint, page_in_words
from citizen_diplomat.web.pages import LARGEST_NUMBER
from citizen_diplomat.web.reference import reference
from citizen_diplomat.web.signin import holds, request_time

ALWAYS = frozenset({"fa", "en"})
ORIGINAL = "fa"
"""Of what is written in both: the words that other languages are made of."""


@dataclass(frozen=True)
class Source:
    """How one kind of text is read; subjects are those of `Original`."""

    load: Callable[[Session, str], Original | None]
    """What everybody reads of a subject now; None if nobody does."""
    versions: Callable[[Session, Collection[str]], Mapping[str, int]]
    """The versions of those that are public, in a few queries however many."""
    newest: Callable[[Session, int], Sequence[Original]]
    """The newest public ones, for who would begin a translation."""
    address: Callable[[str], str]
    """Where the original is read."""
    reading: Callable[[str, str], str]
    """Where its translation into a language is read."""
    is_looked_after: Callable[[Session, str, int], bool]
    """Whether somebody of staff looks after it, by the number of their account."""
    signed: Callable[[Session, str, Account], str]
    """The name that somebody goes by there."""
    written_in: frozenset[str] = frozenset()
    """Languages in which it is written itself: nobody translates into them."""


def source_of(kind: str) -> Source | None:
    """The source of a kind, or None for what cannot be translated (yet)."""
    return SOURCES.get(SubjectKind(kind)) if kind in set(SubjectKind) else None


def original_of(session: Session, kind: str, subject: str) -> Original | None:
    """What everybody reads of something now; None if nobody does."""
    source = source_of(kind)
    return source.load(session, subject) if source else None


def target_languages() -> frozenset[str]:
    """Into which languages texts are translated: those of all sister cities, Persian and English.

    Codes are primary subtags (BCP 47), as in profiles.
    """
    of_cities = {code for city in reference().cities.values() for code in city.languages}
    return ALWAYS | {code.partition("-")[0] for code in of_cities}


def _number(subject: str) -> int:
    return parse_int(subject, lowest=1, highest=LARGEST_NUMBER) or 0


def _of_proposal(row: Proposal) -> Original:
    """An accepted proposal says what its approved version says."""
    paragraphs = ((row.summary,) if row.summary else ()) + blocks(row.body)
    version = row.approved_revision or 0
    return Original(
        SubjectKind.PROPOSAL, str(row.number), row.language, row.title, paragraphs, version
    )


def _proposal(session: Session, subject: str) -> Original | None:
    row = proposals.public_one(session, _number(subject))
    if row is None or row.folded_at is not None:
        return None
    return _of_proposal(row)


def _versions_of_proposals(session: Session, subjects: Collection[str]) -> dict[str, int]:
    rows = session.execute(
        select(Proposal.number, Proposal.approved_revision).where(
            Proposal.number.in_([_number(one) for one in subjects]), everybody_reads()
        )
    )
    return {str(number): version or 0 for number, version in rows}


def _newest_proposals(session: Session, limit: int) -> list[Original]:
    return [_of_proposal(row) for row in proposals.published(session, limit=limit)]


def _sign_proposal(session: Session, subject: str, person: Account) -> str:
    return name_on(person, session.get(Proposal, _number(subject)))


def _of_news(row: News) -> Original:
    """News is written in two languages; the Persian words are what others are made of."""
    paragraphs = (row.summary_fa, *blocks(row.body_fa))
    return Original(
        SubjectKind.NEWS, str(row.number), ORIGINAL, row.title_fa, paragraphs, row.version
    )


def _news(session: Session, subject: str) -> Original | None:
    rows = news.public_many(session, [_number(subject)], request_time())
    return _of_news(rows[0]) if rows else None


def _versions_of_news(session: Session, subjects: Collection[str]) -> dict[str, int]:
    rows = news.public_many(session, [_number(one) for one in subjects], request_time())
    return {str(row.number): row.version for row in rows}


def _newest_news(session: Session, limit: int) -> list[Original]:
    return [_of_news(row) for row in news.newest(session, request_time(), limit=limit)]


def _page(session: Session, subject: str) -> Original | None:
    """A page of text as it reads today: what it promises stands in it as figures.

    So a paragraph goes stale when a promise changes, not only when somebody edits the page.
    """
    if subject not in set(Slug):
        return None
    slug = Slug(subject)
    text = pages.text_of(pages.shown(session, slug, at=request_time()), slug)
    body = page_in_words(session, text.body_fa, ORIGINAL)
    version = version_of_words(text.title_fa, body)
    return Original(SubjectKind.PAGE, slug, ORIGINAL, text.title_fa, blocks(body), version)


def _versions_of_pages(session: Session, subjects: Collection[str]) -> dict[str, int]:
    """Of each page as it reads today: the number of its edition would not tell a new promise."""
    found = (_page(session, one) for one in set(subjects))
    return {one.subject: one.version for one in found if one is not None}


def _pages(session: Session, limit: int) -> list[Original]:
    found = (_page(session, slug) for slug in list(Slug)[:limit])
    return [one for one in found if one is not None]


SOURCES: dict[SubjectKind, Source] = {
    SubjectKind.PROPOSAL: Source(
        load=_proposal,
        versions=_versions_of_proposals,
        newest=_newest_proposals,
        address=lambda subject: page_url("public.proposal", number=_number(subject)),
        reading=lambda subject, code: page_url(
            "public.translated_proposal", number=_number(subject), code=code
        ),
        is_looked_after=lambda session, subject, viewer: looks_after(
            session, _number(subject), viewer=viewer
        ),
        signed=_sign_proposal,
    ),
    SubjectKind.NEWS: Source(
        load=_news,
        versions=_versions_of_news,
        newest=_newest_news,
        address=lambda subject: page_url("public.news", number=_number(subject)),
        reading=lambda subject, code: page_url(
            "public.translated_news", number=_number(subject), code=code
        ),
        is_looked_after=lambda _session, _subject, _viewer: holds(Duty.EDIT_NEWS),
        signed=lambda _session, _subject, person: person.display_name,
        written_in=ALWAYS,
    ),
    SubjectKind.PAGE: Source(
        load=_page,
        versions=_versions_of_pages,
        newest=_pages,
        address=lambda subject: page_url(page_endpoint(Slug(subject))),
        reading=lambda subject, code: page_url("public.translated_page", page=subject, code=code),
        is_looked_after=lambda _session, _subject, _viewer: holds(Duty.EDIT_PAGES),
        signed=lambda _session, _subject, person: person.display_name,
        written_in=ALWAYS,
    ),
}
