"""The form of /me/mail: what a member hears of on which ways, and when the digest comes."""

from typing import Any

from flask import request
from flask_babel import lazy_gettext
from sqlalchemy import select

from citizen_diplomat.digests.model import Subscription
from citizen_diplomat.digests.rules import HOUR, SATURDAY, Frequency
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.calendar import WEEKDAYS
from citizen_diplomat.foundation.numbers import is_persian, persian_digits
from citizen_diplomat.mail.preferences import Choice
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, CheckboxesField, ChoiceField, RadioChoiceField
from citizen_diplomat.web.kept_forms import kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.member.mail_matrix import kinds_for, offered_values, values_of
from citizen_diplomat.web.reference import city_choices, topic_choices
from citizen_diplomat.web.signin import signed_in

FREQUENCIES = [
    (Frequency.WEEKLY.value, lazy_gettext("Every week")),
    (Frequency.DAILY.value, lazy_gettext("Every day")),
    (Frequency.MONTHLY.value, lazy_gettext("Every month, on its first day")),
    (Frequency.NEVER.value, lazy_gettext("Never")),
]


class MailForm(BaseForm):
    shown = CheckboxesField(lazy_gettext("What you hear of"), coerce=str)
    ways = CheckboxesField(lazy_gettext("On which ways"), coerce=str)
    frequency = RadioChoiceField(lazy_gettext("How often"))
    weekday = ChoiceField(lazy_gettext("On which day"), coerce=str)
    hour = ChoiceField(lazy_gettext("At what time"), coerce=str)
    cities = CheckboxesField(lazy_gettext("Cities"))
    topics = CheckboxesField(lazy_gettext("Topics"))


def mail_form(subscription: Subscription | None, now: Choice) -> MailForm:
    """What was posted now; on GET what was typed before a sign-in ended, or the present choice."""
    when = _when(subscription)
    if request.method == "POST":
        # A page of before knows no day and no hour: both stay.
        form = MailForm(request.form, data=when)
    else:
        present = {**_chosen(subscription), **when, "ways": values_of(now)}
        form = MailForm(kept_form(), data=present)
        if not form.shown.data:
            form.ways.data = values_of(now)
    kinds = kinds_for(signed_in())
    form.shown.choices = [(kind.value, kind.value) for kind in kinds]
    form.ways.choices = [(value, value) for value in offered_values(kinds)]
    form.frequency.choices = FREQUENCIES
    form.weekday.choices = _weekdays()
    form.hour.choices = [(str(hour), _clock(hour)) for hour in range(24)]
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


def _when(subscription: Subscription | None) -> dict[str, str]:
    if subscription is None:
        return {"weekday": str(SATURDAY), "hour": str(HOUR)}
    return {"weekday": str(subscription.weekday), "hour": str(subscription.hour)}


def _weekdays() -> list[tuple[str, str]]:
    """The week begins on Saturday in either language: it is the municipality's."""
    names = WEEKDAYS["fa" if is_persian(language()) else "en"]
    return [(str(day), names[day]) for day in ((SATURDAY + n) % 7 for n in range(7))]


def _clock(hour: int) -> str:
    figures = f"{hour:02}:00"
    return persian_digits(figures) if is_persian(language()) else figures
