"""The outbox: every issue of the newsletter before, while and after it leaves.

Whoever changed an issue last does not release it as long as a colleague can; the number of readers
is typed in, and when it is another one meanwhile, nothing leaves.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.foundation.calendar import parse_date
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.newsletter import actions, audience, queries
from citizen_diplomat.newsletter.actions import (
    ChangedMeanwhile,
    OtherNumber,
    OwnWork,
    WrongState,
)
from citizen_diplomat.newsletter.model import NewsletterIssue
from citizen_diplomat.newsletter.rules import (
    AGAIN,
    FURTHEST_DAYS,
    HOURS,
    PUBLIC,
    USUAL_HOUR,
    Step,
    is_past,
    may_follow,
    may_pass,
)
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, ChoiceField, KeptField, line
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import (
    CONFLICT,
    LARGEST_NUMBER,
    LARGEST_VERSION,
    UNPROCESSABLE,
    found,
    say,
    see_other,
)
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.newsletter_words import (
    FATES,
    STATES,
    problem_words,
    segment_words,
)
from citizen_diplomat.web.staff.newsletters import findings_of


class ReleaseForm(BaseForm):
    """How many get it, and on which morning; no day: at once."""

    confirmed = line(lazy_gettext("How many members get it?"), longest=12)
    send_on = line(lazy_gettext("Day"), longest=10, required=False)
    send_hour = ChoiceField(lazy_gettext("Local hour"), default=str(USUAL_HOUR))
    version = KeptField()

    @property
    def number(self) -> int | None:
        """The number that was typed."""
        return parse_int(self.confirmed.data or "", lowest=1, highest=LARGEST_NUMBER)

    @property
    def day(self) -> date | None:
        """The day that was typed, in either calendar."""
        return parse_date(self.send_on.data or "")

    def is_right(self, *, local: datetime) -> bool:
        """Whether it can be released like this; if not, the errors stand beside their fields.

        `local` is the time where the office is.
        """
        today = local.date()
        self.validate()
        if not self.confirmed.errors and self.number is None:
            self.refuse("confirmed", gettext("Write the number of members."))
        if self.send_on.data and not self.send_on.errors:
            if self.day is None:
                self.refuse("send_on", gettext("Write a day as 1405-09-05 or 2026-11-26."))
            elif not today <= self.day <= today + timedelta(days=FURTHEST_DAYS):
                self.refuse("send_on", gettext("Choose a day of the next three months."))
            elif not self.send_hour.errors and is_past(
                self.day, int(self.send_hour.data), local=local
            ):
                self.refuse(
                    "send_hour",
                    gettext(
                        "In Isfahan that hour is past. Choose a later one, or leave the day empty."
                    ),
                )
        return not self.errors


@staff.page("/outbox", duty=Duty.NEWSLETTER)
def outbox() -> str:
    """List the letters to many, newest first."""
    after = Cursor.decode(request.args.get("after"), int)
    return render_template(
        "staff/newsletters/outbox.html", issues=queries.issues(db(), after=after), states=STATES
    )


@staff.page("/outbox/<number:number>", duty=Duty.NEWSLETTER)
def outbox_item(number: int) -> Response:
    """Show one of them: who gets it, what is missing, what became of it, what can be done."""
    issue = found(queries.find(db(), number))
    return _page(issue, _form(issue))


@staff.page("/outbox/<number:number>", duty=Duty.NEWSLETTER, methods=("POST",))
def act_on_outbox_item(number: int) -> Response:
    """Read it over, release it, take that back, stop it, discard it, or send it again."""
    issue = found(queries.find(db(), number, to_change=True))
    action = request.form.get("action", "")
    if action == "review":
        return _review(issue)
    if action == "release":
        return _release(issue)
    if action in {"again", "again_failed"}:
        return _again(issue, only_failed=action == "again_failed")
    verb = VERBS.get(action)
    if verb is None:
        return _page(issue, _form(issue), status=UNPROCESSABLE)
    act, done = verb
    refused = _try(lambda: act(db(), issue, by=signed_in(), at=request_time()))
    if refused is not None:
        return _refused(number, refused)
    say("ok", str(done))
    return see_other("staff.outbox_item", number=number)


def _review(issue: NewsletterIssue) -> Response:
    if findings_of(issue):
        return _page(issue, _form(issue), status=UNPROCESSABLE)
    seen = parse_int(request.form.get("version", ""), lowest=0, highest=LARGEST_VERSION) or 0
    refused = _try(
        lambda: actions.review(db(), issue, version=seen, by=signed_in(), at=request_time())
    )
    if refused is not None:
        return _refused(issue.id, refused)
    say("ok", gettext("Noted: you have read it over as it stands."))
    return see_other("staff.outbox_item", number=issue.id)


def _release(issue: NewsletterIssue) -> Response:
    form, number = _form(issue, posted=True), issue.id
    local = request_time().astimezone(ISFAHAN)
    if not form.is_right(local=local) or findings_of(issue):
        return _page(issue, form, status=UNPROCESSABLE)
    refused = _try(lambda: _let_go(issue, form))
    if refused is not None:
        return _refused(number, refused, form)
    say("ok", gettext("Released. Its list is fixed from now on."))
    return see_other("staff.outbox_item", number=number)


def _let_go(issue: NewsletterIssue, form: ReleaseForm) -> None:
    actions.release(
        db(),
        issue,
        count=form.number or 0,
        version=parse_int(form.version.data or "", lowest=0, highest=LARGEST_VERSION) or 0,
        send_on=form.day,
        send_hour=int(form.send_hour.data),
        by=signed_in(),
        at=request_time(),
    )


def _again(issue: NewsletterIssue, *, only_failed: bool) -> Response:
    made: list[NewsletterIssue] = []

    def make() -> None:
        by, at = signed_in(), request_time()
        made.append(actions.again(db(), issue, only_failed=only_failed, by=by, at=at))

    refused = _try(make)
    if refused is not None:
        return _refused(issue.id, refused)
    say("ok", gettext("This is a new issue. Write why it comes again, in both languages."))
    return see_other("staff.newsletter", number=made[0].id)


def _try(act: Callable[[], object]) -> Exception | None:
    """Do all of it, or nothing and say why."""
    with transaction(db()):
        try:
            with db().begin_nested():
                act()
        except (ChangedMeanwhile, OtherNumber, OwnWork, WrongState) as error:
            return error
    return None


def _refused(number: int, error: Exception, form: ReleaseForm | None = None) -> Response:
    """The page as it is now, with the reason why nothing was done (409)."""
    issue = found(queries.find(db(), number))
    form = form or _form(issue)
    form.version.data = str(issue.version)
    return _page(issue, form, status=CONFLICT, refused=_why(error))


def _form(issue: NewsletterIssue, *, posted: bool = False) -> ReleaseForm:
    form = ReleaseForm(
        request.form if posted else None, data={"version": str(issue.version), "send_hour": "8"}
    )
    form.send_hour.choices = [
        (str(hour), f"{format_number(hour, language())}:{format_number(0, language()) * 2}")
        for hour in HOURS
    ]
    return form


def _page(
    issue: NewsletterIssue, form: ReleaseForm, *, status: int = 200, refused: str = ""
) -> Response:
    is_released = actions.is_released(issue)
    is_open = may_follow(Step.EDIT, issue.state)
    reader = signed_in().id
    page = render_template(
        "staff/newsletters/item.html",
        issue=issue,
        form=form,
        refused=refused,
        states=STATES,
        fates=FATES,
        counts=queries.fates(db(), issue) if is_released else {},
        total=issue.recipient_count
        if is_released
        else audience.count(db(), issue, at=request_time()),
        findings=findings_of(issue) if is_open else [],
        problem_words=problem_words,
        segment_lines=segment_words(issue.audience),
        can={step.value: may_follow(step, issue.state) for step in Step},
        may_pass=may_pass(issue.edited_by, reader, queries.count_colleagues(db(), reader)),
        may_again=issue.state in AGAIN,
        is_public=issue.state in PUBLIC,
    )
    return make_response(page, status)


def _why(error: Exception) -> str:
    if isinstance(error, OtherNumber):
        return _other_number(error.count)
    if isinstance(error, OwnWork):
        return _own_work()
    if isinstance(error, ChangedMeanwhile):
        return str(
            gettext("A colleague changed it since you looked. Nothing was done; look again.")
        )
    return _too_late()


def _own_work() -> str:
    return str(
        gettext("You changed it last: a colleague reads it over and releases it. Nothing was done.")
    )


def _too_late() -> str:
    return str(gettext("It has come too far for this, or not far enough. Nothing was done."))


def _other_number(count: int) -> str:
    shown = format_number(count, language())
    return str(
        ngettext(
            "Nothing was released: one member would get it now, not the number that you typed.",
            "Nothing was released: %(count)s members would get it now,"
            " not the number that you typed.",
            count,
            count=shown,
        )
    )


VERBS = {
    "cancel": (actions.cancel, lazy_gettext("Taken back: nothing has left, and it is a draft.")),
    "stop": (actions.stop, lazy_gettext("Stopped. What has left has left.")),
    "discard": (actions.discard, lazy_gettext("Discarded.")),
}
