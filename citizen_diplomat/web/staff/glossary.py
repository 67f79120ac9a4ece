"""The glossary, for its editors: all terms, and one of them."""

from typing import Any

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.translation import glossary as room
from citizen_diplomat.translation.glossary import (
    NOTE_LENGTH,
    TERM_LENGTH,
    ChangedMeanwhile,
    GlossaryTerm,
    Wording,
)
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, KeptField, line, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import (
    CONFLICT,
    LARGEST_VERSION,
    UNPROCESSABLE,
    found,
    say,
    see_other,
)
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.translation_sources import ALWAYS, target_languages

OTHERS_LENGTH = 2_000


class TermForm(BaseForm):
    """One term in the languages of the site, and in others, a line for each."""

    term_fa = line(lazy_gettext("Term in Persian"), longest=TERM_LENGTH)
    term_en = line(lazy_gettext("Term in English"), longest=TERM_LENGTH)
    note_fa = paragraphs(lazy_gettext("Note in Persian"), longest=NOTE_LENGTH, required=False)
    note_en = paragraphs(lazy_gettext("Note in English"), longest=NOTE_LENGTH, required=False)
    others = paragraphs(lazy_gettext("In other languages"), longest=OTHERS_LENGTH, required=False)
    version = KeptField()

    def is_right(self) -> bool:
        """Whether it can be kept; if not, the errors stand beside their fields."""
        if self.validate():
            codes = target_languages() - ALWAYS
            for code, term in self.pairs():
                if code not in codes or not 0 < len(term) <= TERM_LENGTH:
                    self.refuse("others", gettext("Write each line as “code: term”, as “de: Amt”."))
                    break
        return not self.errors

    def pairs(self) -> list[tuple[str, str]]:
        """The other languages as typed: code and term."""
        lines = [one for one in (self.others.data or "").split("\n") if one.strip()]
        parts = [one.partition(":") for one in lines]
        return [(code.strip().lower(), term.strip()) for code, _, term in parts]

    def wording(self) -> Wording:
        """What was written, as a value of the room; ask after `is_right`."""
        return Wording(
            term_fa=self.term_fa.data or "",
            term_en=self.term_en.data or "",
            note_fa=self.note_fa.data or "",
            note_en=self.note_en.data or "",
            others=dict(self.pairs()),
        )


@staff.page("/glossary", duty=Duty.EDIT_GLOSSARY)
def glossary() -> str:
    """List all terms, retired ones too."""
    terms = room.terms(db(), language(), retired=True)
    return render_template("staff/glossary/glossary.html", terms=terms)


@staff.page("/glossary/new", duty=Duty.EDIT_GLOSSARY, methods=("GET", "POST"))
def new_term() -> Response:
    """Add a term."""
    if request.method == "GET":
        return _page(TermForm(kept_form()))
    form = TermForm()
    if not form.is_right():
        return _page(form)
    with transaction(db()):
        room.add(db(), form.wording(), by=signed_in(), at=request_time())
        forget_kept_form()
    say("ok", gettext("The term is saved."))
    return see_other("staff.glossary")


@staff.page("/glossary/<slug>", duty=Duty.EDIT_GLOSSARY, methods=("GET", "POST"))
def term(slug: str) -> Response:
    """Change a term, or with `action` retire it or put it back."""
    posted = request.method == "POST"
    row = found(room.find(db(), slug, to_change=posted))
    if not posted:
        return _page(TermForm(kept_form(), data=_filled(row)), row)
    action = request.form.get("action", "")
    if action in {"retire", "restore"}:
        with transaction(db()):
            by, at = signed_in(), request_time()
            room.retire(db(), row, is_retired=action == "retire", by=by, at=at)
        return see_other("staff.glossary")
    return _save(row)


def _save(row: GlossaryTerm) -> Response:
    form, is_stale = TermForm(), False
    if not form.is_right():
        return _page(form, row)
    seen = parse_int(form.version.data or "", lowest=0, highest=LARGEST_VERSION) or 0
    with transaction(db()):
        try:
            by, at = signed_in(), request_time()
            room.change(db(), row, form.wording(), version=seen, by=by, at=at)
            forget_kept_form()
        except ChangedMeanwhile:
            is_stale = True
    if is_stale:
        form.version.data = str(row.version)
        page = _page(form, row, is_stale=True)
        page.status_code = CONFLICT
        return page
    say("ok", gettext("The term is saved."))
    return see_other("staff.glossary")


def _filled(row: GlossaryTerm) -> dict[str, Any]:
    return {
        "term_fa": row.term_fa,
        "term_en": row.term_en,
        "note_fa": row.note_fa,
        "note_en": row.note_en,
        "others": "\n".join(f"{code}: {term}" for code, term in sorted(row.others.items())),
        "version": str(row.version),
    }


def _page(form: TermForm, row: GlossaryTerm | None = None, *, is_stale: bool = False) -> Response:
    page = render_template("staff/glossary/term.html", form=form, term=row, is_stale=is_stale)
    return make_response(page, UNPROCESSABLE if form.errors else 200)
