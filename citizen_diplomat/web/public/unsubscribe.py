"""Unsubscribing with one click, without signing in (RFC 8058).

A GET only asks: mail scanners follow every link. A POST acts, from our form or from a mail program,
which sends no cookie and no CSRF token: the signed token in the address is the proof.
"""

from datetime import timedelta

from flask import Blueprint, abort, g, render_template
from flask.blueprints import BlueprintSetupState
from flask_babel import refresh

from citizen_diplomat.accounts import mail_choices
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.digests import actions
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.directory.actions import stop_asking
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.tokens import TokenExpired, TokenInvalid
from citizen_diplomat.mail.preference_rules import Kind
from citizen_diplomat.outcomes.messages import HelpAsked
from citizen_diplomat.web.database import db
from citizen_diplomat.web.mail_words import KINDS
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time

blueprint = Blueprint("unsubscribe", __name__)
# An unsubscribe link in the oldest mail still works.
FOR_EVER = timedelta(days=100 * 365)
SOURCE = "unsubscribe_link"


@blueprint.record
def _exempt(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(blueprint)


@blueprint.get("/unsubscribe/<token>")
def unsubscribe(token: str) -> str:
    """Ask whether this kind of letter shall end; aborts with 404 for a token that is not ours."""
    account, name = _read(token)
    return _page("unsubscribe", account, name, token)


@blueprint.post("/unsubscribe/<token>")
def confirm(token: str) -> str:
    """End this kind of letter; doing it again is answered the same."""
    account, name = _read(token)
    with transaction(db()):
        if name == HelpAsked.name:
            stop_asking(db(), account.id, at=request_time())
        elif name in KINDS:
            kind = Kind(name)
            mail_choices.end_mails(db(), account, kind, at=request_time(), source=SOURCE)
        else:
            actions.unsubscribe(db(), account.id, at=request_time(), source=SOURCE)
    return _page("unsubscribed", account, name, token)


def _read(token: str) -> tuple[Account, str]:
    try:
        value = services().signer.read(actions.UNSUBSCRIBE, token, FOR_EVER)
    except (TokenInvalid, TokenExpired):
        abort(404)
    account_id, name = value
    known = name in {Digest.name, HelpAsked.name, *KINDS}
    account = db().get(Account, account_id) if known else None
    if account is None:
        abort(404)
    return account, name


def _page(page: str, account: Account, name: str, token: str) -> str:
    _greet(account)
    kind = KINDS[Kind(name)] if name in KINDS else None
    template = f"public/unsubscribe/{page}.html"
    return render_template(template, token=token, name=name, kind=kind)


def _greet(account: Account) -> None:
    """Speak the member's language: the address names none."""
    if account.language in services().settings.languages:
        g.language = account.language
        refresh()
