"""Private feeds of a member: made, made anew, ended. An address is shown once and kept nowhere."""

from flask import make_response, render_template
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts import feed_tokens
from citizen_diplomat.accounts.rules import Feed
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form
from citizen_diplomat.web.links import absolute_without_language
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.throttle import throttled_by_member

OFTEN = "30 per hour"
ONE = "<any(news, dates):feed>"
ADDRESSES = {Feed.NEWS: "feeds.news", Feed.DATES: "feeds.dates"}


@member.get("/me/feeds")
def feeds() -> str:
    """Show what private feeds are, and which of them have an address."""
    tokens = feed_tokens.tokens_of(db(), signed_in().id)
    return render_template("member/feeds/feeds.html", tokens=tokens)


@member.get(f"/me/feeds/{ONE}")
def back_to_feeds(feed: str) -> Response:  # noqa: ARG001 - of the address
    """Where a form was to be sent, somebody may arrive after signing in again."""
    return see_other("member.feeds")


@member.post(f"/me/feeds/{ONE}")
@throttled_by_member(OFTEN)
def make_feed(feed: str) -> Response:
    """Make an address, instead of one that there was, and show it in this answer alone."""
    kind = Feed(feed)
    with transaction(db()):
        token = feed_tokens.make(db(), signed_in(), kind, at=request_time())
        forget_kept_form()
    address = absolute_without_language(ADDRESSES[kind], token=token)
    page = render_template("member/feeds/address.html", feed=feed, feed_address=address)
    return make_response(page)


@member.get(f"/me/feeds/{ONE}/end")
def ask_to_end_feed(feed: str) -> str | Response:
    """Ask whether an address shall end."""
    if Feed(feed) not in feed_tokens.tokens_of(db(), signed_in().id):
        return see_other("member.feeds")
    return render_template("member/feeds/end.html", feed=feed)


@member.post(f"/me/feeds/{ONE}/end")
@throttled_by_member(OFTEN)
def end_feed(feed: str) -> Response:
    """End an address at once."""
    with transaction(db()):
        ended = feed_tokens.end(db(), signed_in(), Feed(feed), at=request_time())
        forget_kept_form()
    if ended:
        say("ok", gettext("The address has ended. Whoever asks for it finds nothing."))
    return see_other("member.feeds")
