"""What a member hears of, on which ways and when; what concerns their rights comes anyway."""

from babel.dates import get_timezone_location
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts import mail_choices
from citizen_diplomat.accounts.reachability import trouble_of
from citizen_diplomat.correspondence import queries as correspondence
from citizen_diplomat.digests import actions, queries
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail import preferences
from citizen_diplomat.mail.preference_rules import Kind
from citizen_diplomat.mail.preferences import Choice
from citizen_diplomat.web.database import db
from citizen_diplomat.web.filters import reader_zone
from citizen_diplomat.web.kept_forms import forget_kept_form
from citizen_diplomat.web.languages import LOCALES, language
from citizen_diplomat.web.mail_words import CHANNELS, EXPLAINED, KINDS
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.member.mail_form import MailForm, mail_form
from citizen_diplomat.web.member.mail_matrix import chosen, kinds_for, rows
from citizen_diplomat.web.pages import form_page, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in

SOURCE = "mail_preferences"


@member.route("/me/mail", methods=["GET", "POST"])
def mail() -> Response:
    """Show what a member hears of and when, and keep a new choice."""
    now = preferences.choice_of(db(), signed_in().id)
    form = mail_form(queries.subscription_of(db(), signed_in().id), now)
    if not form.validate_on_submit():
        return _page(form)
    with transaction(db()):
        _keep(form, now)
        forget_kept_form()
    say("ok", gettext("Your e-mail settings are saved."))
    return see_other("member.mail")


def _page(form: MailForm) -> Response:
    kinds = kinds_for(signed_in())
    return form_page(
        "member/mail/mail.html",
        form,
        rows=rows(kinds, form.ways.data or ()),
        kind_words=KINDS,
        explained=EXPLAINED,
        channel_words=CHANNELS,
        zone=get_timezone_location(reader_zone(), locale=LOCALES[language()], return_city=True),
        trouble=trouble_of(db(), signed_in(), at=request_time()),
        accepts_messages=correspondence.accepts(db(), signed_in().id),
    )


def _keep(form: MailForm, now: Choice) -> None:
    me, at = signed_in(), request_time()
    shown = [Kind(value) for value in form.shown.data or ()]
    choice = chosen(shown, form.ways.data or (), now)
    mail_choices.choose(db(), me, choice, by=me, at=at, source=SOURCE)
    actions.choose(
        db(),
        me,
        Frequency(form.frequency.data),
        cities=form.cities.data or (),
        topics=form.topics.data or (),
        weekday=int(form.weekday.data),
        hour=int(form.hour.data),
        by=me,
        at=at,
        source=SOURCE,
    )
