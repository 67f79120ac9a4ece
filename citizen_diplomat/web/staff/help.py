"""Offers of help that wait for the office: the list, and the answer to each."""

from datetime import datetime

from flask import make_response, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.outcomes import queries
from citizen_diplomat.outcomes.model import HelpOffer
from citizen_diplomat.outcomes.offers import is_own_matter
from citizen_diplomat.outcomes.rules import Party
from citizen_diplomat.web.database import db
from citizen_diplomat.web.helping import STATES, DeclineForm, answer, context_of
from citizen_diplomat.web.pages import UNPROCESSABLE, found, see_other
from citizen_diplomat.web.signin import signed_in
from citizen_diplomat.web.staff.blueprint import staff


@staff.page("/help", duty=Duty.HELPERS)
def help_offers() -> str:
    """List the offers that the office has not answered, the oldest first."""
    after = Cursor.decode(request.args.get("after"), datetime)
    return render_template(
        "staff/help/offers.html",
        offers=queries.offers_for_office(db(), viewer=signed_in().id, after=after),
        states=STATES,
    )


@staff.page("/help/<number:item>", duty=Duty.HELPERS)
def help_offer(item: int) -> Response:
    """Show one offer, and what the office can say to it."""
    row = found(queries.offer_for_office(db(), item, viewer=signed_in().id))
    return _page(row, DeclineForm(MultiDict()))


@staff.page("/help/<number:item>", duty=Duty.HELPERS, methods=("POST",))
def answer_help_offer(item: int) -> Response:
    """Agree with one offer for the office, or decline it with a reason."""
    row = found(queries.offer_for_office(db(), item, viewer=signed_in().id, to_change=True))
    wrong = answer(row, Party.OFFICE)
    return _page(row, wrong) if wrong else see_other("staff.help_offers")


def _page(row: HelpOffer, form: DeclineForm) -> Response:
    page = render_template(
        "staff/help/offer.html",
        is_own=is_own_matter(db(), row, by=signed_in()),
        **context_of(row, Party.OFFICE, form),
    )
    return make_response(page, UNPROCESSABLE if form.errors else 200)
