"""Statements of reasons that a member was given: the list, and each as a page made for printing."""

from datetime import datetime

from flask import render_template, request

from citizen_diplomat.foundation.numbers import format_reference
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation import statements as desk
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import direction
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import found
from citizen_diplomat.web.signin import signed_in


@member.get("/me/statements")
def statements() -> str:
    """List what was decided against the member's words, the newest first."""
    after = Cursor.decode(request.args.get("after"), datetime)
    rows = desk.statements_for(db(), signed_in().id, after=after)
    return render_template("member/statements/list.html", rows=rows)


@member.get("/me/statements/<number:number>")
def statement(number: int) -> str:
    """Show a statement as it was given, in its own language, to who it was given to."""
    row = found(desk.statement_for(db(), signed_in().id, number))
    return render_template(
        "member/statements/statement.html",
        row=row,
        number=format_reference(row.reference, row.language),
        its_direction=direction(row.language),
    )
