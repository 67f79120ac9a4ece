"""Members close their account by themselves, at once (GDPR art. 17)."""

from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.forget import Changed, LastAdmin, is_last_admin
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web import fresh_passphrase
from citizen_diplomat.web.database import db, reading
from citizen_diplomat.web.forms import BaseForm, Required, TickField
from citizen_diplomat.web.kept_forms import forget_kept_form
from citizen_diplomat.web.links import link_to
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, say, see_other
from citizen_diplomat.web.personal_data import close
from citizen_diplomat.web.signin import request_time, sign_out, signed_in


class CloseForm(BaseForm):
    is_sure = TickField(
        lazy_gettext("I have read this and want my account closed for good."),
        validators=[Required(lazy_gettext("Tick the box if you want your account closed."))],
    )
    current_password = fresh_passphrase.field()


@member.get("/me/data/close")
def closing() -> Response:
    """Say what closing deletes, what stays and why, before anybody does it."""
    return _page(CloseForm())


@member.post("/me/data/close")
@fresh_passphrase.throttled
def close_account() -> Response:
    """Close the account in one transaction and end all its sign-ins."""
    person, form = signed_in(), CloseForm()
    if not (form.validate_on_submit() and fresh_passphrase.is_right(form, person)):
        return _page(form)
    try:
        with transaction(db()):
            close(
                db(),
                person,
                at=request_time(),
                link_of=lambda number: link_to("member.coauthors", number=number),
            )
            forget_kept_form()
            sign_out()
    except LastAdmin:
        form.refuse("is_sure", gettext("You are the last administrator: invite another one first."))
        return _page(form)
    except Changed:
        say("warn", gettext("Your passphrase was changed elsewhere meanwhile. Try again."))
        return see_other("member.closing")
    say("ok", gettext("Your account is closed. Thank you for having been with us."))
    response = see_other("public.home")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _page(form: CloseForm) -> Response:
    with reading() as session:
        is_last = is_last_admin(session, signed_in())
    return form_page("member/data/close.html", form, is_last_admin=is_last)
