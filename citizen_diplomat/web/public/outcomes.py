"""What became of every accepted proposal, for everyone: the list with its filters and figures."""

from datetime import datetime

from flask import render_template, request

from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.outcomes import trail_queries
from citizen_diplomat.outcomes.trail_rules import OutcomeState
from citizen_diplomat.outcomes.trail_settings import silent_after
from citizen_diplomat.web.database import db
from citizen_diplomat.web.outcome_words import ICONS, STATES
from citizen_diplomat.web.pages import query_choice
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.reference import city_choices, reference, topic_choices
from citizen_diplomat.web.signin import request_time


@public.get("/outcomes")
def outcomes() -> str:
    """List the outcomes, the newest accepted first, under their figures."""
    city = query_choice("city", set(reference().cities))
    topic = query_choice("topic", set(reference().topics))
    state = query_choice("state", {str(one) for one in OutcomeState})
    after, at = Cursor.decode(request.args.get("after"), datetime), request_time()
    filters = {"city": city, "topic": topic, "state": state}
    quiet = silent_after(db())
    return render_template(
        "public/outcomes/list.html",
        filters={name: value for name, value in filters.items() if value},
        cities=city_choices(),
        topics=topic_choices(),
        states=STATES,
        icons=ICONS,
        figures=trail_queries.figures(db(), quiet, at=at, city=city, topic=topic),
        silent_days=quiet.days,
        outcomes=trail_queries.outcomes(
            db(),
            quiet,
            at=at,
            city=city,
            topic=topic,
            state=OutcomeState(state) if state else None,
            after=after,
        ),
    )
