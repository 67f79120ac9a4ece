"""Calls for solutions, for everyone: the list, and the page of each with what came of it."""

from datetime import datetime

from flask import render_template, request

from citizen_diplomat.calls import queries
from citizen_diplomat.calls.model import Call
from citizen_diplomat.calls.rules import Phase, Refusal
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation.results import accepting
from citizen_diplomat.overview.rules import shown_parts
from citizen_diplomat.proposals import answering
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.call_words import ANSWERERS, REFUSALS, steps_of
from citizen_diplomat.web.database import db
from citizen_diplomat.web.discussion import is_followed
from citizen_diplomat.web.pages import found, query_text
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.signin import account, request_time

WAITING = frozenset({State.SUBMITTED, State.IN_REVIEW, State.APPEALED, State.CHANGES_REQUESTED})
GROUPS = (
    frozenset({Phase.OPEN}),
    frozenset({Phase.PLANNED}),
    frozenset({Phase.REVIEW, Phase.ANSWERING, Phase.ANSWERED}),
)
"""Open ones first; the list comes by its end, so they are on the first page."""


@public.get("/calls")
def calls() -> str:
    """List what Isfahan asks, open calls first; or those that hold the words of a search."""
    q, after = query_text("q"), Cursor.decode(request.args.get("after"), datetime)
    page, at = queries.published(db(), q=q, after=after), request_time()
    told = [call.number for call in page if call.tells_count(at)]
    return render_template(
        "public/calls/calls.html",
        q=q,
        calls=page,
        groups=[[call for call in page if call.phase(at) in phases] for phases in GROUPS],
        counts=answering.counts_of(db(), told),
        at=at,
    )


@public.get("/calls/<number:number>")
def call(number: int) -> str:
    """Show a call with its dates, and once it is answered, what became of its proposals."""
    row, at = found(queries.public_one(db(), number)), request_time()
    phase, reader = row.phase(at), account()
    refusal = queries.refusal(db(), row, reader.id, at=at) if reader else None
    return render_template(
        "public/calls/call.html",
        call=row,
        phase=phase,
        steps=steps_of(row),
        answerers=ANSWERERS,
        refusal=REFUSALS[refusal] if refusal else None,
        may_answer=reader is not None and refusal is None,
        takes_code=refusal is Refusal.CLOSED,
        is_followed=is_followed(FollowKind.CALL, str(number)),
        **_counted(row, at),
        **(_result(number) if phase is Phase.ANSWERED else {}),
    )


def _counted(row: Call, at: datetime) -> dict[str, object]:
    number = row.number
    return {"count": answering.counts_of(db(), [number])[number] if row.tells_count(at) else None}


def _result(number: int) -> dict[str, object]:
    """What was accepted, each with its answer, and how many others there are by their outcome.

    None of these is so small that an author could be found; where one would be, none is told. How
    many answered the call is told too and what was accepted can be counted, so they hold as parts
    of a total.
    """
    after = Cursor.decode(request.args.get("after"), datetime)
    accepted = answering.accepted_of(db(), number, after=after)
    states = answering.outcomes_of(db(), number)
    counts = {str(state): states.get(state, 0) for state in (State.DECLINED, State.DUPLICATE)}
    counts["waiting"] = sum(count for state, count in states.items() if state in WAITING)
    return {
        "accepted": accepted,
        "answers": accepting(db(), [row.number for row in accepted]),
        "others": shown_parts(counts),
        "has_others": any(counts.values()),
    }
