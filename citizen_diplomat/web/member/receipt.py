"""The receipt of a proposal: what arrived, when, and the text that anybody can check."""

from flask import render_template
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.days import closed_up_to
from citizen_diplomat.foundation.calendar import format_date_both
from citizen_diplomat.proposals import queries
from citizen_diplomat.proposals.receipts import (
    Receipt,
    canonical_text,
    receipt_of,
    reference_of,
)
from citizen_diplomat.proposals.writers import of_writer
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import found
from citizen_diplomat.web.public_record import entry_of, head_of, proof_file, submissions
from citizen_diplomat.web.signin import signed_in


@member.get("/me/proposals/<number:number>/receipt")
def receipt(number: int) -> str:
    """Show the receipt of every version that was sent, the newest first; made to be printed."""
    proposal = found(of_writer(db(), signed_in().id, number))
    versions = queries.revisions(db(), number)
    receipts = [receipt_of(row, first_at=versions[0].submitted_at) for row in versions]
    found(receipts or None)
    closed = closed_up_to(db())
    return render_template(
        "member/proposals/receipt.html",
        proposal=proposal,
        first=db().get_one(Account, proposal.author_id),
        receipts=receipts[::-1],
        versions={row.revision: row for row in versions},
        day=_day,
        # By the hash of each text that the log holds: whether its day is over.
        kept={entry.detail.get("sha256"): entry.id <= closed for entry in submissions(number)},
    )


@member.get("/me/proposals/<number:number>/versions/<number:revision>/text")
def canonical(number: int, revision: int) -> Response:
    """The canonical text of a version as a file: its SHA-256 is that of the receipt."""
    found(of_writer(db(), signed_in().id, number))
    version = found(queries.revision(db(), number, revision))
    first = found(queries.revision(db(), number, 1))
    name = f"{reference_of(number, first.submitted_at)}-{revision}.txt"
    return Response(
        canonical_text(version).encode(),
        content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@member.get("/me/proposals/<number:number>/versions/<number:revision>/proof")
def proof(number: int, revision: int) -> Response:
    """The proof that the log holds the receipt of a version, once its day is over."""
    found(of_writer(db(), signed_in().id, number))
    version = found(queries.revision(db(), number, revision))
    first = found(queries.revision(db(), number, 1))
    own = receipt_of(version, first_at=first.submitted_at)
    entry = found(entry_of(own.reference, own.sha256))
    head = found(head_of(entry))
    return Response(
        proof_file(entry, head),
        content_type="application/jsonl; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{own.reference}-{revision}-proof.jsonl"'
        },
    )


def _day(row: Receipt) -> str:
    """The day in Isfahan, in both calendars."""
    return format_date_both(row.day, language())
