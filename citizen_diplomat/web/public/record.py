"""The public record: the head of the log for each day, and whether the log holds a receipt."""

from datetime import date

from flask import render_template, request
from werkzeug.wrappers import Response

from citizen_diplomat.audit.days import every_head, heads
from citizen_diplomat.foundation.calendar import format_date_both
from citizen_diplomat.foundation.csv_cells import table
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import query_text
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.public_record import day_of, entry_of, head_of
from citizen_diplomat.web.throttle import PER_ADDRESS, limiter
from config import PROJECT

COLUMNS = ("day", "entries", "last_entry", "head")
VERIFIER = PROJECT / "deploy" / "verify_log.py"


@public.get("/log")
def record() -> str:
    """List the heads of the log, newest first."""
    page = heads(db(), after=Cursor.decode(request.args.get("after"), int))
    return render_template("public/record/record.html", heads=page, both=_both)


@public.get("/log.csv")
def record_csv() -> Response:
    """All heads for machines, oldest first, the same in every language."""
    rows = (
        (row.day.isoformat(), str(row.entries), str(row.last_entry), row.head)
        for row in every_head(db())
    )
    return _file(table(COLUMNS, rows), "text/csv", "citizen-diplomat-log.csv")


@public.get("/log/verify_log.py")
def verifier() -> Response:
    """The script that verifies an exported log or a proof, to read and to keep."""
    return _file(VERIFIER.read_bytes(), "text/x-python", VERIFIER.name)


@public.get("/log/check")
@limiter.limit(
    PER_ADDRESS, methods=["GET", "HEAD"], exempt_when=lambda: "sha256" not in request.args
)
def check_receipt() -> str:
    """Say whether the log holds a receipt, when it arrived and below which head; nothing else.

    A reference that nobody was given and a hash that does not belong to it get the same answer.
    """
    reference, sha256 = latin_digits(query_text("reference")), query_text("sha256").lower()
    asked = bool(reference or sha256)
    entry = entry_of(reference, sha256) if asked else None
    return render_template(
        "public/record/check.html",
        reference=reference,
        sha256=sha256,
        asked=asked,
        day=_both(day_of(entry)) if entry else "",
        head=head_of(entry) if entry else None,
        both=_both,
    )


def _both(day: date) -> str:
    return format_date_both(day, language())


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(
        content,
        content_type=f"{kind}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
