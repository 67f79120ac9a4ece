"""The form of attachments: new files, and a description for each that is there."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import MultipleFileField

from citizen_diplomat.foundation.text import isolate
from citizen_diplomat.proposals.model import Attachment
from citizen_diplomat.proposals.rules import DESCRIPTION_LENGTH, MOST_FILES
from citizen_diplomat.proposals.uploads import FileProblem
from citizen_diplomat.web.forms import BaseForm, line

PROBLEMS: Mapping[FileProblem, LazyString] = {
    FileProblem.WRONG_TYPE: lazy_gettext(
        "%(name)s is neither a picture (JPEG, PNG, WebP) nor a PDF. What counts is what is in a"
        " file, not what it is called."
    ),
    FileProblem.BROKEN: lazy_gettext(
        "%(name)s cannot be opened: it is broken or did not arrive whole. Please try it once more."
    ),
    FileProblem.EMPTY: lazy_gettext("%(name)s is empty."),
    FileProblem.TOO_LARGE: lazy_gettext(
        "%(name)s is larger than 10 MB. Save it smaller, or split the document."
    ),
    FileProblem.TOO_MANY_PIXELS: lazy_gettext(
        "%(name)s has more than 50 million dots. Save it smaller."
    ),
    FileProblem.TOO_MANY: lazy_gettext(
        "%(name)s is one too many: at most five files fit. Take one off first."
    ),
    FileProblem.ACTIVE: lazy_gettext(
        "%(name)s holds a program or other files. Print it into a new PDF and send that."
    ),
    FileProblem.LOCKED: lazy_gettext(
        "%(name)s is protected. Save it without a password and without restrictions."
    ),
}
LONGEST_SHOWN = 60


class AttachmentForm(BaseForm):
    files = MultipleFileField(lazy_gettext("Add files"))

    def uploads(self) -> Iterator[FileStorage]:
        """The files that came; those beyond the number that fits are refused unread."""
        chosen = [upload for upload in request.files.getlist("files") if upload.filename]
        for upload in chosen[MOST_FILES:]:
            self.refuse_file(upload.filename or "", FileProblem.TOO_MANY)
        yield from chosen[:MOST_FILES]

    def refuse_file(self, name: str, problem: FileProblem) -> None:
        """Say beside the control which file was not taken, and why."""
        shown = "".join(filter(str.isprintable, name))[:LONGEST_SHOWN]
        self.refuse("files", str(PROBLEMS[problem]) % {"name": isolate(shown)})

    def texts(self) -> dict[int, str]:
        """The descriptions that can be kept, by the numbers of their attachments."""
        typed = self.typed().items()
        return {number: text for number, text in typed if not self[_name(number)].errors}

    def typed(self) -> dict[int, str]:
        """All descriptions as they were typed, by the numbers of their attachments."""
        return {
            int(field.name.removeprefix(PREFIX)): field.data or ""
            for field in self
            if field.name.startswith(PREFIX) and field.raw_data
        }

    def take_errors(self, other: "AttachmentForm") -> None:
        """Show what was wrong with the same form when it was posted."""
        for name, messages in other.errors.items():
            if name in self:
                self[name].errors = messages


PREFIX = "description-"


def form_for(
    rows: Sequence[Attachment],
    kept: MultiDict[str, str] | None = None,
    *,
    texts: Mapping[int, str] | None = None,
) -> AttachmentForm:
    """The form with a field for each attachment, as posted.

    When it is only shown it is filled with what is stored, `kept`, or typed as `texts`.
    """
    fields: dict[str, Any] = {
        _name(row.id): line(_question(row), longest=DESCRIPTION_LENGTH, required=False)
        for row in rows
    }
    stored = {_name(row.id): (texts or {}).get(row.id, row.description) for row in rows}
    form = type("AttachmentFormNow", (AttachmentForm,), fields)
    is_posted = request.method == "POST" and texts is None
    made: AttachmentForm = (
        form(data=stored) if is_posted else form(kept or MultiDict(), data=stored)
    )
    return made


def _name(number: int) -> str:
    return f"{PREFIX}{number}"


def _question(row: Attachment) -> str:
    return str(gettext("What is on %(name)s?", name=isolate(row.name)))
