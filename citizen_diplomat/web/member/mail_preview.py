"""The next digest as it would come now: its text on the page, its HTML in a frame of its own."""

from flask import abort, make_response, render_template
from werkzeug.wrappers import Response

from citizen_diplomat.digests import editions, queries
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.mail.letter import Letter
from citizen_diplomat.overview.explain import reader_facts
from citizen_diplomat.overview.explain_rules import explain_digest
from citizen_diplomat.web.database import reading
from citizen_diplomat.web.digest_links import PageLinks
from citizen_diplomat.web.links import absolute_without_language
from citizen_diplomat.web.mail_why import WHYS
from citizen_diplomat.web.mailbox import LETTER_POLICY, PAGE_POLICY
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time, signed_in

NO_TOKEN = "preview"  # noqa: S105 - nobody is unsubscribed by looking


@member.get("/me/mail/preview")
def mail_preview() -> Response:
    """Show the next digest, or why there is none."""
    with reading() as session:
        facts = reader_facts(session, signed_in(), at=request_time())
    page = make_response(
        render_template(
            "member/mail/preview.html",
            letter=_letter(),
            verdict=explain_digest(facts),
            whys=WHYS,
        )
    )
    page.headers["Content-Security-Policy"] = PAGE_POLICY
    return page


@member.get("/me/mail/preview/letter")
def mail_preview_letter() -> Response:
    """Give the HTML of the letter for the frame alone."""
    letter = _letter()
    if letter is None:
        abort(404)
    # Links of the letter open beside the page: the frame may not show other pages.
    page = make_response(letter.html.replace("<head>", '<head><base target="_blank">', 1))
    page.headers["Content-Security-Policy"] = LETTER_POLICY
    return page


def _letter() -> Letter | None:
    """The digest as its member would get it now; None without one, or with nothing to tell."""
    person = signed_in()
    with reading() as session:
        subscription = queries.subscription_by_address(session, person.email)
        if subscription is None or subscription.frequency == Frequency.NEVER:
            return None
        digest = editions.preview(session, subscription, links=PageLinks(), at=request_time())
    if digest is None:
        return None
    return services().letters.render(
        digest.name,
        person.language,
        digest.values(),
        to_name=person.display_name,
        unsubscribe_link=absolute_without_language("unsubscribe.unsubscribe", token=NO_TOKEN),
    )
