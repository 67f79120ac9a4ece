"""How mail leaves: what waits and why; administrators stop it and let it go on."""

from collections.abc import Sequence

from flask import make_response, render_template, request
from flask_babel import LazyString, gettext, lazy_gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail import stops as room
from citizen_diplomat.mail.domains import resting
from citizen_diplomat.mail.queries import outbox_state
from citizen_diplomat.mail.rules import Lane, Scope
from citizen_diplomat.mail.stops import REASON_LENGTH, MailStop
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.names import shown_name
from citizen_diplomat.web.pages import UNPROCESSABLE, form_page, say, see_other
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff

DOMAINS_SHOWN = 20
LANES: dict[Lane, LazyString] = {
    Lane.URGENT: lazy_gettext("Letters about signing in"),
    Lane.PERSONAL: lazy_gettext("Letters on one’s own affairs"),
    Lane.BULK: lazy_gettext("Mail to many: digests, newsletters"),
}
RULE = f"/mail/<any({', '.join(Scope)}):scope>"


class StopForm(BaseForm):
    """Why mail is stopped."""

    reason = paragraphs(lazy_gettext("Why?"), longest=REASON_LENGTH)


@staff.app_template_global("mail_stops")
def mail_stops() -> Sequence[MailStop]:
    """What is stopped now, for the banner on pages of staff."""
    return room.stops(db())


@staff.page("/mail", duty=Duty.STOP_MAIL)
def mail() -> str:
    """Show what waits to leave, which mail domains rest, and what is stopped by whom."""
    at = request_time()
    stopped = room.stops(db())
    return render_template(
        "staff/mail/mail.html",
        state=outbox_state(db(), at=at),
        domains=resting(db(), at=at, limit=DOMAINS_SHOWN),
        stopped={stop.scope: (stop, name) for stop, name in _with_names(stopped)},
        lanes=LANES,
        pace=services().settings.mail_pace,
    )


@staff.page(f"{RULE}/stop", duty=Duty.STOP_MAIL, methods=("GET", "POST"))
def stop_mail(scope: str) -> Response:
    """Ask why mail shall wait; POST stops it before the next claim of any worker."""
    form = StopForm() if request.method == "POST" else StopForm(kept_form())
    if not form.validate_on_submit():
        return form_page("staff/mail/stop.html", form, scope=scope)
    by, at, reason = signed_in().id, request_time(), typed(form.reason)
    with transaction(db()):
        if is_new := room.stop(db(), Scope(scope), reason, by=by, at=at):
            record(db(), "mail.stopped", f"mail:{scope}", by=by, at=at)
        forget_kept_form()
    if is_new:
        say("ok", gettext("Stopped. What is on its way arrives; everything else waits."))
    else:
        say("warn", gettext("Somebody was faster. This is how it stands now."))
    return see_other("staff.mail")


@staff.page(f"{RULE}/resume", duty=Duty.STOP_MAIL, methods=("GET", "POST"))
def resume_mail(scope: str) -> Response:
    """Ask whether mail shall leave again, with how much waits; POST lets it."""
    form = BaseForm() if request.method == "POST" else BaseForm(kept_form())
    if not form.validate_on_submit() or request.form.get("confirmed") != "yes":
        state = outbox_state(db(), at=request_time())
        page = render_template("staff/mail/resume.html", form=form, scope=scope, state=state)
        return make_response(page, UNPROCESSABLE if request.method == "POST" else 200)
    by, at = signed_in().id, request_time()
    with transaction(db()):
        if was_stopped := room.resume(db(), Scope(scope)):
            record(db(), "mail.resumed", f"mail:{scope}", by=by, at=at)
        forget_kept_form()
    if was_stopped:
        say("ok", gettext("It leaves again, the oldest first."))
    else:
        say("warn", gettext("Somebody was faster. This is how it stands now."))
    return see_other("staff.mail")


def _with_names(stopped: Sequence[MailStop]) -> list[tuple[MailStop, str]]:
    ids = {stop.stopped_by for stop in stopped}
    people = db().scalars(select(Account).where(Account.id.in_(ids))).all() if ids else []
    names = {person.id: shown_name(person) for person in people}
    unknown = gettext("a former member")
    return [(stop, names.get(stop.stopped_by or 0, unknown)) for stop in stopped]
