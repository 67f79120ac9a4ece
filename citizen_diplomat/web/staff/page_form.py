"""The form of a page: its text in both languages, and what its next edition says and does."""

from datetime import datetime
from typing import Any

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.pages.model import PageText, Writing
from citizen_diplomat.pages.rules import (
    BODY_LENGTH,
    NOTE_LENGTH,
    TITLE_LENGTH,
    Slug,
    unknown_names,
)
from citizen_diplomat.web.forms import BaseForm, KeptField, RadioChoiceField, line, paragraphs
from citizen_diplomat.web.page_texts import refused_names
from citizen_diplomat.web.services import services
from citizen_diplomat.web.staff.call_form import MOMENT_LENGTH, typed_moment

MEANING, WORDING = "meaning", "wording"


class PageForm(BaseForm):
    """Both languages side by side; who publishes says what was changed."""

    title_fa = line(lazy_gettext("Title in Persian"), longest=TITLE_LENGTH)
    title_en = line(lazy_gettext("Title in English"), longest=TITLE_LENGTH)
    body_fa = paragraphs(lazy_gettext("Text in Persian"), longest=BODY_LENGTH)
    body_en = paragraphs(lazy_gettext("Text in English"), longest=BODY_LENGTH)
    note_fa = paragraphs(
        lazy_gettext("What was changed, in Persian"), longest=NOTE_LENGTH, required=False
    )
    note_en = paragraphs(
        lazy_gettext("What was changed, in English"), longest=NOTE_LENGTH, required=False
    )
    effective_at = line(lazy_gettext("It holds from"), longest=MOMENT_LENGTH, required=False)
    change = RadioChoiceField(lazy_gettext("What kind of change is it?"))
    version = KeptField()

    def __init__(self, slug: Slug, *args: Any, **options: Any) -> None:
        """Take which page it is: only the terms ask again."""
        super().__init__(*args, **options)
        self.slug = slug
        self.change.choices = [
            (MEANING, gettext("The meaning changes: everybody is asked to agree again.")),
            (WORDING, gettext("Typing errors or clearer words: nobody is asked.")),
        ]
        if slug is not Slug.TERMS or not self.change.data:
            self.change.data = MEANING if slug is Slug.TERMS else WORDING

    def is_right(self, *, at: datetime, publishes: bool) -> bool:
        """Whether it can be kept, or published, like this; errors stand beside their fields."""
        self.validate()
        for name in ("body_fa", "body_en"):
            unknown = unknown_names(self.slug, self[name].data or "")
            if unknown and not self[name].errors:
                self.refuse(name, refused_names(unknown))
        moment = self._moment()
        if self.effective_at.data and not self.effective_at.errors:
            if moment is None:
                self.refuse(
                    "effective_at",
                    gettext("Write day and time as 1405-09-05 18:00 or 2026-11-26 18:00."),
                )
            elif publishes and moment <= at:
                self.refuse("effective_at", gettext("This has passed. Leave it empty for now."))
        for name in ("note_fa", "note_en") if publishes else ():
            if not self[name].data and not self[name].errors:
                self.refuse(name, gettext("Say in a sentence what was changed."))
        return not self.errors

    def writing(self) -> Writing:
        """What was written, as a value of the room; ask after `is_right`."""
        return Writing(
            PageText(*(self[name].data or "" for name in TEXTS)),
            note_fa=self.note_fa.data or "",
            note_en=self.note_en.data or "",
            effective_at=self._moment(),
            asks_again=self.slug is Slug.TERMS and self.change.data == MEANING,
        )

    def _moment(self) -> datetime | None:
        return typed_moment(self.effective_at.data or "", services().settings.timezone)


TEXTS = ("title_fa", "title_en", "body_fa", "body_en")


def form_of(slug: Slug, writing: Writing, version: int) -> PageForm:
    """The form filled with what is being written."""
    return PageForm(
        slug,
        None,
        data={
            **{name: getattr(writing.text, name) for name in TEXTS},
            "note_fa": writing.note_fa,
            "note_en": writing.note_en,
            "effective_at": _shown(writing.effective_at),
            "change": MEANING if writing.asks_again else WORDING,
            "version": str(version),
        },
    )


def _shown(moment: datetime | None) -> str:
    return f"{moment.astimezone(services().settings.timezone):%Y-%m-%d %H:%M}" if moment else ""
