"""A translation for staff: who translated each paragraph, and taking one back."""

from collections.abc import Sequence

from flask import render_template
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.translation import queries, withdrawals
from citizen_diplomat.translation.actions import ChangedMeanwhile
from citizen_diplomat.translation.model import Translation, TranslationParagraph
from citizen_diplomat.translation.rules import REASON_LENGTH, SubjectKind, direction
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, KeptField, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form
from citizen_diplomat.web.pages import CONFLICT, LARGEST_VERSION, form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.translation_sources import SOURCES
from citizen_diplomat.web.translation_words import STAGES, desk_link


class WithdrawForm(BaseForm):
    """Why a paragraph is taken back; its translator reads it."""

    reason = paragraphs(
        lazy_gettext("Reason"),
        longest=REASON_LENGTH,
        required=lazy_gettext("Write the reason: the translator reads it."),
    )
    version = KeptField()


@staff.page("/translations/<number:number>", duty=Duty.REVIEW)
def translation(number: int) -> str:
    """Show who translated and checked each paragraph of a translation."""
    row = _row(number)
    return render_template(
        "staff/translations/translation.html",
        translation=row,
        rows=queries.paragraphs_of(db(), row),
        stages=STAGES,
        direction_of=direction,
        address=SOURCES[SubjectKind(row.kind)].address(row.subject),
    )


@staff.page("/translations/<number:number>/<number:paragraph>", duty=Duty.REVIEW)
def withdraw_translation(number: int, paragraph: int) -> Response:
    """Ask for the reason before a paragraph is taken back."""
    row = _row(number)
    one = _one(queries.paragraphs_of(db(), row), paragraph)
    return _page(row, one, WithdrawForm(None, data={"version": str(one.version)}))


@staff.page("/translations/<number:number>/<number:paragraph>", duty=Duty.REVIEW, methods=("POST",))
def take_translation_back(number: int, paragraph: int) -> Response:
    """Take a paragraph back; its translator is told why."""
    form, row = WithdrawForm(), _row(number, to_change=True)
    one = _one(queries.paragraphs_of(db(), row), paragraph)
    if not form.validate():
        return _page(row, one, form)
    seen = parse_int(form.version.data or "", lowest=0, highest=LARGEST_VERSION) or 0
    is_stale = False
    with transaction(db()):
        try:
            reason, by, at = form.reason.data or "", signed_in(), request_time()
            withdrawals.withdraw(db(), one, reason, version=seen, by=by, at=at, link=desk_link)
            forget_kept_form()
        except ChangedMeanwhile:
            is_stale = True
    if is_stale:
        form.version.data = str(one.version)
        page = _page(row, one, form, is_stale=True)
        page.status_code = CONFLICT
        return page
    say("ok", gettext("Taken back. The original stands there now, and the translator is told why."))
    return see_other("staff.translation", number=number)


def _row(number: int, *, to_change: bool = False) -> Translation:
    row = found(queries.find(db(), number, to_change=to_change))
    source = found(SOURCES.get(SubjectKind(row.kind)))
    is_theirs = source.is_looked_after(db(), row.subject, signed_in().id)
    return found(row if is_theirs else None)


def _one(rows: Sequence[TranslationParagraph], number: int) -> TranslationParagraph:
    return found(next((row for row in rows if row.id == number and row.text), None))


def _page(
    row: Translation, one: TranslationParagraph, form: WithdrawForm, *, is_stale: bool = False
) -> Response:
    return form_page(
        "staff/translations/withdraw.html",
        form,
        translation=row,
        paragraph=one,
        is_stale=is_stale,
        direction_of=direction,
    )
