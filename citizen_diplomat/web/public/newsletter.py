"""The newsletter for everybody to read: the issues that were sent, and each of them."""

from datetime import date

from flask import render_template, request

from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.newsletter import composing, queries
from citizen_diplomat.newsletter.rules import WRITTEN_IN
from citizen_diplomat.web.database import db
from citizen_diplomat.web.event_words import hours_in_words, own_clock
from citizen_diplomat.web.filters import reader_zone
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.newsletters import PageLinks
from citizen_diplomat.web.pages import found
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.signin import request_time


@public.get("/newsletter")
def newsletters() -> str:
    """List the issues that were sent, newest first."""
    after = Cursor.decode(request.args.get("after"), int)
    return render_template(
        "public/newsletter/list.html", issues=queries.public_issues(db(), after=after)
    )


@public.get("/newsletter/<number:number>")
def newsletter(number: int) -> str:
    """Show an issue in the language of the page."""
    issue = found(queries.public_one(db(), number))
    code = language() if language() in WRITTEN_IN else "en"
    return render_template(
        "public/newsletter/issue.html",
        issue=issue,
        code=code,
        blocks=composing.blocks_of(
            db(), issue.draft, code, links=PageLinks(), zone=reader_zone(), at=request_time()
        ),
        day_of=date.fromisoformat,
        hours_of=lambda row: hours_in_words(row, own_clock()),
    )
