"""The catalogue of reasons, for those who keep it: what each says, and how often it was used."""

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation import reasons as room
from citizen_diplomat.moderation.model import Reason
from citizen_diplomat.moderation.reasons import ChangedMeanwhile, LastOne, Locked
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import (
    CONFLICT,
    LARGEST_VERSION,
    UNPROCESSABLE,
    found,
    say,
    see_other,
)
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.decision_form import OUTCOMES, reason_text
from citizen_diplomat.web.staff.reason_form import ReasonForm, form_of


@staff.page("/reasons", duty=Duty.EDIT_REASONS)
def reasons() -> str:
    """List every reason under its outcome, with how often it was given."""
    return render_template(
        "staff/reasons/reasons.html",
        outcomes=OUTCOMES,
        entries=room.catalogue(db(), at=request_time()),
        reason_text=reason_text,
    )


@staff.page(
    "/reasons/new/<any(accept, request_changes, decline, duplicate):outcome>",
    duty=Duty.EDIT_REASONS,
    methods=("GET", "POST"),
)
def new_reason(outcome: str) -> Response:
    """Write a new reason for an outcome."""
    chosen = Outcome(outcome)
    if request.method == "GET":
        return _page(ReasonForm(kept_form()), chosen)
    form = ReasonForm()
    if not form.is_right(chosen):
        return _page(form, chosen)
    with transaction(db()):
        room.add(db(), chosen, form.wording(), by=signed_in(), at=request_time())
        forget_kept_form()
    say("ok", gettext("The reason is in the list, and can be chosen from now on."))
    return see_other("staff.reasons")


@staff.page("/reasons/<slug>", duty=Duty.EDIT_REASONS, methods=("GET", "POST"))
def reason(slug: str) -> Response:
    """Change a reason that was never used, or with `action` move, retire or bring one back."""
    posted = request.method == "POST"
    row = found(room.find(db(), slug, to_change=posted))
    if not posted:
        kept = kept_form()
        form = ReasonForm(kept) if kept else form_of(room.wording_of(row), row.version)
        return _page(form, Outcome(row.outcome), row, is_locked=room.is_used(db(), row))
    verb = VERBS.get(request.form.get("action", ""))
    return verb(row) if verb else _save(row)


@staff.page("/reasons/<slug>/copy", duty=Duty.EDIT_REASONS, methods=("GET", "POST"))
def copy_reason(slug: str) -> Response:
    """Write a reason that takes the place of another one, which is then retired."""
    posted = request.method == "POST"
    row = found(room.find(db(), slug, to_change=posted))
    outcome = Outcome(row.outcome)
    if not posted:
        kept = kept_form()
        form = ReasonForm(kept) if kept else form_of(room.wording_of(row), row.version)
        return _page(form, outcome, row, is_copy=True)
    form = ReasonForm()
    if not form.is_right(outcome):
        return _page(form, outcome, row, is_copy=True)
    with transaction(db()):
        room.replace(db(), row, form.wording(), by=signed_in(), at=request_time())
        forget_kept_form()
    say("ok", gettext("The new reason is offered in its place. Old decisions keep the old one."))
    return see_other("staff.reasons")


def _save(row: Reason) -> Response:
    form, outcome, refused = ReasonForm(), Outcome(row.outcome), None
    if not form.is_right(outcome):
        return _page(form, outcome, row, is_locked=room.is_used(db(), row))
    seen = parse_int(form.version.data or "", lowest=0, highest=LARGEST_VERSION)
    with transaction(db()):
        try:
            by, at = signed_in(), request_time()
            room.change(db(), row, form.wording(), version=seen or 0, by=by, at=at)
            forget_kept_form()
        except (ChangedMeanwhile, Locked) as error:
            refused = error
    if refused is not None:
        return _clash(row, form, is_locked=isinstance(refused, Locked))
    say("ok", gettext("The reason is saved."))
    return see_other("staff.reasons")


def _clash(row: Reason, form: ReasonForm, *, is_locked: bool) -> Response:
    """Show what was typed beside what is stored: saving again replaces it, or is a new reason."""
    form.version.data = str(row.version)
    page = _page(form, Outcome(row.outcome), row, stored=room.wording_of(row), is_copy=is_locked)
    page.status_code = CONFLICT
    return page


def _retire(row: Reason) -> Response:
    refused = False
    with transaction(db()):
        try:
            room.retire(db(), row, by=signed_in(), at=request_time())
        except LastOne:
            refused = True
    if refused:
        say("warn", gettext("It is the only reason for this decision. Add another one first."))
    else:
        say("ok", gettext("It is not offered any more. Old decisions keep it."))
    return see_other("staff.reasons")


def _bring_back(row: Reason) -> Response:
    with transaction(db()):
        room.bring_back(db(), row, by=signed_in(), at=request_time())
    return see_other("staff.reasons")


def _move_up(row: Reason) -> Response:
    with transaction(db()):
        room.move_up(db(), row, by=signed_in(), at=request_time())
    return see_other("staff.reasons")


def _page(
    form: ReasonForm,
    outcome: Outcome,
    row: Reason | None = None,
    **shown: object,
) -> Response:
    page = render_template(
        "staff/reasons/reason.html",
        form=form,
        outcome=outcome,
        outcomes=OUTCOMES,
        reason=row,
        may_hide=room.may_hide(outcome),
        **shown,
    )
    return make_response(page, UNPROCESSABLE if form.errors else 200)


VERBS = {"retire": _retire, "again": _bring_back, "up": _move_up}
