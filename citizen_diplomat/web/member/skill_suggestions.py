"""A member misses a skill in the list and says so."""

from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.directory.rules import (
    MOST_OPEN_SUGGESTIONS,
    SKILL_NAME_LENGTH,
    SUGGESTION_REASON_LENGTH,
)
from citizen_diplomat.directory.suggestions import AlreadyListed, TooMany, suggestions_of
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.moderation import skills as desk
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, line, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, say, see_other
from citizen_diplomat.web.reference import skill_name
from citizen_diplomat.web.signin import request_time, signed_in

PAGE = "member/skill_suggestions/suggest.html"


class SuggestionForm(BaseForm):
    name = line(
        lazy_gettext("The skill"),
        longest=SKILL_NAME_LENGTH,
        required=lazy_gettext("Write the skill that you miss."),
    )
    reason = paragraphs(
        lazy_gettext("What is it good for?"), longest=SUGGESTION_REASON_LENGTH, required=False
    )


@member.get("/me/skills/suggest")
def suggest_skill() -> Response:
    """Show the form, and what became of the suggestions of before."""
    return _page(SuggestionForm(kept_form()))


@member.post("/me/skills/suggest")
def send_suggestion() -> Response:
    """Let a suggestion wait for staff; a skill that is listed already is named instead."""
    form = SuggestionForm()
    if not form.validate():
        return _page(form)
    name, reason = typed(form.name), typed(form.reason)
    with transaction(db()):
        try:
            desk.suggest(db(), name, reason=reason, by=signed_in(), at=request_time())
        except AlreadyListed as listed:
            there = skill_name(listed.slug)
            form.refuse("name", gettext("The list holds it already: “%(skill)s”.", skill=there))
        except TooMany:
            most = format_number(MOST_OPEN_SUGGESTIONS, language())
            text = gettext("%(most)s of your suggestions wait already. Let us answer those first.")
            form.refuse("name", text % {"most": most})
        forget_kept_form()
    if form.errors:
        return _page(form)
    say("ok", gettext("Thank you. The office looks at it and writes to you."))
    return see_other("member.suggest_skill")


def _page(form: SuggestionForm) -> Response:
    return form_page(PAGE, form, suggestions=suggestions_of(db(), signed_in().id))
