"""Attachments as they go out: for whoever may see their proposal, and never run by a browser."""

from collections.abc import Sequence
from urllib.parse import quote

from flask import Blueprint, abort, request
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.storage import Missing
from citizen_diplomat.moderation.queries import looks_after
from citizen_diplomat.proposals import attachments
from citizen_diplomat.proposals.attachments import FULL, PREVIEW
from citizen_diplomat.proposals.model import Attachment
from citizen_diplomat.proposals.uploads import FileKind
from citizen_diplomat.proposals.writers import of_writer
from citizen_diplomat.web.database import db
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import account, holds

blueprint = Blueprint("files", __name__)
PUBLIC_SECONDS = 600
PREVIEW_TYPE = "image/webp"
# A page made of such an answer could load nothing, run nothing, and would be nobody's.
NOTHING_RUNS = (
    "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@blueprint.get("/files/<token>/<name>")
def full(token: str, name: str) -> Response:
    """Give a picture to look at or a document to download."""
    rows = _seen(token, name)
    row = rows[0]
    return _answer(rows, FULL, row.type, shown=row.kind == FileKind.IMAGE)


@blueprint.get("/files/<token>/small/<name>")
def small(token: str, name: str) -> Response:
    """Give a picture as small as pages show it."""
    rows = _seen(token, name)
    if rows[0].kind != FileKind.IMAGE:
        abort(404)
    return _answer(rows, PREVIEW, PREVIEW_TYPE, shown=True)


def _seen(token: str, name: str) -> Sequence[Attachment]:
    """The rows of a file that this visitor may see, by its exact address; else 404."""
    rows = attachments.with_key(db(), token)
    if not rows or rows[0].name != name:
        abort(404)
    if not (attachments.is_public(db(), rows) or _is_mine_or_at_my_desk(rows)):
        abort(404)
    return rows


def _is_mine_or_at_my_desk(rows: Sequence[Attachment]) -> bool:
    reader, proposal = account(), rows[0].proposal
    if reader is None:
        return False
    if of_writer(db(), reader.id, proposal.number) is not None:
        return True
    return (
        holds(Duty.REVIEW)
        and looks_after(db(), proposal.number, viewer=reader.id)
        and attachments.was_sent(db(), rows)
    )


def _named(name: str) -> dict[str, str]:
    """The name as a header can carry it (RFC 6266)."""
    return {"filename": name} if name.isascii() else {"filename*": f"UTF-8''{quote(name)}"}


def _answer(rows: Sequence[Attachment], size: str, type: str, *, shown: bool) -> Response:
    row = rows[0]
    mark = f"{row.sha256}-{size}"
    response = Response(mimetype=type)
    if request.if_none_match.contains(mark):
        response.status_code = 304
    else:
        try:
            stored = services().storage.open(attachments.stored_as(row.key, size))
        except Missing:
            abort(404)
        response.response, response.content_length = stored.chunks, stored.size
    response.set_etag(mark)
    response.headers.set(
        "Content-Disposition", "inline" if shown else "attachment", **_named(row.name)
    )
    response.headers["Content-Security-Policy"] = NOTHING_RUNS
    public = attachments.is_public(db(), rows)
    response.headers["Cache-Control"] = (
        f"public, max-age={PUBLIC_SECONDS}" if public else "private, no-store"
    )
    return response
