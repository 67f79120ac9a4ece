"""Accepted proposals, for everyone: the list with its filters, and the page of each."""

from datetime import datetime

from flask import abort, render_template, request
from werkzeug.wrappers import Response

from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation.model import Decision
from citizen_diplomat.moderation.queries import decisions_of
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.outcomes.queries import helpers_of
from citizen_diplomat.proposals import attachments, queries
from citizen_diplomat.proposals.writers import coauthors, of_writer
from citizen_diplomat.translation.rules import SubjectKind
from citizen_diplomat.web.database import db
from citizen_diplomat.web.discussion import community_of, is_followed
from citizen_diplomat.web.outcome import outcome_for_everybody
from citizen_diplomat.web.pages import found, query_choice, query_text, see_other
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.reference import city_choices, reference, topic_choices
from citizen_diplomat.web.signin import account
from citizen_diplomat.web.translation_words import readings_of


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
        is_followed=is_followed(FollowKind.TOPIC, topic),
        filters={name: value for name, value in filters.items() if value},
        cities=city_choices(),
        topics=topic_choices(),
        total=queries.count_published(db(), q=q, city=city, topic=topic),
        proposals=queries.published(db(), q=q, city=city, topic=topic, after=after),
    )


@public.get("/proposals/<number:number>")
def proposal(number: int) -> str | Response:
    """Show an accepted proposal; its writers are led to their own page of one that is not."""
    accepted = queries.public_one(db(), number)
    if accepted is None:
        return _lead_its_writers(number)
    text = found(queries.approved_text(db(), accepted))
    along = coauthors(db(), number)
    writers = {accepted.author_id, *(row.account_id for row in along if row.account_id)}
    return render_template(
        "public/proposals/proposal.html",
        proposal=accepted,
        text=text,
        files=attachments.of_revision(db(), text),
        coauthors=along,
        answer=_official_answer(number),
        helpers=helpers_of(db(), number),
        outcome=outcome_for_everybody(accepted),
        readings=readings_of(SubjectKind.PROPOSAL, str(number), accepted.language),
        **community_of(accepted, text.city_slugs, writers=writers),
    )


def _official_answer(number: int) -> Decision | None:
    """The decision that made the proposal public, not those on changes; who took it is not told."""
    accepting = [one for one in decisions_of(db(), number) if one.outcome == Outcome.ACCEPT]
    return accepting[-1] if accepting else None


def _lead_its_writers(number: int) -> Response:
    reader = account()
    if reader is None or of_writer(db(), reader.id, number) is None:
        abort(404)
    return see_other("member.own", number=number)
