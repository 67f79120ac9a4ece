"""Appealing against a decline: once, in time, in one's own words."""

from hashlib import sha256

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.moderation.appealing import appeal as make
from citizen_diplomat.moderation.appeals import Chance, NoAppeal, chance_of
from citizen_diplomat.moderation.rules import APPEAL_LENGTH, SHORTEST_APPEAL
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import of_author
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, KeptField, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import CONFLICT, form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in


class AppealForm(BaseForm):
    """Why a declined proposal shall be looked at again."""

    text = paragraphs(
        lazy_gettext("What was overlooked, or judged wrongly?"),
        longest=APPEAL_LENGTH,
        required=lazy_gettext("Write why it should be looked at again."),
    )
    form_key = KeptField()

    def is_right(self) -> bool:
        """Whether it can be sent like this; if not, the errors stand beside their fields."""
        if self.validate() and len(self.text.data or "") < SHORTEST_APPEAL:
            self.refuse("text", gettext("A sentence at least: whoever reads it knows only this."))
        return not self.errors

    def key_for(self, proposal: Proposal) -> str:
        """What makes one appeal of a form posted twice; a script may post one without a key."""
        made_of = self.form_key.data or f"{proposal.number}\n{self.text.data}"
        return sha256(made_of.encode("utf-8", "replace")).hexdigest()


@member.route("/me/proposals/<number:number>/appeal", methods=["GET", "POST"])
def appeal(number: int) -> Response:
    """Ask why, and say what happens then; POST hands it to somebody else at the office."""
    posted = request.method == "POST"
    proposal = found(of_author(db(), signed_in().id, number, to_change=posted))
    chance = chance_of(db(), number, at=request_time())
    if not posted:
        if not chance.is_open:
            say("note", gettext("This is not possible where the proposal stands now."))
            return see_other("member.own", number=number)
        return _page(proposal, chance, _empty_form(kept_form()))
    form = AppealForm()
    if chance.is_open and not form.is_right():
        return _page(proposal, chance, form)
    return _send(proposal, chance, form)


def _send(proposal: Proposal, chance: Chance, form: AppealForm) -> Response:
    by, at = signed_in(), request_time()
    link = absolute(by.language, "member.own", number=proposal.number)
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        try:
            text, key = form.text.data or "", form.key_for(proposal)
            make(db(), proposal, text, form_key=key, by=by, at=at, link=link)
            forget_kept_form()
        except NoAppeal:
            page = render_template(
                "member/appeals/closed.html", proposal=proposal, chance=chance, form=form
            )
            return make_response(page, CONFLICT)
    say("ok", gettext("Your appeal has arrived. Somebody else at the office looks at it."))
    return see_other("member.own", number=proposal.number)


def _empty_form(kept: MultiDict[str, str] | None) -> AppealForm:
    return AppealForm(kept, data={"form_key": new_secret()})


def _page(proposal: Proposal, chance: Chance, form: AppealForm) -> Response:
    return form_page("member/appeals/appeal.html", form, proposal=proposal, chance=chance)
