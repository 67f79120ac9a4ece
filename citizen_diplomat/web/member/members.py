"""The directory that members look into: people who opened their profile to members."""

from flask import render_template

from citizen_diplomat.directory.queries import members_for_member, person_for_member
from citizen_diplomat.web.database import db
from citizen_diplomat.web.directory import LEVELS, filters_of, place, wanted
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import found
from citizen_diplomat.web.reference import city_choices, skill_choices
from citizen_diplomat.web.signin import signed_in


@member.get("/members")
def members() -> str:
    """Find members by name, city and skill."""
    asked = wanted()
    return render_template(
        "member/members/members.html",
        people=members_for_member(db(), asked, after=place()),
        asked=asked,
        filters=filters_of(asked),
        cities=city_choices(),
        groups=skill_choices(),
    )


@member.get("/members/<number:number>")
def person(number: int) -> str:
    """Show one member; a profile that is not open to the reader is a page that does not exist."""
    profile = found(person_for_member(db(), number, reader_id=signed_in().id))
    return render_template(
        "member/members/person.html",
        profile=profile,
        levels=LEVELS,
        is_own=number == signed_in().id,
    )
