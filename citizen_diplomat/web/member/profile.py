"""A member's own profile."""

from dataclasses import replace

from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.directory.actions import open_profile, save_profile
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.queries import of_account
from citizen_diplomat.directory.rules import ProfileDraft
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.member.profile_form import LEVEL_CHOICES, ProfileForm
from citizen_diplomat.web.pages import form_page, say, see_other
from citizen_diplomat.web.reference import skill_choices
from citizen_diplomat.web.signin import request_time, signed_in

PAGE = "member/profile/profile.html"
CONFLICT = 409


@member.route("/me/profile", methods=["GET", "POST"])
def profile() -> Response:
    """Show and save what this member says of themselves."""
    is_post = request.method == "POST"
    saved = of_account(db(), signed_in().id, to_change=is_post)
    form = ProfileForm(request.form if is_post else kept_form(), saved)
    context = {"groups": skill_choices(), "levels": LEVEL_CHOICES, "is_stale": False}
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
