"""The blueprint that all pages of staff register with; its guard asks for the duty of each."""

from citizen_diplomat.web.guards import StaffBlueprint, guard_staff
from citizen_diplomat.web.languages import PREFIX

staff = StaffBlueprint("staff", __name__, url_prefix=f"{PREFIX}/staff")
guard_staff(staff)
