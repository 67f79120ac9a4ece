"""Answering a suggested skill: into the list, there already, or not listed."""

from typing import Any

from flask import abort, make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.directory.model import SkillSuggestion
from citizen_diplomat.directory.rules import SKILL_NAME_LENGTH
from citizen_diplomat.directory.suggestions import (
    AlreadyAnswered,
    AlreadyListed,
    suggestion_by_id,
)
from citizen_diplomat.directory.taxonomy import skill_of
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation import queries
from citizen_diplomat.moderation import skills as desk
from citizen_diplomat.moderation.claims import AlreadyClaimed, NotOpen, OwnProposal
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import HEARTBEAT_EVERY, MESSAGE_LENGTH, ItemKind
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, ChoiceField, line, paragraphs
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.pages import UNPROCESSABLE, found, say, see_other
from citizen_diplomat.web.reference import (
    group_choices,
    read_again,
    skill_choices,
    skill_name,
)
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.decision_form import NoteForm, TakeOverForm
from citizen_diplomat.web.staff.filters import open_next
from citizen_diplomat.web.staff.kinds import shows, standing
from citizen_diplomat.web.staff.panels import panels_of


class AddForm(BaseForm):
    """The suggested skill as the list will name it."""

    name_fa = line(
        lazy_gettext("Name in Persian"),
        longest=SKILL_NAME_LENGTH,
        required=lazy_gettext("Write the name in Persian."),
    )
    name_en = line(
        lazy_gettext("Name in English"),
        longest=SKILL_NAME_LENGTH,
        required=lazy_gettext("Write the name in English."),
    )
    group = ChoiceField(lazy_gettext("Heading"), choices=group_choices)


class KnownForm(BaseForm):
    """The skill of the list that says the same."""

    skill = ChoiceField(
        lazy_gettext("Skill in the list"),
        choices=lambda: [one for group in skill_choices().values() for one in group],
    )


class DeclineForm(BaseForm):
    """Why it is not listed."""

    message = paragraphs(
        lazy_gettext("Message to the member"),
        longest=MESSAGE_LENGTH,
        required=lazy_gettext("Write why it is not listed."),
    )


FORMS: dict[str, type[BaseForm]] = {"add": AddForm, "known": KnownForm, "decline": DeclineForm}


@shows(ItemKind.SKILL)
def skill_page(
    waiting: QueueItem, *, note_form: NoteForm | None = None, posted: BaseForm | None = None
) -> Response:
    """The page of a suggested skill, with what was typed into its forms so far."""
    suggestion = found(suggestion_by_id(db(), waiting.subject_id))
    note_form = note_form or NoteForm(MultiDict())
    wrong = next((form for form in (posted, note_form) if form is not None and form.errors), None)
    page = render_template(
        "staff/review/skill.html",
        item=waiting,
        suggestion=suggestion,
        groups=skill_choices(),
        form=wrong,
        note_form=note_form,
        take_over_form=TakeOverForm(MultiDict()),
        notes=queries.notes_of(db(), waiting.id),
        heartbeat_seconds=int(HEARTBEAT_EVERY.total_seconds()),
        **_forms(suggestion, posted),
        panels=panels_of(waiting),
        **standing(waiting),
    )
    return make_response(page, UNPROCESSABLE if wrong else 200)


@staff.page("/queue/<number:item>/skill", duty=Duty.REVIEW)
def skill_answer_page(item: int) -> Response:
    """Whoever had to sign in on the way to the answer comes back to the item."""
    return see_other("staff.item", item=item)


@staff.page("/queue/<number:item>/skill", duty=Duty.REVIEW, methods=("POST",))
def answer_skill(item: int) -> Response:
    """Answer with `action` add, known or decline."""
    waiting = found(queries.item_for_review(db(), item, viewer=signed_in().id))
    kind = FORMS.get(request.form.get("action", ""))
    if waiting.kind != ItemKind.SKILL or kind is None:
        abort(404)
    form = kind()
    if not form.validate():
        return skill_page(waiting, posted=form)
    refused = _answer(waiting, form)
    if isinstance(refused, OwnProposal):
        abort(403)
    if refused is not None:
        say("warn", gettext("Somebody was faster. This is how it stands now."))
        return see_other("staff.item", item=item)
    if form.errors:
        return skill_page(waiting, posted=form)
    read_again()
    say("ok", gettext("Answered. The member is told by e-mail."))
    return open_next(waiting)


def _answer(waiting: QueueItem, form: BaseForm) -> Exception | None:
    """Do it; a refusal is given back, for it has changed nothing."""
    suggestion = found(suggestion_by_id(db(), waiting.subject_id))
    link = absolute(suggestion.account.language, "member.profile")
    who: dict[str, Any] = {"by": signed_in(), "at": request_time(), "link": link}
    with transaction(db()):
        try:
            if isinstance(form, AddForm):
                desk.add(
                    db(),
                    waiting,
                    suggestion,
                    name_fa=typed(form.name_fa),
                    name_en=typed(form.name_en),
                    group_slug=form.group.data,
                    **who,
                )
            elif isinstance(form, KnownForm):
                skill = found(skill_of(db(), form.skill.data))
                desk.point_to(db(), waiting, suggestion, skill, **who)
            elif isinstance(form, DeclineForm):
                desk.decline(db(), waiting, suggestion, message=typed(form.message), **who)
        except AlreadyListed as listed:
            text = gettext("The list holds it already: “%(skill)s”.", skill=skill_name(listed.slug))
            form.refuse("name_en", text)
        except (AlreadyAnswered, AlreadyClaimed, NotOpen, OwnProposal) as error:
            return error
    return None


def _forms(suggestion: SkillSuggestion, posted: BaseForm | None) -> dict[str, BaseForm]:
    """The three forms, each under its name; the posted one as it was filled in."""
    name = {"name_fa" if _is_persian(suggestion.name) else "name_en": suggestion.name}
    fresh = {"add": AddForm(MultiDict(), data=name), "known": KnownForm(MultiDict())}
    forms = {**fresh, "decline": DeclineForm(MultiDict())}
    return {
        f"{action}_form": posted if isinstance(posted, FORMS[action]) else form
        for action, form in forms.items()
    }


def _is_persian(text: str) -> bool:
    return any("\u0600" <= letter <= "\u06ff" for letter in text)
