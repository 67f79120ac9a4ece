"""Reporting what breaks a rule: a comment, a proposal, a profile, a message to oneself."""

from flask import abort, redirect, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.community import threads
from citizen_diplomat.community.matters import Talked
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.reports import AlreadyReported
from citizen_diplomat.community.rules import REPORT_LENGTH, Ground, ThingKind
from citizen_diplomat.correspondence import queries as correspondence
from citizen_diplomat.correspondence.model import MemberMessage
from citizen_diplomat.directory.ladder import ShownProfile
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.queries import of_account, visible
from citizen_diplomat.directory.rules import Reader
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import reports as desk
from citizen_diplomat.moderation.claims import OwnProposal
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import public_one
from citizen_diplomat.web.database import db
from citizen_diplomat.web.discussion import speaker
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.forms import BaseForm, RadioChoiceField, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.matters import place_of, public_thing
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, found, say
from citizen_diplomat.web.report_words import ground_choices
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.throttle import throttled_by_member

OFTEN = "10 per hour; 30 per day"


class ReportForm(BaseForm):
    """Why something is reported."""

    ground = RadioChoiceField(lazy_gettext("What is wrong with it?"))
    text = paragraphs(
        lazy_gettext("What should the office know?"), longest=REPORT_LENGTH, required=False
    )

    def __init__(self, *args: object, **options: object) -> None:
        """Offer the reasons in the language of the page."""
        super().__init__(*args, **options)
        self.ground.choices = ground_choices()


@member.route(
    "/report/<any(comment, proposal, profile, message):kind>/<number:number>",
    methods=["GET", "POST"],
)
@throttled_by_member(OFTEN)
def report(kind: str, number: int) -> Response:
    """Ask what is wrong with a thing that the reader can see; POST hands it to the office."""
    thing, about = _thing(ThingKind(kind), number)
    if request.method == "GET":
        return _page(ReportForm(kept_form()), thing)
    form = ReportForm()
    if not form.validate():
        if form.ground.errors:
            form.ground.errors = [gettext("Choose a reason.")]
        return _page(form, thing)
    _make(thing, about, form)
    return redirect(_address_of(thing), 303)


def _make(thing: desk.Thing, about: Talked | None, form: ReportForm) -> None:
    by, at = signed_in(), request_time()
    ground, text = Ground(form.ground.data), form.text.data or ""
    with transaction(db()):
        try:
            desk.report(db(), thing, ground, text, about=about, by=by, at=at)
            said = gettext("Thank you. The office looks at it, and you hear what came of it.")
        except AlreadyReported:
            said = gettext("You have reported this already. You hear what comes of it.")
        except OwnProposal:
            abort(403)
        forget_kept_form()
    say("ok", said)


def _thing(kind: ThingKind, number: int) -> tuple[desk.Thing, Talked | None]:
    """What is reported, if the reader can see it, and what it was said to."""
    reader = signed_in().id
    if kind is ThingKind.PROFILE:
        found(visible(db(), number, Reader.MEMBER))
        return found(of_account(db(), number)), None
    if kind is ThingKind.MESSAGE:
        return found(correspondence.message_to(db(), number, reader_id=reader)), None
    if kind is ThingKind.COMMENT:
        comment = found(threads.any_comment(db(), number, reader=reader))
        return comment, public_thing(comment.matter)
    proposal = found(public_one(db(), number))
    return proposal, proposal


def _page(form: ReportForm, thing: desk.Thing) -> Response:
    return form_page(
        "member/reports/report.html",
        form,
        comment=thing if isinstance(thing, Comment) else None,
        proposal=thing if isinstance(thing, Proposal) else None,
        message=thing if isinstance(thing, MemberMessage) else None,
        profile=_as_seen(thing) if isinstance(thing, Profile) else None,
        back=_address_of(thing),
        speaker=speaker,
    )


def _as_seen(profile: Profile) -> ShownProfile | None:
    """A profile as members see it, and no more of it."""
    return visible(db(), profile.account_id, Reader.MEMBER)


def _address_of(thing: desk.Thing) -> str:
    if isinstance(thing, Comment):
        return place_of(thing)
    if isinstance(thing, Proposal):
        return page_url("public.proposal", number=thing.number)
    if isinstance(thing, MemberMessage):
        return page_url("member.conversation", number=thing.conversation_id)
    return page_url("member.person", number=thing.account_id)
