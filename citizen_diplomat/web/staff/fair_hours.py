"""When people of several cities can meet, within the frame of the desk."""

from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.web.fair_hours import fair_hours_page
from citizen_diplomat.web.staff.blueprint import staff


@staff.page("/fair-hours", duty=Duty.ENTER)
def fair_hours() -> Response:
    """Rank the hours of the days asked for by whoever has it worst."""
    return fair_hours_page("staff/fair_hours/fair_hours.html")
