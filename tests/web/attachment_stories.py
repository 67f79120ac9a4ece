"""Files on their way to a proposal, and what became of them, for tests of pages."""

from collections.abc import Sequence
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from citizen_diplomat.foundation.storage import Storage
from citizen_diplomat.proposals.model import Attachment, Revision
from citizen_diplomat.web.services import KEY
from tests.conftest import csrf, database_of
from tests.pictures import pdf, photo

File = tuple[str, bytes]
PHOTO: File = ("IMG_route-03.jpg", photo())
PLAN: File = ("plan courtyard.pdf", pdf())


def page_of(number: int, language: str = "en") -> str:
    """The address of a proposal's attachments."""
    return f"/{language}/me/proposals/{number}/attachments"


def send(
    browser: FlaskClient, number: int, *files: File, texts: dict[int, str] | None = None
) -> TestResponse:
    """Post the form of attachments with these files and descriptions."""
    token = csrf(browser.get(page_of(number)))
    described = {f"description-{id}": text for id, text in (texts or {}).items()}
    return post_files(browser, page_of(number), {"csrf_token": token, **described}, *files)


def post_files(
    browser: FlaskClient, address: str, fields: dict[str, str], *files: File
) -> TestResponse:
    """Post fields and files as a browser does; no temporary file is left to be closed."""
    sent: MultiDict[str, object] = MultiDict(fields)
    for name, content in files:
        sent.add("files", FileStorage(BytesIO(content), name))
    boundary, body = encode_multipart(sent)
    kind = f"multipart/form-data; boundary={boundary}"
    return browser.post(address, data=body, content_type=kind)


def attach(app: Flask, browser: FlaskClient, number: int, *files: File) -> list[Attachment]:
    """Attach these files and say what is on them."""
    assert send(browser, number, *files).status_code == 303
    texts = {row.id: f"This is {row.name}" for row in rows(app, number)}
    assert send(browser, number, texts=texts).status_code == 303
    return rows(app, number)


def rows(app: Flask, number: int, *, removed: bool = False) -> list[Attachment]:
    """What is attached to a proposal, or with `removed` what was taken off and is still kept."""
    with database_of(app).reading() as session:
        found = session.scalars(
            select(Attachment)
            .where(Attachment.proposal_number == number)
            .order_by(Attachment.position, Attachment.id)
        )
        return [row for row in found if (row.removed_at is not None) == removed]


def held(app: Flask, number: int) -> list[list[int]]:
    """The attachments of each version of a proposal."""
    with database_of(app).reading() as session:
        wanted = select(Revision.attachment_ids).where(Revision.proposal_number == number)
        return list(session.scalars(wanted.order_by(Revision.revision)))


def storage_of(app: Flask) -> Storage:
    """Where the files lie."""
    storage: Storage = app.extensions[KEY].storage
    return storage


def addresses(row: Attachment) -> Sequence[str]:
    """Where a picture is served: in full, and as pages show it."""
    return f"/files/{row.key}/{row.name}", f"/files/{row.key}/small/{row.name}"
