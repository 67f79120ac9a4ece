"""The directory for staff: what members let staff see, but never an e-mail address.

Who keeps their name to themselves is not listed; by their number, which the queue and the log name,
their account is found, and of their profile only the parts that they show to staff.
"""

from werkzeug.wrappers import Response

from citizen_diplomat.accounts.reachability import Trouble, trouble_of
from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.accounts.sanctions import in_force_of
from citizen_diplomat.directory.contact import may_open, reader_of
from citizen_diplomat.directory.photos import photo_for
from citizen_diplomat.directory.queries import listed, shown
from citizen_diplomat.directory.rules import Reader
from citizen_diplomat.directory.unreachable import member
from citizen_diplomat.web.bounce_words import KINDS as TROUBLE_KINDS
from citizen_diplomat.web.database import db
from citizen_diplomat.web.directory import (
    STANDINGS,
    filters_of,
    place,
    profile_page,
    search_choices,
    wanted_by_staff,
)
from citizen_diplomat.web.pages import found
from citizen_diplomat.web.photos import photo_answer
from citizen_diplomat.web.sanction_words import KINDS
from citizen_diplomat.web.signin import holds, request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff


@staff.page("/members", duty=Duty.DIRECTORY)
def members() -> Response:
    """Find members by name, city, skill, language, time, and how far their account has come."""
    asked = wanted_by_staff()
    return profile_page(
        "staff/members/members.html",
        people=listed(db(), asked, Reader.STAFF, after=place()),
        asked=asked,
        filters=filters_of(asked),
        choices=search_choices(),
        standings=STANDINGS,
    )


@staff.page("/members/<number:number>", duty=Duty.DIRECTORY)
def person(number: int) -> Response:
    """Show one member as staff see them."""
    profile = found(shown(db(), number, Reader.STAFF))
    reader = reader_of(db(), signed_in().id)
    return profile_page(
        "staff/members/person.html",
        profile=profile,
        standings=STANDINGS,
        may_open=holds(Duty.CONTACT) and may_open(reader, profile),
        sanctions=in_force_of(db(), number, at=request_time()),
        sanction_kinds=KINDS,
        trouble=_trouble(number),
        trouble_kinds=TROUBLE_KINDS,
    )


def _trouble(number: int) -> Trouble | None:
    """What keeps all letters from a member."""
    account = member(db(), number)
    trouble = trouble_of(db(), account, at=request_time()) if account is not None else None
    return None if trouble is None or trouble.is_complaint else trouble


@staff.page("/members/<number:number>/photo.jpg", duty=Duty.DIRECTORY)
def person_photo(number: int) -> Response:
    """The photo of somebody who shows it to staff."""
    return photo_answer(photo_for(db(), number, Reader.STAFF))
