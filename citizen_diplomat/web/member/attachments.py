"""What goes along with a proposal that one writes: files are added, described and taken off."""

from collections.abc import Iterator, Sequence

from flask import request
from flask_babel import gettext
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.text import isolate
from citizen_diplomat.proposals import attachments as room
from citizen_diplomat.proposals.attachments import NotEditable, attached
from citizen_diplomat.proposals.files import FileRefused, NewFile, read
from citizen_diplomat.proposals.model import Attachment, Proposal
from citizen_diplomat.proposals.rules import EDITABLE, LARGEST_FILE, MOST_FILES, State
from citizen_diplomat.proposals.writers import of_writer
from citizen_diplomat.web.database import db, reading
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.member.attachment_form import AttachmentForm, form_for
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.throttle import limiter
from citizen_diplomat.web.uploads import takes_files

PAGE = "member/proposals/attachments.html"
PER_MEMBER = "60 per hour; 150 per day"
# What stands around the files in a form: their names, the descriptions, the token.
AROUND = 128 * 1024
takes_files("member.attachments", most_bytes=MOST_FILES * LARGEST_FILE + AROUND)

Kept = tuple[str, NewFile, str]
"""A file that lies in the storage: its name as it was sent, what it is, and its key."""


@member.route("/me/proposals/<number:number>/attachments", methods=["GET", "POST"])
@limiter.limit(PER_MEMBER, key_func=lambda: f"member:{signed_in().id}", methods=["POST"])
def attachments(number: int) -> Response:
    """Show what goes along; a POST adds the files that it brings and keeps the descriptions."""
    with reading() as session:
        proposal = found(of_writer(session, signed_in().id, number))
        rows = attached(session, number)
    if State(proposal.state) not in EDITABLE:
        return _too_late(number)
    if request.method == "GET":
        return _page(form_for(rows, kept_form()), proposal, rows)
    form = form_for(rows)
    form.validate()
    _write(number, form, list(_kept(form)))
    return _done(proposal, form)


@member.route(
    "/me/proposals/<number:number>/attachments/<number:id>/remove", methods=["GET", "POST"]
)
def detach(number: int, id: int) -> Response:
    """Take an attachment off; a GET comes back here from signing in again."""
    posted = request.method == "POST"
    proposal = found(of_writer(db(), signed_in().id, number, to_change=posted))
    row = next((row for row in attached(db(), number) if row.id == id), None)
    if posted and row is not None:
        try:
            with transaction(db()):
                room.take_off(db(), proposal, row, by=signed_in(), at=request_time())
        except NotEditable:
            return _too_late(number)
        say("ok", gettext("%(name)s no longer goes along.", name=isolate(row.name)))
    return see_other("member.attachments", number=number)


def _kept(form: AttachmentForm) -> Iterator[Kept]:
    """Read the files that came, one by one, and put those that can be kept into the storage."""
    for upload in form.uploads():
        try:
            file = read(_content(upload), upload.filename or "")
        except FileRefused as refused:
            form.refuse_file(upload.filename or "", refused.problem)
        else:
            yield upload.filename or "", file, room.keep(services().storage, file)


def _content(upload: FileStorage) -> bytes:
    # One byte more than fits tells that there is more.
    return upload.stream.read(LARGEST_FILE + 1)


def _write(number: int, form: AttachmentForm, kept: Sequence[Kept]) -> None:
    """Attach what was kept and describe what is there, under the lock of the proposal."""
    by, at = signed_in(), request_time()
    with transaction(db()):
        proposal = found(of_writer(db(), by.id, number, to_change=True))
        try:
            room.describe(db(), proposal, form.texts(), by=by, at=at)
            for name, file, key in kept:
                _attach(proposal, form, name, file, key)
        except NotEditable:
            form.refuse("files", gettext("The proposal was sent in the meantime."))
        forget_kept_form()


def _attach(proposal: Proposal, form: AttachmentForm, name: str, file: NewFile, key: str) -> None:
    try:
        room.attach(db(), proposal, file, key=key, by=signed_in(), at=request_time())
    except FileRefused as refused:
        # The file stays behind without a row, and is swept away.
        form.refuse_file(name, refused.problem)


def _done(proposal: Proposal, form: AttachmentForm) -> Response:
    rows = attached(db(), proposal.number)
    if form.errors:
        again = form_for(rows, texts=form.typed())
        again.take_errors(form)
        return _page(again, proposal, rows)
    if room.undescribed(rows):
        say("warn", gettext("Saved. Say of each file what is on it before you send the proposal."))
    else:
        say("ok", gettext("Saved. The files go along when you send the proposal."))
    return see_other("member.attachments", number=proposal.number)


def _page(form: AttachmentForm, proposal: Proposal, rows: Sequence[Attachment]) -> Response:
    return form_page(
        PAGE, form, proposal=proposal, files=rows, most=MOST_FILES, largest=LARGEST_FILE
    )


def _too_late(number: int) -> Response:
    say("note", gettext("This proposal cannot be changed where it stands now."))
    return see_other("member.own", number=number)
