"""The page for an act beyond the limit of a sanction: clear, and nothing typed is lost."""

from flask import Flask, g
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.sanctions import sanction_of_number
from citizen_diplomat.moderation.sanction_limits import LimitReached
from citizen_diplomat.web.database import db
from citizen_diplomat.web.errors import error_page
from citizen_diplomat.web.kept_forms import keep_posted_form
from citizen_diplomat.web.redirects import page_of_form
from citizen_diplomat.web.sanction_letters import letters
from citizen_diplomat.web.signin import request_time


def install(app: Flask) -> None:
    """Register the handler: wherever the act was refused, the page is the same."""
    app.register_error_handler(LimitReached, _page)


def _page(error: LimitReached) -> Response:
    # The roll-back has thrown away what was read about the visitor.
    g.pop("_login_user", None)
    keep_posted_form()
    sanction = sanction_of_number(db(), error.sanction_id)
    page = error_page(
        429,
        template="limit_reached",
        acts_a_day=error.acts_a_day,
        again_at=error.again_at,
        back=page_of_form(),
        statement=letters().link(sanction.account, sanction) if sanction else None,
    )
    page.headers["Retry-After"] = str(int((error.again_at - request_time()).total_seconds()) + 1)
    return page
