"""The verbs of news: write, change, publish now or later, withdraw and bring back."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.publishing import ChangedMeanwhile, Incomplete
from citizen_diplomat.foundation.text import search_text
from citizen_diplomat.news.model import News, NewsVersion, Wording, Words
from citizen_diplomat.news.rules import TEXTS, Stage, may_publish


class TooLate(Exception):  # noqa: N818 - named for what happened
    """The moment for which it shall be published has passed."""


def write(session: Session, wording: Wording, *, by: Account, at: datetime) -> News:
    """Begin a piece of news, which nobody but coordinators sees until it is published."""
    news = News(created_at=at)
    _put(news, wording, by, at)
    session.add(news)
    # The database gives it the number that the log names.
    session.flush()
    _record(session, "news.written", news, by=by, at=at)
    return news


def change(
    session: Session, news: News, wording: Wording, *, version: int, by: Account, at: datetime
) -> None:
    """Say it differently; of words that everybody could read, the earlier ones are kept.

    Raises ChangedMeanwhile if it is no longer at `version`, and Incomplete when one that is
    published, or is going to be, would lack something.
    """
    if news.version != version:
        raise ChangedMeanwhile(news.number)
    if news.published_at is not None and (missing := lacks(wording.words)):
        raise Incomplete(missing)
    is_correction = news.stage(at) in {Stage.PUBLIC, Stage.WITHDRAWN}
    if news.words != wording.words:
        if is_correction:
            _keep(session, news, at)
        news.written_by = by.id
    _put(news, wording, by, at)
    _record(session, "news.corrected" if is_correction else "news.changed", news, by=by, at=at)


def publish(
    session: Session, news: News, *, since: datetime | None = None, by: Account, at: datetime
) -> None:
    """Let everybody read it, from now or from a moment to come; once it is public, that stays.

    Raises Incomplete for what it lacks (all words in both languages), TooLate for a `since` that
    has passed.
    """
    if not may_publish(news.stage(at)):
        return
    if missing := lacks(news.words):
        raise Incomplete(missing)
    if since is not None and since <= at:
        raise TooLate(news.number)
    news.published_at, news.updated_at = since or at, at
    action = "news.scheduled" if since else "news.published"
    _record(session, action, news, by=by, at=at)


def call_off(session: Session, news: News, *, by: Account, at: datetime) -> None:
    """Let what is scheduled be a draft again; what is public stays so."""
    if news.stage(at) is Stage.SCHEDULED:
        news.published_at, news.updated_at = None, at
        _record(session, "news.called_off", news, by=by, at=at)


def withdraw(session: Session, news: News, *, by: Account, at: datetime) -> None:
    """Take back what is public: it leaves the lists, and its page says so instead of its words."""
    if news.stage(at) is Stage.PUBLIC:
        news.withdrawn_at = news.updated_at = at
        _record(session, "news.withdrawn", news, by=by, at=at)


def bring_back(session: Session, news: News, *, by: Account, at: datetime) -> None:
    """Undo a withdrawal: it stands where it stood, since when it stood there."""
    if news.withdrawn_at is not None:
        news.withdrawn_at, news.updated_at = None, at
        _record(session, "news.brought_back", news, by=by, at=at)


def lacks(words: Words) -> tuple[str, ...]:
    """The names of the words that a piece of news needs before it is published."""
    return tuple(name for name in TEXTS if not getattr(words, name))


def subject_of(news: News) -> str:
    """How the log names a piece of news."""
    return f"news:{news.number}"


def _keep(session: Session, news: News, at: datetime) -> None:
    """Keep the words of until now as a version of before."""
    since = news.corrected_at or news.published_at
    assert since is not None, "only words that were public are kept"
    kept = select(func.count()).select_from(NewsVersion)
    earlier = session.scalar(kept.where(NewsVersion.news_number == news.number)) or 0
    session.add(
        NewsVersion(
            news_number=news.number,
            revision=earlier + 1,
            written_by=news.written_by,
            written_at=since,
            **{name: getattr(news, name) for name in TEXTS},
        )
    )
    news.corrected_at = at


def _put(news: News, wording: Wording, by: Account, at: datetime) -> None:
    for name in TEXTS:
        setattr(news, name, getattr(wording.words, name))
    news.search_text = search_text(*(getattr(wording.words, name) for name in TEXTS))
    news.city_slugs, news.topic_slugs = list(wording.cities), list(wording.topics)
    news.proposal_numbers = list(wording.proposals)
    news.written_by = news.written_by or by.id
    news.updated_at = at


def _record(session: Session, action: str, news: News, *, by: Account, at: datetime) -> None:
    record(session, action, subject_of(news), by=by.id, at=at)
