"""The list of skills, for those who keep it: how many say they have each, and merging two."""

from flask import make_response, render_template
from flask_babel import gettext, lazy_gettext, ngettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.directory.merging import NotMergeable, merge
from citizen_diplomat.directory.taxonomy import counts_by_skill, merged_skills, skill_of
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, ChoiceField, TickField
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import UNPROCESSABLE, found, say, see_other
from citizen_diplomat.web.reference import read_again, skill_choices, skill_name
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff

PAGE = "staff/taxonomy/skills.html"


def _skills() -> list[tuple[str, str]]:
    return [one for group in skill_choices().values() for one in group]


class MergeForm(BaseForm):
    """Which skill becomes another name of which."""

    skill = ChoiceField(lazy_gettext("This skill"), choices=_skills)
    into = ChoiceField(lazy_gettext("becomes another name of"), choices=_skills)
    is_sure = TickField(lazy_gettext("Yes, merge the two"))


@staff.page("/skills", duty=Duty.TAXONOMY)
def skills() -> Response:
    """List all skills under their headings, and what was merged before."""
    return _page(MergeForm())


@staff.page("/skills", duty=Duty.TAXONOMY, methods=("POST",))
def merge_skills() -> Response:
    """Merge two skills, after saying once more what will happen."""
    form = MergeForm()
    if not form.validate():
        return _page(form)
    skill = found(skill_of(db(), form.skill.data))
    into = found(skill_of(db(), form.into.data))
    if skill.slug == into.slug:
        form.refuse("into", gettext("Choose two different skills."))
        return _page(form)
    if not form.is_sure.data:
        holders = counts_by_skill(db()).get(skill.slug, 0)
        page = render_template(
            "staff/taxonomy/merge.html",
            form=form,
            skill=skill.slug,
            into=into.slug,
            holders=holders,
        )
        return make_response(page)
    with transaction(db()):
        try:
            moved = merge(db(), skill, into, by=signed_in(), at=request_time())
        except NotMergeable:
            moved = None
    read_again()
    if moved is None:
        say("warn", gettext("Somebody was faster. This is how it stands now."))
    else:
        say("ok", _done(moved, into.slug))
    return see_other("staff.skills")


def _done(moved: int, into: str) -> str:
    return str(
        ngettext(
            "Merged. One profile says “%(skill)s” now.",
            "Merged. %(count)s profiles say “%(skill)s” now.",
            moved,
            count=format_number(moved, language()),
            skill=skill_name(into),
        )
    )


def _page(form: MergeForm) -> Response:
    page = render_template(
        PAGE,
        form=form,
        groups=skill_choices(),
        counts=counts_by_skill(db()),
        merged=merged_skills(db()),
    )
    return make_response(page, UNPROCESSABLE if form.errors else 200)
