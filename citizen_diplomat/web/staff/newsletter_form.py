"""The form of an issue: its subject and its parts, each in Persian and in English."""

from typing import Any, cast

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.validators import ValidationError

from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.newsletter.rules import (
    BLOCK_LENGTH,
    MOST_BLOCKS,
    SHAPES,
    SUBJECT_LENGTH,
    Block,
    BlockKind,
    Draft,
)
from citizen_diplomat.proposals.references import read_reference
from citizen_diplomat.web.forms import BaseForm, KeptField, line, paragraphs
from citizen_diplomat.web.pages import LARGEST_NUMBER
from citizen_diplomat.web.personal_links import holds_personal_link

NUMBER_LENGTH = 20
_KINDS = {kind.value: kind for kind in BlockKind}


def nobodys_own(_form: Any, field: Field) -> None:
    """Raise ValidationError for a text with an address that is one person's alone."""
    if holds_personal_link(field.data or ""):
        raise ValidationError(
            gettext(
                "There is a link here that is one person’s alone, such as the one that unsubscribes"
                " them or signs them in. Everybody who gets this could use it. Take it out."
            )
        )


class IssueForm(BaseForm):
    """The subject; `form_of` and `posted_form` add the fields of each part."""

    subject_fa = line(
        lazy_gettext("Subject in Persian"),
        longest=SUBJECT_LENGTH,
        required=False,
        validators=[nobodys_own],
    )
    subject_en = line(
        lazy_gettext("Subject in English"),
        longest=SUBJECT_LENGTH,
        required=False,
        validators=[nobodys_own],
    )
    version = KeptField()
    count = KeptField()

    def parts(self) -> list[tuple[int, BlockKind]]:
        """The place and kind of each part on the page."""
        return [
            (index, _KINDS.get(self[f"kind_{index}"].data, BlockKind.TEXT))
            for index in range(_count(self.count.data))
        ]

    def draft(self) -> Draft:
        """What was written, as a value of the room."""
        blocks = tuple(self._block(index, kind) for index, kind in self.parts())
        return Draft(self.subject_fa.data or "", self.subject_en.data or "", blocks)

    def _block(self, index: int, kind: BlockKind) -> Block:
        shape = SHAPES[kind]
        return Block(
            kind,
            fa=(self[f"fa_{index}"].data or "") if shape.has_text else "",
            en=(self[f"en_{index}"].data or "") if shape.has_text else "",
            number=number_of(self[f"number_{index}"].data, kind) if shape.has_number else None,
        )


def form_of(draft: Draft, version: int) -> IssueForm:
    """The form filled with what an issue says."""
    data: dict[str, str] = {
        "subject_fa": draft.subject_fa,
        "subject_en": draft.subject_en,
        "version": str(version),
        "count": str(len(draft.blocks)),
    }
    for index, block in enumerate(draft.blocks):
        number = "" if block.number is None else str(block.number)
        data |= {
            f"kind_{index}": block.kind.value,
            f"fa_{index}": block.fa,
            f"en_{index}": block.en,
            f"number_{index}": number,
        }
    return _made(len(draft.blocks))(None, data=data)


def posted_form(posted: MultiDict[str, str]) -> IssueForm:
    """The form with what was typed."""
    return _made(_count(posted.get("count", "")))(posted)


def number_of(text: str | None, kind: BlockKind) -> int | None:
    """The number that somebody typed; a proposal may be named by its reference too."""
    typed = latin_digits((text or "").strip())
    named = read_reference(typed) if kind is BlockKind.PROPOSAL else None
    return named if named is not None else parse_int(typed, lowest=1, highest=LARGEST_NUMBER)


def changed(draft: Draft, action: str) -> Draft:
    """A draft after one of the buttons beside its parts: add:KIND, up:N, down:N, remove:N."""
    verb, _, what = action.partition(":")
    blocks = list(draft.blocks)
    index = parse_int(what, lowest=0, highest=len(blocks) - 1) if blocks else None
    if verb == "add" and _is_offered(what) and len(blocks) < MOST_BLOCKS:
        blocks.append(Block(BlockKind(what)))
    elif index is not None and verb == "remove":
        del blocks[index]
    elif index is not None and verb in {"up", "down"}:
        other = index + (1 if verb == "down" else -1)
        if 0 <= other < len(blocks):
            blocks[index], blocks[other] = blocks[other], blocks[index]
    return Draft(draft.subject_fa, draft.subject_en, tuple(blocks))


def _is_offered(kind: str) -> bool:
    return kind in _KINDS and SHAPES[_KINDS[kind]].is_offered


def _count(text: str | None) -> int:
    return parse_int(text or "", lowest=0, highest=MOST_BLOCKS) or 0


def _made(count: int) -> type[IssueForm]:
    """A form for so many parts."""
    fields: dict[str, Any] = {}
    for index in range(count):
        fields[f"kind_{index}"] = KeptField()
        for code, label in (
            ("fa", lazy_gettext("Text in Persian")),
            ("en", lazy_gettext("Text in English")),
        ):
            fields[f"{code}_{index}"] = paragraphs(
                label, longest=BLOCK_LENGTH, required=False, validators=[nobodys_own]
            )
        fields[f"number_{index}"] = line(
            lazy_gettext("Number"), longest=NUMBER_LENGTH, required=False
        )
    return cast("type[IssueForm]", type("IssueForm", (IssueForm,), fields))
