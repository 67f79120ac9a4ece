"""The name that a proposal goes by: a pen name for everybody but its authors, or one's own."""

from flask import request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import Field
from wtforms.validators import ValidationError

from citizen_diplomat.accounts.queries import staff
from citizen_diplomat.accounts.rules import NAME_LENGTH, holds_link
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.text import fold_tight
from citizen_diplomat.proposals.coauthors import sign
from citizen_diplomat.proposals.queries import of_author
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, line
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in

# Folded, without spaces: nobody speaks for the office under a pen name.
OFFICIAL = tuple(
    fold_tight(word)
    for word in (
        "municipality", "city of isfahan", "citizen diplomat", "moderator", "coordinator",
        "administrator", "شهرداری", "شهروند دیپلمات", "شهر اصفهان", "ادارهٔ ارتباطات",
        "ناظر سامانه", "مدیر سامانه", "هماهنگ‌کننده",
    )
)  # fmt: skip


class PenNameForm(BaseForm):
    pen_name = line(lazy_gettext("Pen name"), longest=NAME_LENGTH, required=False)

    def validate_pen_name(self, field: Field) -> None:
        """Raise ValidationError for a name that advertises, speaks for others or gives away."""
        name = field.data or ""
        folded = fold_tight(name)
        if holds_link(name):
            raise ValidationError(gettext("A name cannot hold a web or e-mail address."))
        if any(word in folded for word in OFFICIAL) or folded in _staff_names():
            raise ValidationError(gettext("This name could be taken for the municipality’s."))
        own = fold_tight(signed_in().display_name)
        if folded and own and own in folded:
            raise ValidationError(gettext("This holds your own name. Choose another one."))


@member.route("/me/proposals/<number:number>/pen-name", methods=["GET", "POST"])
def pen_name(number: int) -> Response:
    """Show and choose the name that a proposal goes by."""
    posted = request.method == "POST"
    proposal = found(of_author(db(), signed_in().id, number, to_change=posted))
    form = PenNameForm(data={"pen_name": proposal.pen_name})
    if not form.validate_on_submit():
        return form_page("member/proposals/pen_name.html", form, proposal=proposal)
    chosen = form.pen_name.data or ""
    with transaction(db()):
        sign(db(), proposal, chosen, by=signed_in(), at=request_time())
    if chosen:
        say("ok", gettext("Saved. From now on the pen name is shown instead of yours."))
    else:
        say("ok", gettext("Saved. From now on your display name is shown."))
    return see_other("member.own", number=number)


def _staff_names() -> set[str]:
    return {fold_tight(person.display_name) for person in staff(db())} - {""}
