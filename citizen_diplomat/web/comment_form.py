"""The form in which a comment is written."""

from hashlib import sha256
from typing import Any

from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import (
    MARKS_OF_MEMBERS,
    TEXT_LENGTH,
    CommentDraft,
    Mark,
    MatterKind,
)
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.web.form_guard import GuardedForm
from citizen_diplomat.web.forms import BaseForm, ChoiceField, KeptField, paragraphs

WORDS = {
    Mark.NONE: lazy_gettext("A remark"),
    Mark.QUESTION: lazy_gettext("A question"),
    Mark.FOR: lazy_gettext("In favour"),
    Mark.AGAINST: lazy_gettext("Against"),
}


class CommentForm(BaseForm):
    """What somebody says, and what it is to that."""

    text = paragraphs(
        lazy_gettext("Your comment"),
        longest=TEXT_LENGTH,
        required=lazy_gettext("Write something first."),
    )
    mark = ChoiceField(lazy_gettext("What is it?"), default=Mark.NONE.value)
    form_key = KeptField()

    def __init__(self, *args: Any, about: MatterKind = MatterKind.PROPOSAL, **options: Any) -> None:
        """Offer the marks that members may give to what they talk `about`."""
        super().__init__(*args, **options)
        self.mark.choices = [(mark.value, WORDS[mark]) for mark in MARKS_OF_MEMBERS[about]]

    def draft(self, reply_to: int | None) -> CommentDraft:
        """What was written, as a value of the room; ask after validation."""
        return CommentDraft(self.text.data or "", Mark(self.mark.data), reply_to)

    def key_for(self, author_id: int, reply_to: int | None) -> str:
        """What makes one comment of a form posted twice: its key, else who wrote what.

        A script may post without having fetched the empty form, and so without a key.
        """
        made_of = self.form_key.data or f"{author_id}\n{self.draft(reply_to)!r}"
        return sha256(made_of.encode("utf-8", "replace")).hexdigest()


class MemberCommentForm(GuardedForm, CommentForm):
    """What a member says; the office and whoever corrects themselves need no guard."""


def empty_form(
    about: MatterKind,
    kept: MultiDict[str, str] | None = None,
    *,
    kind: type[CommentForm] = MemberCommentForm,
) -> CommentForm:
    """A new form with a key of its own, filled with what was `kept` when a sign-in ended."""
    data = {"form_key": new_secret(), "mark": Mark.NONE.value}
    return kind(kept, data=data, about=about)


def form_of(comment: Comment, kept: MultiDict[str, str] | None = None) -> CommentForm:
    """The form filled with a comment, or what was `kept`."""
    data = {"text": comment.text, "mark": comment.mark}
    return CommentForm(kept, data=data, about=comment.matter.kind)
