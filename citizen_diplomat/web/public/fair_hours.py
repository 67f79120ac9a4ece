"""When people of several cities can meet, for everyone."""

from werkzeug.wrappers import Response

from citizen_diplomat.web.fair_hours import fair_hours_page
from citizen_diplomat.web.public.blueprint import public


@public.get("/fair-hours")
def fair_hours() -> Response:
    """Rank the hours of the days asked for by whoever has it worst."""
    return fair_hours_page("public/fair_hours/fair_hours.html")
