"""What an issue says to a reader: made when it leaves, from the issue as it was released.

What a part names and nobody may read any more is left out of the letter. Days and hours are by the
reader's clock. What is written in Markdown is rendered once for all readers of a language
(`foundation.letter_markdown`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.rendering import Renderer
from citizen_diplomat.newsletter import named
from citizen_diplomat.newsletter.audience import may_get
from citizen_diplomat.newsletter.messages import Newsletter
from citizen_diplomat.newsletter.model import NewsletterIssue, NewsletterRecipient
from citizen_diplomat.newsletter.rules import (
    LARGEST_LETTER,
    SHAPES,
    WRITTEN_IN,
    BlockKind,
    Draft,
    Finding,
    IssueState,
    Problem,
    findings_of,
)

LONGEST_NAME = "نامی که هشتاد نویسه دارد " * 3
"""Whom the size of a letter is measured for."""


class Links(Protocol):
    """Full addresses of pages in a reader's language."""

    def named(self, language: str, kind: BlockKind, number: int) -> str:
        """The public page of what a part of this kind names."""
        ...

    def issue(self, language: str, number: int) -> str:
        """The public page of an issue."""
        ...

    def preferences(self, language: str) -> str:
        """Where a member chooses what they hear of."""
        ...

    def no_unsubscribing(self) -> str:
        """An address as long as that of unsubscribing, which is nobody's."""
        ...


def letter_of(
    session: Session,
    issue: NewsletterIssue,
    language: str,
    *,
    links: Links,
    zone: ZoneInfo,
    at: datetime,
) -> Newsletter:
    """What an issue says to whoever reads in `language` and lives in `zone`."""
    return Newsletter(
        issue=issue.id,
        subjects=subjects_of(issue),
        link=links.issue(language, issue.id),
        preferences_link=links.preferences(language),
        blocks=blocks_of(session, issue.draft, language, links=links, zone=zone, at=at),
    )


def subjects_of(issue: NewsletterIssue) -> dict[str, str]:
    """The subject by language."""
    return {language: issue.subject(language) for language in WRITTEN_IN}


def blocks_of(
    session: Session, draft: Draft, language: str, *, links: Links, zone: ZoneInfo, at: datetime
) -> list[dict[str, Any]]:
    """The parts of an issue in one language, as its templates and its page show them.

    Each has its `kind`; texts have `text`, in Markdown; what has a number has number, title and the
    language of it, city_names and link; proposals also a summary; calls the `day` until which they
    are open; events their `hours` by the reader's clock, as `events.letters.times_of` writes them.
    """
    found = named.found_by(session, draft.blocks, at=at)
    cities = named.cities_of(session, found)
    shown = []
    for block in draft.blocks:
        if SHAPES[block.kind].has_number:
            thing = found.get(block.kind, {}).get(block.number or 0)
            if thing is not None:
                told = named.told(thing, block.kind, language, zone, cities)
                shown.append(told | {"link": links.named(language, block.kind, thing.number)})
        elif block.text(language):
            shown.append({"kind": block.kind.value, "text": block.text(language)})
    return shown


def values_for(
    session: Session, row: OutboxMessage, *, links: Links, at: datetime
) -> Mapping[str, Any] | None:
    """What a posted mail says, asked at the moment of sending; None: it does not leave any more.

    It stays when the issue was stopped, or its reader no longer wants it or cannot come in.
    """
    issue = session.get(NewsletterIssue, row.values["issue"], populate_existing=True)
    if issue is None or issue.state != IssueState.SENDING:
        return None
    zone = _zone_of_reader(session, row)
    if zone is None:
        return None
    return letter_of(session, issue, row.language, links=links, zone=ZoneInfo(zone), at=at).values()


def check(
    session: Session, issue: NewsletterIssue, *, renderer: Renderer, links: Links, at: datetime
) -> list[Finding]:
    """Why an issue cannot leave as it stands; nothing when it can."""
    draft = issue.draft
    found = findings_of(draft, named.found_by(session, draft.blocks, at=at))
    if not found and any(
        size_of(session, issue, language, renderer=renderer, links=links, at=at) > LARGEST_LETTER
        for language in WRITTEN_IN
    ):
        found.append(Finding(Problem.TOO_LARGE))
    return found


def size_of(
    session: Session,
    issue: NewsletterIssue,
    language: str,
    *,
    renderer: Renderer,
    links: Links,
    at: datetime,
) -> int:
    """How many bytes the HTML of its letter has."""
    # The clock changes no length that matters.
    message = letter_of(session, issue, language, links=links, zone=ISFAHAN, at=at)
    letter = renderer.render(
        message.name,
        language,
        message.values(),
        to_name=LONGEST_NAME,
        unsubscribe_link=links.no_unsubscribing(),
    )
    return len(letter.html.encode())


def _zone_of_reader(session: Session, row: OutboxMessage) -> str | None:
    """The time zone of whom a mail is for; None when it is not wanted any more."""
    return session.scalar(
        select(Account.time_zone)
        .join(NewsletterRecipient, NewsletterRecipient.account_id == Account.id)
        .where(NewsletterRecipient.outbox_id == row.id, may_get())
    )
