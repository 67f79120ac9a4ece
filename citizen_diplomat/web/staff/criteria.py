"""How the desk reviews: the criteria with their weights, and whether it reads without names."""

from typing import Any

from flask import make_response, render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms.validators import ValidationError

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number, parse_int
from citizen_diplomat.moderation import blindness, review_criteria
from citizen_diplomat.moderation.review_criteria import (
    CRITERION_MEANING_LENGTH,
    CRITERION_NAME_LENGTH,
    HIGHEST_WEIGHT,
    ChangedMeanwhile,
    ReviewCriterion,
    Wording,
)
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, KeptField, line
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import (
    CONFLICT,
    LARGEST_VERSION,
    UNPROCESSABLE,
    form_page,
    found,
    say,
    see_other,
)
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.review_form import meanings_of, name_of

PAGE = "staff/reviews/criterion.html"
SWITCH = {"y": True, "n": False}


class CriterionForm(BaseForm):
    """The words of a criterion in both languages, and its weight."""

    name_fa = line(lazy_gettext("Name in Persian"), longest=CRITERION_NAME_LENGTH)
    name_en = line(lazy_gettext("Name in English"), longest=CRITERION_NAME_LENGTH)
    low_fa = line(lazy_gettext("What 1 means, in Persian"), longest=CRITERION_MEANING_LENGTH)
    low_en = line(lazy_gettext("What 1 means, in English"), longest=CRITERION_MEANING_LENGTH)
    high_fa = line(lazy_gettext("What 5 means, in Persian"), longest=CRITERION_MEANING_LENGTH)
    high_en = line(lazy_gettext("What 5 means, in English"), longest=CRITERION_MEANING_LENGTH)
    weight = line(lazy_gettext("Weight"), longest=2)
    version = KeptField()

    def validate_weight(self, field: Any) -> None:
        """A whole number from 0 to 10, in whatever digits."""
        if self.weight_given is None:
            most = format_number(HIGHEST_WEIGHT, language())
            raise ValidationError(gettext("Write a whole number from 0 to %(most)s.", most=most))

    @property
    def weight_given(self) -> int | None:
        """The weight, if it is one."""
        return parse_int(self.weight.data or "", lowest=0, highest=HIGHEST_WEIGHT)

    def wording(self) -> Wording:
        """What was written, as a value of the room; ask after `validate`."""
        words = {
            name: self[name].data or "" for name in Wording.__dataclass_fields__ if name != "weight"
        }
        return Wording(**words, weight=self.weight_given or 0)


@staff.page("/criteria", duty=Duty.STEER_REVIEWS)
def criteria() -> Response:
    """List what reviewers score, and say whether the desk reads without names."""
    return _list(200)


@staff.page("/criteria/<slug>", duty=Duty.EDIT_CRITERIA, methods=("GET", "POST"))
def criterion(slug: str) -> Response:
    """Word and weigh one criterion."""
    posted = request.method == "POST"
    row = found(review_criteria.find(db(), slug, to_change=posted))
    if not posted:
        kept = kept_form()
        form = CriterionForm(kept) if kept else _form_of(row)
        return form_page(PAGE, form, criterion=row, name_of=name_of)
    form = CriterionForm()
    if not form.validate():
        return form_page(PAGE, form, criterion=row, name_of=name_of)
    seen = parse_int(form.version.data or "", lowest=0, highest=LARGEST_VERSION) or 0
    clash = False
    with transaction(db()):
        try:
            by, at = signed_in(), request_time()
            review_criteria.change(db(), row, form.wording(), version=seen, by=by, at=at)
            forget_kept_form()
        except ChangedMeanwhile:
            clash = True
    if clash:
        return _clash(row, form)
    say("ok", gettext("Kept. Scores that were given stay as they are."))
    return see_other("staff.criteria")


@staff.page("/criteria/blind-review", duty=Duty.STEER_REVIEWS, methods=("GET", "POST"))
def blind_review() -> Response:
    """Let the desk read without names, or with them again; a GET leads to the switch."""
    if request.method == "GET":
        return see_other("staff.criteria")
    wanted = request.form.get("blind", "")
    if wanted not in SWITCH:
        return _list(UNPROCESSABLE)
    blind = SWITCH[wanted]
    with transaction(db()):
        blindness.make_blind(db(), blind=blind, by=signed_in(), at=request_time())
    on, off = gettext("The desk reads without names now."), gettext("The desk sees who writes.")
    say("ok", on if blind else off)
    return see_other("staff.criteria")


def _list(status: int) -> Response:
    page = render_template(
        "staff/reviews/criteria.html",
        criteria=review_criteria.criteria(db()),
        is_blind=blindness.is_blind(db()),
        name_of=name_of,
        meanings_of=meanings_of,
    )
    return make_response(page, status)


def _form_of(row: ReviewCriterion) -> CriterionForm:
    stored = row.wording
    values = {name: getattr(stored, name) for name in Wording.__dataclass_fields__}
    values["weight"] = format_number(row.weight, language())
    return CriterionForm(None, data=values | {"version": str(row.version)})


def _clash(row: ReviewCriterion, form: CriterionForm) -> Response:
    """Show what was typed beside what a colleague stored; saving again replaces that."""
    form.version.data = str(row.version)
    page = render_template(PAGE, form=form, criterion=row, name_of=name_of, stored=row.wording)
    return make_response(page, CONFLICT)
