"""The blueprint that all pages of members register with; its guard asks for a sign-in."""

from flask import Blueprint

from citizen_diplomat.web.guards import guard_members
from citizen_diplomat.web.languages import PREFIX

member = Blueprint("member", __name__, url_prefix=PREFIX)
guard_members(member)
