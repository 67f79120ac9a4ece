"""Proposals like the one that a member is writing."""

from flask import render_template, request

from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.proposals.rules import SUMMARY_LENGTH
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import LARGEST_NUMBER, query_text
from citizen_diplomat.web.signin import account
from citizen_diplomat.web.similar import similar_for_member
from citizen_diplomat.web.throttle import limiter

PER_WRITER = "40 per minute; 600 per hour"
"""A script asks every two seconds at most, and only while somebody types."""


@member.get("/me/proposals/similar")
@limiter.limit(PER_WRITER, key_func=lambda: f"account:{getattr(account(), 'id', 0)}")
def similar() -> str:
    """Show proposals like `title` and `summary`; `part=list` is for the script: the list alone."""
    title, summary = query_text("title"), query_text("summary", longest=SUMMARY_LENGTH)
    number = parse_int(request.args.get("number", ""), lowest=1, highest=LARGEST_NUMBER)
    return render_template(
        "member/proposals/similar_search.html",
        title=title,
        summary=summary,
        number=number,
        similar=similar_for_member(title, summary, exclude=number),
        is_part=request.args.get("part") == "list",
    )
