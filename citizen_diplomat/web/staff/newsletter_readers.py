"""Who gets an issue: the filters, the list itself, and who is left out of it.

The list shows what the directory would show of each member, and never an address. Whoever may not
look into the directory sees the numbers of the members alone.
"""

from collections.abc import Mapping

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.newsletter import actions, audience
from citizen_diplomat.newsletter.actions import ChangedMeanwhile, WrongState
from citizen_diplomat.newsletter.model import NewsletterIssue
from citizen_diplomat.newsletter.queries import find
from citizen_diplomat.newsletter.rules import ACTIVE_DAYS, WRITTEN_IN, Segment, Step, may_follow
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, CheckboxesField, ChoiceField, KeptField, TickField
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
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
from citizen_diplomat.web.reference import (
    city_choices,
    language_name,
    skill_choices,
    topic_choices,
)
from citizen_diplomat.web.signin import holds, request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.newsletter_words import FATES, segment_words

VERBS = {"leave_out": actions.leave_out, "put_back": actions.put_back}


class SegmentForm(BaseForm):
    """Everybody, or filters; nothing at all is nobody."""

    everybody = TickField(lazy_gettext("Everybody who asked for the newsletter"))
    cities = CheckboxesField(lazy_gettext("Cities"))
    topics = CheckboxesField(lazy_gettext("Topics"))
    skills = CheckboxesField(lazy_gettext("Skills"))
    languages = CheckboxesField(lazy_gettext("Language of the member"))
    active_days = ChoiceField(lazy_gettext("Signed in lately"), default="")
    version = KeptField()

    def is_right(self) -> bool:
        """Whether it can be kept; everybody and a filter contradict each other."""
        self.validate()
        if not self.errors and self.everybody.data and self.segment(Segment()).is_narrowed:
            self.refuse(
                "everybody", gettext("Either everybody, or those whom the filters find: not both.")
            )
        return not self.errors

    def segment(self, old: Segment) -> Segment:
        """The choice as a value; readers of an earlier issue stay what they were."""
        return Segment(
            everybody=bool(self.everybody.data),
            cities=tuple(self.cities.data or ()),
            topics=tuple(self.topics.data or ()),
            skills=tuple(self.skills.data or ()),
            languages=tuple(self.languages.data or ()),
            active_days=parse_int(self.active_days.data or "", lowest=1, highest=max(ACTIVE_DAYS)),
            earlier=old.earlier,
            only_failed=old.only_failed,
        )


@staff.page("/newsletters/<number:number>/readers", duty=Duty.NEWSLETTER)
def newsletter_readers(number: int) -> Response:
    """Show who would get an issue now, or, once it was released, who is on its list."""
    issue = found(find(db(), number))
    return _page(issue, _form(issue, kept_form()))


@staff.page("/newsletters/<number:number>/readers", duty=Duty.NEWSLETTER, methods=("POST",))
def change_readers(number: int) -> Response:
    """Keep other filters, or take one member off the list, or put them back."""
    issue = found(find(db(), number, to_change=True))
    for name in VERBS:
        if name in request.form:
            return _one(issue, name)
    form = _form(issue, request.form)
    if not form.is_right():
        return _page(issue, form)
    clash = False
    with transaction(db()):
        try:
            seen = parse_int(form.version.data or "", lowest=0, highest=LARGEST_VERSION)
            segment = form.segment(issue.audience)
            by, at = signed_in(), request_time()
            actions.address(db(), issue, segment, version=seen or 0, by=by, at=at)
            forget_kept_form()
        except (ChangedMeanwhile, WrongState):
            clash = True
    if clash:
        form.version.data = str(issue.version)
        return _page(issue, form, is_clash=True)
    say("ok", gettext("Saved. Below is who would get it now."))
    return see_other("staff.newsletter_readers", number=number)


def _one(issue: NewsletterIssue, name: str) -> Response:
    """Leave one member out, or put them back."""
    member = parse_int(request.form.get(name, ""), lowest=1, highest=LARGEST_NUMBER) or 0
    found(audience.one_of(db(), issue, member, at=request_time()))
    refused = False
    with transaction(db()):
        try:
            VERBS[name](db(), issue, member, by=signed_in(), at=request_time())
        except WrongState:
            refused = True
    if refused:
        return _page(issue, _form(issue, None), is_clash=True)
    after = request.form.get("after")
    return see_other("staff.newsletter_readers", number=issue.id, after=after or None)


def _form(issue: NewsletterIssue, posted: Mapping[str, str] | None) -> SegmentForm:
    stored = issue.audience
    form = SegmentForm(
        posted,
        data={
            "everybody": stored.everybody,
            "cities": stored.cities,
            "topics": stored.topics,
            "skills": stored.skills,
            "languages": stored.languages,
            "active_days": str(stored.active_days or ""),
            "version": str(issue.version),
        },
    )
    form.cities.choices = city_choices()
    form.topics.choices = topic_choices()
    form.skills.choices = [one for group in skill_choices().values() for one in group]
    form.languages.choices = [(code, language_name(code)) for code in WRITTEN_IN]
    form.active_days.choices = [("", gettext("It does not matter")), *map(_days, ACTIVE_DAYS)]
    return form


def _days(days: int) -> tuple[str, str]:
    shown = format_number(days, language())
    return str(days), gettext("Within the last %(days)s days", days=shown)


def _page(issue: NewsletterIssue, form: SegmentForm, *, is_clash: bool = False) -> Response:
    at, after = request_time(), Cursor.decode(request.args.get("after"), int)
    is_open = may_follow(Step.EDIT, issue.state)
    if actions.is_released(issue):
        people = audience.log_of(db(), issue, after=after)
        shown = audience.Listing(people, issue.recipient_count or 0)
    else:
        shown = audience.listed_and_counted(db(), issue, at=at, after=after)
    page = render_template(
        "staff/newsletters/readers.html",
        issue=issue,
        form=form,
        skills=skill_choices(),
        is_open=is_open,
        is_clash=is_clash,
        people=shown.people,
        total=shown.total,
        shows_names=holds(Duty.DIRECTORY),
        segment_lines=segment_words(issue.audience),
        fates=FATES,
        here=request.args.get("after"),
    )
    return make_response(page, CONFLICT if is_clash else UNPROCESSABLE if form.errors else 200)
