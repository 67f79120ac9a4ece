"""Staff look up what a member was mailed and why: an access to their data, with its receipt."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext, ngettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.overview.explain import Explanation, explain_mail
from citizen_diplomat.web.database import db
from citizen_diplomat.web.directory import profile_page
from citizen_diplomat.web.forms import RadioChoiceField
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.mail_why import TROUBLES, WHYS
from citizen_diplomat.web.mail_words import KINDS
from citizen_diplomat.web.pages import found
from citizen_diplomat.web.reference import Choices
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.staff.access_form import AccessForm
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.contact import ask_why, member_to_open, open_with_receipt

PERIODS = (7, 30, 90, 365)  # days
PAGE = "staff/members/mail.html"


def period_options() -> Choices:
    """How far back, in the language of the page."""
    return [
        (
            str(days),
            ngettext(
                "%(count)s day", "%(count)s days", days, count=format_number(days, language())
            ),
        )
        for days in PERIODS
    ]


class MailForm(AccessForm):
    days = RadioChoiceField(lazy_gettext("How far back?"), choices=period_options, default="30")


@staff.page("/members/<number:number>/mail", duty=Duty.CONTACT)
def member_mail(number: int) -> Response:
    """Ask why, and of which time; what is asked for is not on this page."""
    return ask_why(PAGE, member_to_open(number), MailForm(kept_form()))


@staff.page("/members/<number:number>/mail", duty=Duty.CONTACT, methods=("POST",))
def explain_member_mail(number: int) -> Response:
    """Show in this answer alone what was mailed, once its receipt is written."""
    profile, form = member_to_open(number), MailForm()
    if not form.validate():
        return ask_why(PAGE, profile, form)
    since = request_time() - timedelta(days=int(form.days.data))
    with transaction(db()):
        address = open_with_receipt(number, form)
        forget_kept_form()
        explained = _explained(number, since)
    return profile_page(
        PAGE,
        profile=profile,
        address=found(address),
        explained=explained,
        since=since,
        whys=WHYS,
        troubles=TROUBLES,
        kinds=KINDS,
    )


def _explained(number: int, since: datetime) -> Explanation:
    """Of the letters before this answer: the one that tells of it is not among them."""
    person = found(account_by_id(db(), number))
    at = request_time()
    return explain_mail(db(), person, since=since, until=at, at=at)
