"""One translation at the desk: side by side, paragraph by paragraph."""

from collections.abc import Callable
from typing import Any

from flask import abort, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.comparison import compare
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.translation import actions, glossary, queries, volunteers
from citizen_diplomat.translation.actions import ChangedMeanwhile, Held, OwnWork
from citizen_diplomat.translation.model import Translation, TranslationParagraph
from citizen_diplomat.translation.rules import (
    TEXT_LENGTH,
    SubjectKind,
    direction,
    may_check,
    strange_links,
)
from citizen_diplomat.web.comparing import Comparison, Field
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, KeptField, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import CONFLICT, LARGEST_VERSION, form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.translation_sources import SOURCES, original_of, source_of
from citizen_diplomat.web.translation_words import STAGES, desk_link


class ParagraphForm(BaseForm):
    """The translation of one paragraph."""

    text = paragraphs(
        lazy_gettext("Translation"),
        longest=TEXT_LENGTH,
        required=lazy_gettext("Write the translation."),
    )
    version = KeptField()

    def is_right(self, original: str) -> bool:
        """Whether it can be kept; if not, the errors stand beside the field."""
        if self.validate() and strange_links(original, self.text.data or ""):
            self.refuse("text", gettext("It holds a link that the original does not have."))
        return not self.errors

    def seen(self) -> int:
        """The version that its writer had before their eyes."""
        return parse_int(self.version.data or "", lowest=0, highest=LARGEST_VERSION) or 0


@member.get("/me/translations/<number:number>")
def translation(number: int) -> str:
    """Show a translation beside its original, with what can be done about each paragraph."""
    row, by, at = _row(number), signed_in(), request_time()
    return render_template(
        "member/translations/desk.html",
        translation=row,
        rows=queries.paragraphs_of(db(), row),
        address=SOURCES[SubjectKind(row.kind)].address(row.subject),
        may_approve=lambda one: may_check(one.stage, one.translated_by, by=by.id),
        is_held=lambda one: one.is_held(by=by.id, at=at),
        stages=STAGES,
        direction_of=direction,
    )


@member.get("/me/translations/<number:number>/<number:item>")
def translation_paragraph(number: int, item: int) -> Response:
    """Show one paragraph to write on, with the terms that stand in it."""
    row = _row(number)
    paragraph = found(queries.paragraph_of(db(), row, item))
    filled = {"text": paragraph.text, "version": str(paragraph.version)}
    return _page(row, paragraph, ParagraphForm(kept_form(), data=filled))


@member.post("/me/translations/<number:number>/<number:item>")
def write_translation(number: int, item: int) -> Response:
    """Take a paragraph, save it, approve it or give it back: `action` says which."""
    verb = VERBS.get(request.form.get("action", "save"))
    if verb is None or source_of(_row(number).kind) is None:
        abort(404)
    return verb(number, item)


def _claim(number: int, item: int) -> Response:
    return _do(number, item, lambda one: actions.claim(one, by=signed_in(), at=request_time()))


def _let_go(number: int, item: int) -> Response:
    _do(number, item, lambda one: actions.let_go(one, by=signed_in()))
    return see_other("member.translation", number=number, _anchor=f"paragraph-{item}")


def _approve(number: int, item: int) -> Response:
    form = ParagraphForm()
    context: dict[str, Any] = {"by": signed_in(), "at": request_time(), "link": desk_link}
    done = _do(number, item, lambda one: actions.approve(db(), one, version=form.seen(), **context))
    if done.status_code == CONFLICT:
        return done
    say("ok", gettext("Checked. Thank you."))
    return see_other("member.translation", number=number, _anchor=f"paragraph-{item}")


def _save(number: int, item: int) -> Response:
    form, row = ParagraphForm(), _row(number)
    paragraph = found(queries.paragraph_of(db(), row, item))
    if not form.is_right(paragraph.original):
        return _page(row, paragraph, form)
    context: dict[str, Any] = {"by": signed_in(), "at": request_time(), "link": desk_link}

    def save(one: TranslationParagraph) -> None:
        actions.save(db(), one, form.text.data or "", version=form.seen(), **context)
        forget_kept_form()

    done = _do(number, item, save, form)
    if done.status_code == CONFLICT:
        return done
    say("ok", gettext("Saved. A second person checks it before everybody reads it."))
    return see_other("member.translation", number=number, _anchor=f"paragraph-{item}")


def _do(
    number: int,
    item: int,
    act: Callable[[TranslationParagraph], None],
    form: ParagraphForm | None = None,
) -> Response:
    """Act on a paragraph as it is now, of what the original says now; 409 for who came second."""
    with transaction(db()):
        row = _row(number, to_change=True)
        at = request_time()
        actions.follow(db(), row, original_of(db(), row.kind, row.subject), at=at, link=desk_link)
        # A paragraph that was just found stale is read as such.
        db().flush()
        paragraph = queries.paragraph_of(db(), row, item, to_change=True)
        why = _attempt(paragraph, act) if paragraph is not None else "gone"
    if why is None:
        return see_other("member.translation_paragraph", number=number, item=item)
    if paragraph is None:
        say("warn", gettext("The original has no such paragraph any more."))
        return see_other("member.translation", number=number)
    return _clash(row, paragraph, form, why)


def _attempt(
    paragraph: TranslationParagraph, act: Callable[[TranslationParagraph], None]
) -> str | None:
    try:
        act(paragraph)
    except Held:
        return "held"
    except (ChangedMeanwhile, OwnWork):
        return "changed"
    return None


def _clash(
    row: Translation, paragraph: TranslationParagraph, form: ParagraphForm | None, why: str
) -> Response:
    """Show what was typed beside what stands there now: saving again replaces it."""
    if form is None:
        form = ParagraphForm(None, data={"text": paragraph.text})
    form.version.data = str(paragraph.version)
    page = _page(row, paragraph, form, why=why)
    page.status_code = CONFLICT
    return page


def _row(number: int, *, to_change: bool = False) -> Translation:
    tongues = volunteers.tongues_of(db(), signed_in().id, at=request_time())
    return found(queries.for_volunteer(db(), number, tongues, to_change=to_change))


def _page(
    row: Translation, paragraph: TranslationParagraph, form: ParagraphForm, why: str = ""
) -> Response:
    terms = glossary.terms(db(), row.source_language)
    return form_page(
        "member/translations/paragraph.html",
        form,
        translation=row,
        paragraph=paragraph,
        why=why,
        terms=glossary.occurring(terms, paragraph.original, row.source_language),
        difference=_difference(paragraph),
        is_held=paragraph.is_held(by=signed_in().id, at=request_time()),
        may_approve=may_check(paragraph.stage, paragraph.translated_by, by=signed_in().id),
        stages=STAGES,
        direction_of=direction,
    )


def _difference(paragraph: TranslationParagraph) -> Comparison | None:
    """What the original says differently since it was translated."""
    if not paragraph.made_from or paragraph.made_from == paragraph.original:
        return None
    lines = compare(paragraph.made_from, paragraph.original)
    return Comparison([Field(gettext("What changed in the original"), lines=lines)], [])


VERBS: dict[str, Callable[[int, int], Response]] = {
    "claim": _claim,
    "save": _save,
    "approve": _approve,
    "let_go": _let_go,
}
