"""What stands in private feeds, in the language of their owner: one line each, and where it leads.

Programs of others read it: no names, no messages, nothing that stands behind the line.
"""

from datetime import datetime
from heapq import nlargest

from flask_babel import gettext
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cities.rules import EventKind
from citizen_diplomat.digests.feed_dates import Due, Sort
from citizen_diplomat.digests.feed_news import (
    LENGTH,
    accepted_for,
    kinds_wanted,
    letters_of,
    notices_for,
)
from citizen_diplomat.digests.notices import Notice
from citizen_diplomat.foundation import atom, ical
from citizen_diplomat.foundation.numbers import format_identifier
from citizen_diplomat.foundation.text import direction as text_direction
from citizen_diplomat.foundation.text import isolate
from citizen_diplomat.mail.model import InboxEntry
from citizen_diplomat.mail.preference_rules import Kind
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.web.digest_links import PageLinks
from citizen_diplomat.web.languages import direction, language
from citizen_diplomat.web.letters import headline, page_behind
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.reference import city_name
from citizen_diplomat.web.relation_words import KINDS
from citizen_diplomat.web.services import services

# Plain text takes the direction of its first letter, unless an isolate says another (UAX #9).
OPENING = {"rtl": "\u2067", "ltr": "\u2066"}
CLOSING = "\u2069"
PAGES = {
    Sort.ANSWER: ("member.own", "number"),
    Sort.APPEAL: ("member.appeal", "number"),
    Sort.OBJECTION: ("member.statement", "number"),
    Sort.INVITATION: ("member.invitation", "number"),
    Sort.ITEM: ("staff.item", "item"),
    Sort.CALL: ("public.call", "number"),
    Sort.EVENT: ("public.event", "number"),
}


def news_of(session: Session, person: Account, *, at: datetime) -> atom.Feed:
    """What is new for somebody: their inbox, what was accepted, and what the office asks."""
    wanted = kinds_wanted(session, person.id)
    accepted = accepted_for(session, person.id) if Kind.CITY in wanted else ()
    entries = [
        *map(_letter, letters_of(session, person.id, wanted)),
        *map(accepted_entry, accepted),
    ]
    links = PageLinks()
    noticed = notices_for(session, person.id, wanted, at=at)
    entries += [_noticed(notice, links) for notice in noticed]
    return atom.Feed(
        key=f"{_origin()}/feeds/news/{person.id}",
        title=gettext("My news, Citizen Diplomat"),
        subtitle=gettext("One line each; what is yours alone is read after signing in."),
        author=gettext("Citizen Diplomat"),
        link=absolute(language(), "member.inbox"),
        updated=person.created_at,
        language=language(),
        entries=nlargest(LENGTH, entries, key=lambda entry: (entry.updated, entry.key)),
    )


def calendar_name() -> str:
    """How the calendar is called in the list of calendars."""
    return str(gettext("My dates, Citizen Diplomat"))


def in_calendar(due: Due) -> ical.Day:
    """A day as it stands in the calendar."""
    endpoint, name = PAGES[due.sort]
    return ical.Day(
        uid=f"{due.sort}-{due.number}@{services().settings.base_host}",
        day=due.day,
        title=directed(_title(due), language()),
        link=absolute(language(), endpoint, **{name: due.number}),
        stamp=due.known_at,
    )


def directed(line: str, code: str) -> str:
    """A line that runs in the direction of its language, whatever letter it begins with."""
    own = direction(code)
    return line if text_direction(line) == own else f"{OPENING[own]}{line}{CLOSING}"


def _title(due: Due) -> str:
    title = due.title if text_direction(due.title) == direction() else isolate(due.title)
    line = title
    match due.sort:
        case Sort.ANSWER:
            line = gettext("The office has promised an answer by today: %(title)s", title=title)
        case Sort.APPEAL:
            line = gettext("Last day to appeal: %(title)s", title=title)
        case Sort.OBJECTION:
            line = gettext("Last day to object to a decision")
        case Sort.INVITATION:
            line = gettext("An invitation to write along ends")
        case Sort.CALL:
            line = gettext("Last day to answer: %(title)s", title=title)
        case Sort.ITEM:
            number = format_identifier(due.number, language())
            line = gettext("Item %(number)s is due", number=number)
    return str(line)


def _letter(entry: InboxEntry) -> atom.Entry:
    return atom.Entry(
        key=f"{_origin()}/inbox/{entry.id}",
        title=directed(headline(entry), language()),
        link=_origin() + (page_behind(entry) or "/"),
        updated=entry.created_at,
        language=language(),
    )


def accepted_entry(proposal: Proposal) -> atom.Entry:
    """A proposal that everybody reads, in its own language."""
    assert proposal.published_at is not None
    return atom.Entry(
        key=f"{_origin()}/proposals/{proposal.number}",
        title=directed(proposal.title, proposal.language),
        link=absolute(language(), "public.proposal", number=proposal.number),
        updated=proposal.published_at,
        language=proposal.language,
        summary=directed(proposal.summary, proposal.language),
    )


def _noticed(notice: Notice, links: PageLinks) -> atom.Entry:
    return atom.Entry(
        key=f"{_origin()}/{notice.news}/{notice.number}",
        title=directed(_title_of(notice), language()),
        link=links.notice(language(), notice),
        updated=notice.at,
        language=language(),
    )


def _title_of(notice: Notice) -> str:
    if not notice.word:
        return notice.title(language())
    cities = ", ".join(city_name(slug) for slug in sorted(notice.cities))
    return f"{cities}: {KINDS[EventKind(notice.word)]}"


def _origin() -> str:
    return services().settings.base_url
