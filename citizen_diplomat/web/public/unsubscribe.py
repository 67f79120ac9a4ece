"""Unsubscribing with one click, without signing in (RFC 8058).

A GET only asks: mail scanners follow every link. A POST acts, from our form or from a mail program,
which sends no cookie and no CSRF token: the signed token in the address is the proof.
"""

from datetime import timedelta

from flask import Blueprint, abort, g, render_template
from flask.blueprints import BlueprintSetupState
from flask_babel import refresh

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.digests import actions
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.tokens import TokenExpired, TokenInvalid
from citizen_diplomat.web.database import db
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
    """Ask whether the digest shall end; aborts with 404 for a token that is not ours."""
    _greet(_account_of(token))
    return render_template("public/unsubscribe/unsubscribe.html", token=token)


@blueprint.post("/unsubscribe/<token>")
def confirm(token: str) -> str:
    """End the digest; doing it again is answered the same."""
    account = _account_of(token)
    with transaction(db()):
        actions.unsubscribe(db(), account.id, at=request_time(), source=SOURCE)
    _greet(account)
    return render_template("public/unsubscribe/unsubscribed.html")


def _account_of(token: str) -> Account:
    try:
        value = services().signer.read(actions.UNSUBSCRIBE, token, FOR_EVER)
    except (TokenInvalid, TokenExpired):
        abort(404)
    account_id, name = value
    account = db().get(Account, account_id) if name == Digest.name else None
    if account is None:
        abort(404)
    return account


def _greet(account: Account) -> None:
    """Speak the member's language: the address names none."""
    if account.language in services().settings.languages:
        g.language = account.language
        refresh()
