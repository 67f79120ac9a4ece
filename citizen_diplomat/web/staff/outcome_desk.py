"""What the pages of one outcome share: who may see it, its page, and what a conflict looks like."""

from collections.abc import Iterable, Sequence

from flask import make_response, render_template
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response
from wtforms import Field

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation.outcome_watch import decider_of, may_see_to_it
from citizen_diplomat.moderation.queries import looks_after
from citizen_diplomat.outcomes import happened, hours, promised, trail
from citizen_diplomat.outcomes.happened_model import OutcomeAnswer
from citizen_diplomat.outcomes.queries import helpers_of
from citizen_diplomat.outcomes.trail_model import OutcomeStep, OutcomeTrail
from citizen_diplomat.outcomes.trail_queries import accepted_one, state_in, steps_of, trail_of
from citizen_diplomat.outcomes.trail_rules import Asked
from citizen_diplomat.outcomes.trail_settings import silent_after
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.web.database import db
from citizen_diplomat.web.hours_form import HoursForm
from citizen_diplomat.web.outcome import documents_of
from citizen_diplomat.web.outcome_words import ICONS, KINDS, LINKS, SAID
from citizen_diplomat.web.pages import CONFLICT, LARGEST_VERSION, UNPROCESSABLE, found
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.outcome_form import OwnerForm

FRESH = 1
"""The version of a trail that is written with its first step or letter."""


def looked_after_one(number: int) -> Proposal:
    """An accepted proposal that the reader looks after, else a page that does not exist (404)."""
    proposal = found(accepted_one(db(), number))
    is_theirs = looks_after(db(), number, viewer=signed_in().id)
    return found(proposal if is_theirs else None)


def not_asked(
    steps: Iterable[OutcomeStep], questions: Iterable[OutcomeAnswer]
) -> list[OutcomeStep]:
    """The steps with a partner who was not asked about the completion of now."""
    asked = {one.organisation for one in questions if one.is_of_now}
    return [step for step in steps if step.partner and step.partner not in asked]


def people_for(number: int) -> Sequence[Account]:
    """Who of the staff can see to an outcome."""
    return may_see_to_it(db(), number)


def begun(proposal: Proposal) -> OutcomeTrail:
    """The trail, locked; written now if it is the first time."""
    return trail.begin(
        db(),
        proposal.number,
        owner_id=decider_of(db(), proposal.number),
        begun_at=proposal.published_at or request_time(),
    )


def version_of(number: int) -> int:
    """The version of the trail that a page shows."""
    row = trail_of(db(), number)
    return row.version if row is not None else FRESH


def seen_version(typed: Field | str | None) -> int:
    """The version that came back with a form; 0, which no row has, for anything else."""
    text = typed.data if isinstance(typed, Field) else typed
    return parse_int(text or "", lowest=1, highest=LARGEST_VERSION) or 0


def clash(proposal: Proposal) -> Response:
    """Show how it stands now: a colleague was faster, and nothing was changed."""
    return outcome_page(proposal, is_stale=True)


def outcome_page(
    proposal: Proposal,
    *,
    owner_form: OwnerForm | None = None,
    hours_form: HoursForm | None = None,
    is_stale: bool = False,
) -> Response:
    """An outcome with all that staff know of it; 422 for a form with errors, 409 when stale."""
    number, at = proposal.number, request_time()
    row, people = trail_of(db(), number), people_for(number)
    owner_form = owner_form or _owner_form(proposal, row, people)
    notes = hours.notes_of(db(), number)
    questions, steps = happened.questions_of(db(), number), steps_of(db(), number)
    has_errors = owner_form.errors or (hours_form is not None and hours_form.errors)
    page = render_template(
        "staff/outcomes/outcome.html",
        proposal=proposal,
        trail=row,
        version=row.version if row is not None else FRESH,
        state=state_in(proposal, row, silent_after(db()), at=at),
        steps=[(one, documents_of(one.documents.splitlines())) for one in steps],
        promises=promised.not_yet_steps(db(), number),
        kinds=KINDS,
        icons=ICONS,
        owner_form=owner_form,
        form=next((one for one in (owner_form, hours_form) if one and one.errors), None),
        helpers=helpers_of(db(), number),
        hours_form=hours_form or HoursForm(MultiDict(), number=number),
        notes=notes,
        hours=hours.total(db(), number),
        questions=[(one, one.link(at=at)) for one in questions if one.is_of_now],
        earlier=[(one, one.link(at=at)) for one in questions if not one.is_of_now],
        not_asked=list(dict.fromkeys(one.partner for one in not_asked(steps, questions))),
        lacks_partner=not any(one.is_of_now and one.party == Asked.PARTNER for one in questions),
        links=LINKS,
        said=SAID,
        is_stale=is_stale,
    )
    return make_response(page, CONFLICT if is_stale else UNPROCESSABLE if has_errors else 200)


def _owner_form(
    proposal: Proposal, row: OutcomeTrail | None, people: Sequence[Account]
) -> OwnerForm:
    owner = row.owner_id if row is not None else decider_of(db(), proposal.number)
    form = OwnerForm(MultiDict(), people=people)
    form.owner.data = str(owner or "")
    form.version.data = str(row.version if row is not None else FRESH)
    return form
