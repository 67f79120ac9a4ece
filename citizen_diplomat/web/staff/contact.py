"""Staff open the contact data of a member: with a reason, shown once, and told to the member."""

from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.audit.rules import Opened
from citizen_diplomat.directory.contact import may_open, open_contact, reader_of
from citizen_diplomat.directory.ladder import ShownProfile
from citizen_diplomat.directory.queries import shown
from citizen_diplomat.directory.rules import Reader, Standing
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.database import db
from citizen_diplomat.web.directory import profile_page
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.pages import UNPROCESSABLE, found
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.access_form import AccessForm
from citizen_diplomat.web.staff.blueprint import staff

PAGE = "staff/members/contact.html"


@staff.page("/members/<number:number>/contact", duty=Duty.CONTACT)
def contact(number: int) -> Response:
    """Ask why; what is asked for is not on this page."""
    return ask_why(PAGE, member_to_open(number), AccessForm(kept_form()))


@staff.page("/members/<number:number>/contact", duty=Duty.CONTACT, methods=("POST",))
def open_contact_data(number: int) -> Response:
    """Show the address in this answer alone, once its receipt is written."""
    profile, form = member_to_open(number), AccessForm()
    if not form.validate():
        return ask_why(PAGE, profile, form)
    with transaction(db()):
        address = open_with_receipt(number, form)
        forget_kept_form()
    return profile_page(PAGE, profile=profile, address=found(address))


def member_to_open(number: int) -> ShownProfile:
    """A member whose contact data this visitor may open.

    Whose account is not confirmed, or closed, has none to open (404); 403 outside of one's cities.
    """
    profile = found(shown(db(), number, Reader.STAFF))
    if profile.account is None or profile.account.standing != Standing.CONFIRMED:
        found(None)
    if not may_open(reader_of(db(), signed_in().id), profile):
        raise Forbidden
    return profile


def open_with_receipt(number: int, form: AccessForm) -> str | None:
    """The e-mail address of a member, who reads in a receipt who saw it, and why."""
    return open_contact(
        db(),
        number,
        form.occasion(Opened.PAGE),
        by=reader_of(db(), signed_in().id),
        at=request_time(),
        link_for=lambda language: absolute(language, "member.access"),
    )


def ask_why(page_name: str, profile: ShownProfile, form: AccessForm) -> Response:
    """The page that asks for the reason; 422 when it was not given."""
    page = profile_page(page_name, profile=profile, form=form, address=None)
    page.status_code = UNPROCESSABLE if form.errors else 200
    return page
