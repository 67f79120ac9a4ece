"""Outcomes at the desk: whose are silent or due first, and one with its steps and its end."""

from datetime import datetime

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation.outcome_watch import outcomes_for
from citizen_diplomat.outcomes import trail
from citizen_diplomat.outcomes.trail import ChangedMeanwhile, Ended
from citizen_diplomat.outcomes.trail_rules import OutcomeState
from citizen_diplomat.outcomes.trail_settings import silent_after
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import link_to
from citizen_diplomat.web.outcome_words import ICONS, STATES
from citizen_diplomat.web.pages import CONFLICT, form_page, query_choice, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.outcome_desk import (
    begun,
    clash,
    looked_after_one,
    outcome_page,
    people_for,
    seen_version,
    version_of,
)
from citizen_diplomat.web.staff.outcome_form import OwnerForm, StopForm, chosen_owner


@staff.page("/outcomes", duty=Duty.REVIEW)
def outcomes() -> str:
    """List the outcomes that the reader looks after, those first that were quiet longest."""
    state = query_choice("state", {str(one) for one in OutcomeState})
    after, at = Cursor.decode(request.args.get("after"), datetime), request_time()
    quiet = silent_after(db())
    rows = outcomes_for(
        db(),
        quiet,
        viewer=signed_in().id,
        at=at,
        state=OutcomeState(state) if state else None,
        after=after,
    )
    return render_template(
        "staff/outcomes/list.html",
        outcomes=rows,
        state=state,
        states=STATES,
        icons=ICONS,
        silent_days=quiet.days,
        filters={"state": state} if state else {},
    )


@staff.page("/outcomes/<number:number>", duty=Duty.REVIEW)
def outcome(number: int) -> Response:
    """Show an outcome with all its steps, its hours, its answers, and what can be done."""
    return outcome_page(looked_after_one(number))


@staff.page("/outcomes/<number:number>/owner", duty=Duty.REVIEW, methods=("GET", "POST"))
def outcome_owner(number: int) -> Response:
    """Hand an outcome over; a GET comes back from signing in."""
    proposal = looked_after_one(number)
    people = people_for(number)
    if request.method == "GET":
        return outcome_page(proposal)
    form = OwnerForm(people=people)
    if not form.validate():
        return outcome_page(proposal, owner_form=form)
    to = next(person for person in people if person.id == chosen_owner(form.owner))
    who, refused = signed_in().id, None
    with transaction(db()):
        row = begun(proposal)
        try:
            seen = seen_version(form.version)
            trail.hand_over(db(), row, to, version=seen, by=who, at=request_time())
        except ChangedMeanwhile as error:
            refused = error
    if refused:
        return clash(proposal)
    say("ok", gettext("Handed over."))
    return see_other("staff.outcome", number=number)


@staff.page("/outcomes/<number:number>/complete", duty=Duty.REVIEW, methods=("GET", "POST"))
def complete_outcome(number: int) -> Response:
    """Ask whether it is done; POST says so, asks the author, and leads to asking the partner."""
    proposal = looked_after_one(number)
    if request.method == "GET":
        page = render_template(
            "staff/outcomes/complete.html", proposal=proposal, version=version_of(number)
        )
        return make_response(page)
    who, at, refused = signed_in().id, request_time(), None
    with transaction(db()):
        row = begun(proposal)
        try:
            trail.complete(
                db(),
                row,
                proposal.author,
                proposal.title,
                version=seen_version(request.form.get("version")),
                by=who,
                at=at,
                link=link_to("member.happened_to_mine", number=number),
            )
        except (ChangedMeanwhile, Ended) as error:
            refused = error
    if refused:
        return clash(proposal)
    say("ok", gettext("Completed. The author is asked by e-mail. Now ask the partner too."))
    return see_other("staff.ask_partner", number=number)


@staff.page("/outcomes/<number:number>/stop", duty=Duty.REVIEW, methods=("GET", "POST"))
def stop_outcome(number: int) -> Response:
    """Say why an outcome does not go on."""
    proposal = looked_after_one(number)
    if request.method == "GET":
        form = StopForm(kept_form() or MultiDict())
        form.version.data = form.version.data or str(version_of(number))
        return form_page("staff/outcomes/stop.html", form, proposal=proposal)
    form = StopForm()
    if not form.is_right():
        return form_page("staff/outcomes/stop.html", form, proposal=proposal)
    who, at, refused = signed_in().id, request_time(), None
    reasons = typed(form.reason_fa), typed(form.reason_en)
    with transaction(db()):
        row = begun(proposal)
        try:
            trail.stop(db(), row, *reasons, version=seen_version(form.version), by=who, at=at)
            forget_kept_form()
        except (ChangedMeanwhile, Ended) as error:
            refused = error
    if refused:
        form.version.data = str(version_of(number))
        page = render_template(
            "staff/outcomes/stop.html", form=form, proposal=proposal, is_stale=True
        )
        return make_response(page, CONFLICT)
    say("ok", gettext("Stopped. The reason stands on the page of the proposal."))
    return see_other("staff.outcome", number=number)


@staff.page("/outcomes/<number:number>/take-up", duty=Duty.REVIEW, methods=("GET", "POST"))
def take_up_outcome(number: int) -> Response:
    """Let an outcome go on that had ended; a GET comes back from signing in."""
    proposal = looked_after_one(number)
    if request.method == "GET":
        return outcome_page(proposal)
    who, at, refused = signed_in().id, request_time(), None
    with transaction(db()):
        row = begun(proposal)
        try:
            seen = seen_version(request.form.get("version"))
            trail.take_up(db(), row, version=seen, by=who, at=at)
        except ChangedMeanwhile as error:
            refused = error
    if refused:
        return clash(proposal)
    say("ok", gettext("It goes on."))
    return see_other("staff.outcome", number=number)
