"""Members read who of the staff opened their contact data, when and why."""

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from citizen_diplomat.audit.receipts import receipts_of
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.web.access_words import OPENED, REASONS
from citizen_diplomat.web.database import db
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.signin import signed_in


@member.get("/me/access")
def access() -> Response:
    """Show one's own receipts of access, newest first; nobody else's can be asked for."""
    after = Cursor.decode(request.args.get("after"), int)
    page = render_template(
        "member/access/access.html",
        receipts=receipts_of(db(), signed_in().id, after=after),
        reasons=REASONS,
        opened=OPENED,
    )
    return make_response(page, {"Cache-Control": "no-store"})
