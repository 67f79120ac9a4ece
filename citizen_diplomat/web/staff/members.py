"""The directory for staff: all members, private profiles too, but never an e-mail address."""

from dataclasses import replace

from flask import render_template

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.directory.queries import members_for_staff, of_account
from citizen_diplomat.directory.rules import Standing
from citizen_diplomat.web.database import db
from citizen_diplomat.web.directory import LEVELS, STANDINGS, filters_of, place, wanted
from citizen_diplomat.web.pages import found, query_choice
from citizen_diplomat.web.reference import city_choices, skill_choices
from citizen_diplomat.web.staff.blueprint import staff


@staff.page("/members", duty=Duty.DIRECTORY)
def members() -> str:
    """Find members by name, city, skill, and how far their account has come."""
    standing = query_choice("standing", set(Standing))
    asked = replace(wanted(), standing=Standing(standing) if standing else None)
    return render_template(
        "staff/members/members.html",
        people=members_for_staff(db(), asked, after=place()),
        asked=asked,
        filters=filters_of(asked),
        cities=city_choices(),
        groups=skill_choices(),
        standings=STANDINGS,
    )


@staff.page("/members/<number:number>", duty=Duty.DIRECTORY)
def person(number: int) -> str:
    """Show one member, whoever they opened their profile to."""
    profile = found(of_account(db(), number))
    return render_template(
        "staff/members/person.html", profile=profile, levels=LEVELS, standings=STANDINGS
    )
