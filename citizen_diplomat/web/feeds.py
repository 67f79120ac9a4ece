"""Private feeds: the addresses that feed readers and calendars ask, without a sign-in.

Whoever has an address reads along, so it stands in no log and no other site hears of it; any other
address, whether it never was one or has ended, is a page that does not exist.
"""

from flask import Blueprint, Response, abort, g, request
from flask_babel import refresh

from citizen_diplomat.accounts.feed_tokens import reader_of
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Feed
from citizen_diplomat.digests.feed_dates import dates_of
from citizen_diplomat.digests.feed_news import kinds_wanted
from citizen_diplomat.foundation import atom, ical
from citizen_diplomat.foundation.tokens import digest
from citizen_diplomat.web.database import db
from citizen_diplomat.web.feed_words import calendar_name, in_calendar, news_of
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.throttle import asking_network, limiter

blueprint = Blueprint("feeds", __name__)

PER_FEED = "20 per 10 minutes"
PER_NETWORK = "600 per 10 minutes"
"""A service that reads for many members asks from few addresses."""
PRIVATE = {
    # Kept by the reader alone, and asked for each time: what has not changed costs one line.
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Referrer-Policy": "no-referrer",
}


def _one_feed() -> str:
    # Counts may lie in Redis: the secret does not.
    return "feed:" + digest(str((request.view_args or {}).get("token", "")))[:32]


@blueprint.get("/feeds/<token>/news.atom")
@limiter.limit(PER_FEED, key_func=_one_feed)
@limiter.limit(PER_NETWORK, key_func=asking_network)
def news(token: str) -> Response:
    """What is new for one member, the newest first, as Atom."""
    person = _reader(Feed.NEWS, token)
    return _private(atom.write(news_of(db(), person, at=request_time())), atom.CONTENT_TYPE)


@blueprint.get("/feeds/<token>/dates.ics")
@limiter.limit(PER_FEED, key_func=_one_feed)
@limiter.limit(PER_NETWORK, key_func=asking_network)
def dates(token: str) -> Response:
    """The days by which something is due for one member, as a calendar."""
    person = _reader(Feed.DATES, token)
    ahead = dates_of(db(), person, kinds_wanted(db(), person.id), at=request_time())
    body = ical.write(calendar_name(), str(g.language), [in_calendar(due) for due in ahead])
    return _private(body, ical.CONTENT_TYPE)


def _reader(feed: Feed, token: str) -> Account:
    person = reader_of(db(), feed, token, at=request_time())
    if person is None:
        abort(404)
    g.account_id = person.id
    # The address names no language: it is read in its owner's.
    spoken = services().settings.languages
    g.language = person.language if person.language in spoken else spoken[0]
    refresh()
    return person


def _private(body: bytes, content_type: str) -> Response:
    response = Response(body, content_type=content_type, headers=PRIVATE)
    response.add_etag()
    response.make_conditional(request)
    return response
