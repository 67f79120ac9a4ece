"""An issue as one of its readers will see it, in each language; and a test of it by mail.

A name that a member does not show to staff stays hidden here too, so do their clock (the hours of
events are those of whoever looks), and the link that unsubscribes
leads nowhere.
"""

from flask import Response as HtmlResponse
from flask import make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_identifier, parse_int
from citizen_diplomat.mail import outbox
from citizen_diplomat.mail.letter import Letter
from citizen_diplomat.mail.message import Recipient
from citizen_diplomat.newsletter import actions, audience, composing
from citizen_diplomat.newsletter.audience import Addressee
from citizen_diplomat.newsletter.messages import NewsletterTest
from citizen_diplomat.newsletter.model import NewsletterIssue
from citizen_diplomat.newsletter.queries import find
from citizen_diplomat.newsletter.rules import WRITTEN_IN
from citizen_diplomat.web.database import db
from citizen_diplomat.web.filters import reader_zone
from citizen_diplomat.web.languages import RIGHT_TO_LEFT, language
from citizen_diplomat.web.mailbox import LETTER_POLICY, PAGE_POLICY
from citizen_diplomat.web.newsletters import PageLinks
from citizen_diplomat.web.pages import LARGEST_NUMBER, found, query_choice, say, see_other
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import holds, request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff


@staff.page("/newsletters/<number:number>/preview", duty=Duty.NEWSLETTER)
def newsletter_preview(number: int) -> Response:
    """Show the letter to one `reader` of the list, as text and in a frame."""
    issue = found(find(db(), number))
    reader = _reader(issue)
    chosen = _language(reader)
    page = render_template(
        "staff/newsletters/preview.html",
        issue=issue,
        reader=reader,
        reader_name=_name(reader, chosen),
        chosen=chosen,
        languages=WRITTEN_IN,
        letter=_letter(issue, reader, chosen),
        people=audience.listed(db(), issue, at=request_time()),
        shows_names=holds(Duty.DIRECTORY),
        direction="rtl" if chosen in RIGHT_TO_LEFT else "ltr",
    )
    response = make_response(page)
    response.headers["Content-Security-Policy"] = PAGE_POLICY
    return response


@staff.page("/newsletters/<number:number>/letter", duty=Duty.NEWSLETTER)
def newsletter_letter(number: int) -> Response:
    """The HTML of the same letter, for the frame alone."""
    issue = found(find(db(), number))
    reader = _reader(issue)
    letter = _letter(issue, reader, _language(reader))
    shown = letter.html.replace("<head>", '<head><base target="_blank">', 1)
    response = HtmlResponse(shown, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    response.headers["Cache-Control"] = "no-store"
    return response


@staff.page("/newsletters/<number:number>/test", duty=Duty.NEWSLETTER, methods=("POST",))
def test_newsletter(number: int) -> Response:
    """Send the letter to oneself, in each language."""
    issue = found(find(db(), number))
    by, at = signed_in(), request_time()
    with transaction(db()):
        for code in WRITTEN_IN:
            _post_test(issue, code)
        actions.note_test(db(), issue, by=by, at=at)
    say("ok", gettext("Two test letters, one in each language, are on their way to you."))
    return see_other("staff.outbox_item", number=number)


def _post_test(issue: NewsletterIssue, code: str) -> None:
    by, at = signed_in(), request_time()
    message = composing.letter_of(
        db(), issue, code, links=PageLinks(), zone=reader_zone(), at=request_time()
    )
    outbox.post(
        db(),
        NewsletterTest(**message.values()),
        Recipient(by.email, by.display_name, code),
        key=f"newsletter_test:{issue.id}:{by.id}:{at.timestamp()}:{code}",
        at=at,
    )


def _reader(issue: NewsletterIssue) -> Addressee | None:
    """The reader whom the address names, or the first of the list; None when it is empty."""
    at = request_time()
    asked = parse_int(request.args.get("reader", ""), lowest=1, highest=LARGEST_NUMBER)
    if asked is not None:
        return found(audience.one_of(db(), issue, asked, at=at))
    return next(iter(audience.listed(db(), issue, at=at, limit=1)), None)


def _language(reader: Addressee | None) -> str:
    own = reader.language if reader else language()
    return query_choice("in", frozenset(WRITTEN_IN)) or (own if own in WRITTEN_IN else "en")


def _name(reader: Addressee | None, code: str) -> str:
    if reader is None:
        return str(gettext("a member"))
    if reader.name and holds(Duty.DIRECTORY):
        return reader.name
    shown = format_identifier(reader.account_id, code)
    return str(gettext("member no. %(number)s", number=shown))


def _letter(issue: NewsletterIssue, reader: Addressee | None, code: str) -> Letter:
    message = composing.letter_of(
        db(), issue, code, links=PageLinks(), zone=reader_zone(), at=request_time()
    )
    return services().letters.render(
        message.name,
        code,
        message.values(),
        to_name=_name(reader, code),
        unsubscribe_link=PageLinks().no_unsubscribing(),
    )
