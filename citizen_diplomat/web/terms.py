"""The terms that changed: everybody is asked once; who has not agreed reads on and may leave."""

from collections.abc import Mapping

from flask import current_app, g, jsonify, redirect, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.consents import TermsAnswers, terms_answers
from citizen_diplomat.pages.rules import Answer, answer_to
from citizen_diplomat.web.database import SAFE_METHODS, db
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.kept_forms import by_script, keep_posted_form
from citizen_diplomat.web.limit_reached import form_address
from citizen_diplomat.web.pages import UNPROCESSABLE
from citizen_diplomat.web.redirects import safe_path
from citizen_diplomat.web.signin import asked_terms, signed_in

STAYS_OPEN = frozenset(
    {
        "member.terms",
        "member.answer_terms",
        # What somebody may see, take along, correct and end of their own does not hang on a yes.
        *{"member.data", "member.download_page", "member.download"},
        *{"member.closing", "member.close_account", "member.profile", "member.photo_remove"},
        *{"member.security", "member.password", "member.end_sessions", "member.stop_address"},
        *{"member.mail", "member.end_feed", "member.letter", "member.read_all"},
        *{"member.message_choice", "member.block", "member.unblock"},
        *{"member.withdraw", "member.discard", "member.withdraw_change", "member.discard_change"},
        *{"member.detach", "member.leave", "member.withdraw_offer", "member.remove_comment"},
        *{"member.leave_event", "member.strike_my_hours"},
        # The days in which a decision can be appealed run on.
        "member.appeal",
    }
)
"""Pages that take a form from everybody who is signed in, whatever they said to the terms."""
TAKES_BACK: Mapping[str, tuple[str, frozenset[str]]] = {
    **dict.fromkeys(("member.support", "member.follow"), ("take_back", frozenset({"y"}))),
    **dict.fromkeys(
        ("member.invitation", "member.answer_offer"), ("answer", frozenset({"decline"}))
    ),
    "member.coauthor_deed": ("deed", frozenset({"take-back", "refuse", "remove", "end-offer"})),
    "member.write_translation": ("action", frozenset({"let_go"})),
    "member.choose_translating": ("is_active", frozenset({""})),
    "member.show_name": ("named", frozenset({""})),
    "member.name_on_certificate": ("shows_name", frozenset({""})),
}
"""Pages where one form gives and takes back: the field that says which, and what takes back."""


def answers() -> TermsAnswers:
    """What this visitor said to the terms, asked once a request."""
    if "terms_answers" not in g:
        g.terms_answers = terms_answers(db(), signed_in().id)
    found: TermsAnswers = g.terms_answers
    return found


def answer() -> Answer:
    """Where this visitor stands with the terms that hold now; no query where nobody is asked."""
    asked = asked_terms()
    if asked is None:
        return Answer.AGREED
    return answer_to(asked, agreed=answers().agreed, answered=answers().answered)


def require_terms() -> Response | None:
    """Ask at the next page who has not been asked; refuse forms of who has not agreed.

    What was typed is kept as for who was signed out meanwhile, and waits in its form.
    """
    if request.endpoint in STAYS_OPEN or _takes_back() or answer() is Answer.AGREED:
        return None
    if request.method in SAFE_METHODS:
        is_asked = answer() is Answer.NOT_YET or by_script()
        return None if is_asked else _ask(request.full_path.rstrip("?"))
    if by_script():
        return _tell_script()
    keep_posted_form()
    return _ask(_form_page())


def _takes_back() -> bool:
    if request.method in SAFE_METHODS or request.endpoint not in TAKES_BACK:
        return False
    name, taking = TAKES_BACK[request.endpoint]
    said = (request.view_args or {}).get(name) or request.form.get(name, "")
    return said in taking


def _ask(onward: str) -> Response:
    return redirect(url_for("member.terms", next=onward), 303)


def _tell_script() -> Response:
    message = gettext(
        "The terms of membership have changed. What you typed stays here; read them on “My page”"
        " and agree, then it is saved again."
    )
    refused = jsonify(message=message)
    refused.status_code = UNPROCESSABLE
    return refused


def _form_page() -> str:
    """The page on which the form stood: its own address, or the page that the button was on."""
    own = form_address()
    if _can_be_read(own):
        return own
    came_from = (request.referrer or "").removeprefix(request.host_url.rstrip("/"))
    return safe_path(came_from) or page_url("member.dashboard")


def _can_be_read(path: str) -> bool:
    routes = current_app.url_map.bind(request.host)
    try:
        routes.match(path.partition("?")[0], method="GET")
    except HTTPException:
        return False
    return True
