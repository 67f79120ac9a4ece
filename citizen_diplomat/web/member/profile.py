"""A member's own profile."""

from dataclasses import replace

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.directory.actions import open_profile, save_profile
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.queries import of_account, shown
from citizen_diplomat.directory.rules import PARTS_TO_COMPLETE, ProfileDraft, Reader, completed
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.database import db
from citizen_diplomat.web.directory import LANGUAGE_LEVELS, LEVELS, profile_page
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.member.profile_form import ProfileForm
from citizen_diplomat.web.pages import CONFLICT, form_page, found, say, see_other
from citizen_diplomat.web.reference import skill_choices
from citizen_diplomat.web.signin import request_time, signed_in

PAGE = "member/profile/profile.html"


@member.route("/me/profile", methods=["GET", "POST"])
def profile() -> Response:
    """Show and save what this member says of themselves."""
    is_post = request.method == "POST"
    saved = of_account(db(), signed_in().id, to_change=is_post)
    form = ProfileForm(request.form if is_post else kept_form(), saved)
    context = {
        "groups": skill_choices(),
        "levels": LEVELS,
        "language_levels": LANGUAGE_LEVELS,
        "completed": completed(form.saved) if form.saved else 0,
        "parts": PARTS_TO_COMPLETE,
        "is_stale": False,
    }
    if not form.validate_on_submit():
        return form_page(PAGE, form, **context)
    draft = form.draft()
    if saved is not None and _is_conflict(saved, draft):
        # Typed values stay; the next save is made knowingly against the newer version.
        form.version.data = str(saved.version)
        return make_response(
            render_template(PAGE, form=form, **{**context, "is_stale": True}), CONFLICT
        )
    with transaction(db()):
        if saved is None or saved.version == draft.version:
            _save(saved, draft)
        forget_kept_form()
    say("ok", gettext("Your profile is saved."))
    return see_other("member.profile")


@member.get("/me/profile/as/<any(member, stranger, staff):reader>")
def profile_as(reader: str) -> Response:
    """Show this member their own profile through the eyes of others, by the very same query."""
    return profile_page(
        "member/profile/seen.html",
        profile=found(shown(db(), signed_in().id, Reader(reader))),
        reader=reader,
    )


def _is_conflict(saved: Profile, draft: ProfileDraft) -> bool:
    """An older version that says the same is a double click, and no conflict."""
    same = replace(draft, version=saved.version) == saved.as_draft()
    return saved.version != draft.version and not same


def _save(saved: Profile | None, draft: ProfileDraft) -> None:
    """Staff have no profile until they save their first one."""
    if saved is None:
        saved = open_profile(db(), signed_in(), city_slug=draft.city_slug)
        # The database gives a new row its version.
        db().flush()
        draft = replace(draft, version=saved.version)
    save_profile(db(), saved, draft, by=signed_in(), at=request_time())
