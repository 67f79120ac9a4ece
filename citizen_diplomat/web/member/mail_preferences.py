"""Which mail a member wants: the digest is theirs to choose; letters on their own affairs come."""

from typing import Any

from flask import request
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from werkzeug.wrappers import Response

from citizen_diplomat.digests import actions, queries
from citizen_diplomat.digests.model import Subscription
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, CheckboxesField, RadioChoiceField
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, say, see_other
from citizen_diplomat.web.reference import city_choices, topic_choices
from citizen_diplomat.web.signin import request_time, signed_in

SOURCE = "mail_preferences"
FREQUENCIES = [
    (Frequency.WEEKLY.value, lazy_gettext("Every week, on Saturday morning")),
    (Frequency.DAILY.value, lazy_gettext("Every day, in the morning")),
    (Frequency.MONTHLY.value, lazy_gettext("Every month, on its first morning")),
    (Frequency.NEVER.value, lazy_gettext("Never")),
]


class MailForm(BaseForm):
    frequency = RadioChoiceField(lazy_gettext("How often"))
    cities = CheckboxesField(lazy_gettext("Cities"))
    topics = CheckboxesField(lazy_gettext("Topics"))


@member.route("/me/mail", methods=["GET", "POST"])
def mail() -> Response:
    """Show the digest's settings, and keep new ones."""
    subscription = queries.subscription_of(db(), signed_in().id)
    form = _form(subscription)
    if not form.validate_on_submit():
        return form_page("member/mail/mail.html", form)
    with transaction(db()):
        actions.choose(
            db(),
            signed_in(),
            Frequency(form.frequency.data),
            cities=form.cities.data or (),
            topics=form.topics.data or (),
            by=signed_in(),
            at=request_time(),
            source=SOURCE,
        )
        forget_kept_form()
    say("ok", gettext("Your e-mail settings are saved."))
    return see_other("member.mail")


def _form(subscription: Subscription | None) -> MailForm:
    """What was posted now; on GET what was typed before a sign-in ended, or the present choice."""
    if request.method == "POST":
        form = MailForm(request.form)
    else:
        form = MailForm(kept_form(), data=_chosen(subscription))
    form.frequency.choices = FREQUENCIES
    form.cities.choices = city_choices()
    form.topics.choices = topic_choices()
    return form


def _chosen(subscription: Subscription | None) -> dict[str, Any]:
    """What stands in the form: the present choice, or never and one's own city as a suggestion."""
    if subscription is None:
        city = db().scalar(select(Profile.city_slug).where(Profile.account_id == signed_in().id))
        return {"frequency": Frequency.NEVER, "cities": [city] if city else [], "topics": []}
    return {
        "frequency": subscription.frequency,
        "cities": [row.city_slug for row in subscription.cities],
        "topics": [row.topic_slug for row in subscription.topics],
    }
