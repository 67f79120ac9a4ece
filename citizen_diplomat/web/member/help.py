"""Offering help with an accepted proposal, and one's own offers."""

from datetime import datetime

from flask import render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.directory.queries import of_account
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.outcomes import offers, queries
from citizen_diplomat.outcomes.answers import asked_of
from citizen_diplomat.outcomes.offers import Offer, TooLate, TooMany
from citizen_diplomat.outcomes.requests import title_for
from citizen_diplomat.outcomes.rules import (
    MOST_HOURS_A_MONTH,
    MOST_SKILLS_OFFERED,
    WORDS_LENGTH,
    OfferState,
    Party,
    Step,
    steps_open_to,
)
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import public_one
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.asking import ask_url
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, CheckboxesField, TickField, line, paragraphs
from citizen_diplomat.web.helping import REASONS, STATES, links
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.reference import Choices, current_skill, skill_choices, skill_name
from citizen_diplomat.web.signin import request_time, signed_in

LONGEST_NUMBER = 10


class HelpForm(BaseForm):
    """What somebody can do for a proposal, and how much of it."""

    skills = CheckboxesField(lazy_gettext("What can you do for it?"))
    hours = line(
        lazy_gettext("How many hours a month?"),
        longest=LONGEST_NUMBER,
        required=lazy_gettext("Write how many hours a month you have for it."),
    )
    words = paragraphs(lazy_gettext("In your own words"), longest=WORDS_LENGTH, required=False)
    may_be_named = TickField(
        lazy_gettext("If both agree, my name may stand on the page of the proposal")
    )

    def is_right(self) -> bool:
        """Whether it can be offered like this; if not, the errors stand beside their fields."""
        self.validate()
        if not self.hours.errors and self.number_of_hours() is None:
            most = format_number(MOST_HOURS_A_MONTH, language())
            self.refuse("hours", gettext("Write a whole number from 1 to %(most)s.", most=most))
        if len(self.skills.data or ()) > MOST_SKILLS_OFFERED:
            most = format_number(MOST_SKILLS_OFFERED, language())
            self.refuse("skills", gettext("Choose at most %(most)s skills.", most=most))
        if not self.errors and not self.skills.data and not typed(self.words):
            self.refuse("skills", gettext("Choose a skill, or say in your own words how you help."))
        return not self.errors

    def number_of_hours(self) -> int | None:
        """The hours a month as a number, in whichever digits they were typed."""
        return parse_int(typed(self.hours), lowest=1, highest=MOST_HOURS_A_MONTH)

    def offer(self) -> Offer:
        """What was written, as a value of the room; ask after `is_right`."""
        return Offer(
            skill_slugs=tuple(self.skills.data or ()),
            hours_a_month=self.number_of_hours() or 1,
            words=typed(self.words),
            may_be_named=bool(self.may_be_named.data),
        )


@member.get("/proposals/<number:number>/help")
def offer_help(number: int) -> Response:
    """Show the form in which a member offers help with an accepted proposal."""
    proposal = found(public_one(db(), number))
    return _instead(proposal) or _page(proposal, HelpForm(kept_form()))


@member.post("/proposals/<number:number>/help")
def send_offer(number: int) -> Response:
    """Offer help; sent twice it is one offer."""
    proposal = found(public_one(db(), number))
    instead = _instead(proposal)
    if instead is not None:
        return instead
    form, groups = HelpForm(), _groups(proposal)
    form.skills.choices = [one for group in groups.values() for one in group]
    if not form.is_right():
        return _page(proposal, form)
    with transaction(db()):
        try:
            by, at = signed_in(), request_time()
            offers.offer(db(), proposal, form.offer(), by=by, at=at, links=links())
            forget_kept_form()
        except TooMany:
            form.refuse("skills", gettext("You have offered enough for now: wait for the answers."))
    if form.errors:
        return _page(proposal, form)
    say("ok", gettext("Thank you. The author is told, and the office looks at it too."))
    return see_other("member.my_help")


@member.get("/me/help")
def my_help() -> str:
    """List what a member offered, and what became of it."""
    after = Cursor.decode(request.args.get("after"), datetime)
    return render_template(
        "member/help/mine.html",
        offers=queries.offers_by(db(), signed_in().id, after=after),
        asks=asked_of(db(), signed_in().id),
        ask_url=ask_url,
        title_of=lambda row: title_for(row, language()),
        states=STATES,
        reasons=REASONS,
        may_withdraw=lambda row: (
            Step.WITHDRAW in steps_open_to(Party.HELPER, OfferState(row.state))
        ),
    )


@member.route("/me/help/<number:number>/withdraw", methods=["GET", "POST"])
def withdraw_offer(number: int) -> str | Response:
    """Ask whether to take an offer back; POST does it."""
    to_change = request.method == "POST"
    row = found(queries.offer_by(db(), signed_in().id, number, to_change=to_change))
    if request.method == "GET":
        return render_template("member/help/withdraw.html", offer=row)
    try:
        with transaction(db()):
            offers.withdraw(db(), row, by=signed_in(), at=request_time(), links=links())
    except TooLate:
        return see_other("member.my_help")
    say("ok", gettext("You have taken the offer back."))
    return see_other("member.my_help")


def _instead(proposal: Proposal) -> Response | None:
    """Where somebody is led who cannot offer help here, or has done so."""
    if proposal.author_id == signed_in().id:
        return see_other("member.helpers", number=proposal.number)
    if not offers.can_be_helped(db(), proposal, by=signed_in()):
        if proposal.author.is_open:
            say("note", gettext("You write this proposal along; nobody helps with their own."))
        else:
            say("note", gettext("The author has left the platform; nobody can answer an offer."))
        return see_other("public.proposal", number=proposal.number)
    if queries.open_offer(db(), proposal.number, signed_in().id) is not None:
        say("note", gettext("You have offered your help. Here is how it stands."))
        return see_other("member.my_help")
    return None


def _page(proposal: Proposal, form: HelpForm) -> Response:
    groups = _groups(proposal)
    form.skills.choices = [one for group in groups.values() for one in group]
    return form_page("member/help/offer.html", form, proposal=proposal, groups=groups)


def _groups(proposal: Proposal) -> dict[str, Choices]:
    """The skills under their headings, those that are needed and one's own first; each once."""
    profile = of_account(db(), signed_in().id)
    needed = dict.fromkeys(map(current_skill, proposal.skill_slugs))
    own = dict.fromkeys(row.skill_slug for row in profile.skills) if profile else {}
    groups: dict[str, Choices] = {
        gettext("Skills it needs"): [(slug, skill_name(slug)) for slug in needed],
        gettext("My skills"): [(slug, skill_name(slug)) for slug in own if slug not in needed],
    }
    for name, skills in skill_choices().items():
        groups[name] = [one for one in skills if one[0] not in needed and one[0] not in own]
    return {name: skills for name, skills in groups.items() if skills}
