"""The directory that members look into: people who let members see their name."""

from werkzeug.wrappers import Response

from citizen_diplomat.community.rules import ThingKind
from citizen_diplomat.correspondence.queries import accepts
from citizen_diplomat.directory.queries import listed, visible
from citizen_diplomat.directory.rules import Reader
from citizen_diplomat.web.database import db
from citizen_diplomat.web.directory import filters_of, place, profile_page, search_choices, wanted
from citizen_diplomat.web.discussion import is_folded
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import found, see_other
from citizen_diplomat.web.signin import signed_in


@member.get("/members")
def members() -> Response:
    """Find members by name, city, skill, language and time."""
    asked = wanted()
    return profile_page(
        "member/members/members.html",
        people=listed(db(), asked, Reader.MEMBER, after=place()),
        asked=asked,
        filters=filters_of(asked),
        choices=search_choices(),
    )


@member.get("/members/<number:number>")
def person(number: int) -> Response:
    """Show one member; a profile that shows nothing to members is a page that does not exist."""
    if number == signed_in().id:
        return see_other("member.profile_as", reader=Reader.MEMBER)
    return profile_page(
        "member/members/person.html",
        profile=found(visible(db(), number, Reader.MEMBER)),
        may_write=accepts(db(), number),
        is_folded=is_folded(ThingKind.PROFILE, number),
    )
