"""What the office has imposed on the reader, each with its statement."""

from flask import render_template

from citizen_diplomat.accounts.sanctions import sanctions_of
from citizen_diplomat.web.database import db
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.sanction_letters import letters
from citizen_diplomat.web.sanction_words import ENDINGS, KINDS
from citizen_diplomat.web.signin import request_time, signed_in


@member.get("/me/sanctions")
def sanctions() -> str:
    """List one's own sanctions, past ones too, with the way to each statement."""
    me, at = signed_in(), request_time()
    return render_template(
        "member/sanctions/sanctions.html",
        rows=sanctions_of(db(), me.id),
        at=at,
        kinds=KINDS,
        endings=ENDINGS,
        statement=lambda row: letters().link(me, row),
    )
