"""Accepted proposals, for everyone: the list with its filters, and the page of each."""

from datetime import datetime

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation.model import Decision
from citizen_diplomat.moderation.queries import decisions_of
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.proposals import queries
from citizen_diplomat.web.database import db
from citizen_diplomat.web.pages import found, query_choice, query_text, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.reference import city_choices, reference, topic_choices
from citizen_diplomat.web.signin import account


@public.get("/proposals")
def proposals() -> str:
    """List what was accepted, newest first; a `state` in the address changes nothing."""
    q = query_text("q")
    city = query_choice("city", set(reference().cities))
    topic = query_choice("topic", set(reference().topics))
    after = Cursor.decode(request.args.get("after"), datetime)
    filters = {"q": q, "city": city, "topic": topic}
    return render_template(
        "public/proposals/list.html",
        filters={name: value for name, value in filters.items() if value},
        cities=city_choices(),
        topics=topic_choices(),
        total=queries.count_published(db(), q=q, city=city, topic=topic),
        proposals=queries.published(db(), q=q, city=city, topic=topic, after=after),
    )


@public.get("/proposals/<number:number>")
def proposal(number: int) -> str | Response:
    """Show an accepted proposal; its author is led to their own page of one that is not."""
    accepted = queries.public_one(db(), number)
    if accepted is None:
        return _lead_its_author(number)
    return render_template(
        "public/proposals/proposal.html",
        proposal=accepted,
        text=found(queries.newest_revision(db(), number)),
        answer=_official_answer(number),
    )


def _official_answer(number: int) -> Decision | None:
    """The decision that made the proposal public; who took it is not told."""
    accepting = [one for one in decisions_of(db(), number) if one.outcome == Outcome.ACCEPT]
    return accepting[-1] if accepting else None


def _lead_its_author(number: int) -> Response:
    reader = account()
    if reader is None or queries.of_author(db(), reader.id, number) is None:
        abort(404)
    return see_other("member.own", number=number)
