"""The versions of an accepted proposal that were approved, and what was changed between two."""

from flask import abort, render_template

from citizen_diplomat.proposals import queries
from citizen_diplomat.web.comparing import asked_pair, compared
from citizen_diplomat.web.database import db
from citizen_diplomat.web.pages import found
from citizen_diplomat.web.public.blueprint import public


@public.get("/proposals/<number:number>/versions")
def versions(number: int) -> str:
    """List the approved versions; with two of them, what was changed from one to the other."""
    proposal = found(queries.public_one(db(), number))
    if proposal.folded_at is not None:
        # Its page says that it is hidden until staff have looked; so are the versions of before.
        abort(404)
    approved = queries.approved_versions(db(), number)
    rows = [row for row, _ in approved]
    first, second = asked_pair(rows)
    return render_template(
        "public/proposals/versions.html",
        proposal=proposal,
        approved=approved,
        versions=rows,
        first=first,
        second=second,
        comparison=compared(first.draft, second.draft),
    )
