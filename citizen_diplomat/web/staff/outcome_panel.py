"""The way from an accepted proposal to its outcome."""

from typing import Any

from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.outcomes.trail_queries import state_in, trail_of
from citizen_diplomat.outcomes.trail_settings import silent_after
from citizen_diplomat.proposals.rules import PUBLIC, State
from citizen_diplomat.web.database import db
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.staff.panels import Place, panel


@panel("staff/outcomes/panel.html", Place.AT_DESK, ItemKind.PROPOSAL)
def outcome_box(waiting: QueueItem) -> dict[str, Any] | None:
    """Where the outcome of an accepted proposal stands."""
    proposal = waiting.of_proposal
    if State(proposal.state) not in PUBLIC:
        return None
    trail = trail_of(db(), proposal.number)
    state = state_in(proposal, trail, silent_after(db()), at=request_time())
    return {"number": proposal.number, "state": state, "trail": trail}
