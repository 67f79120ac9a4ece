"""`POST /hooks/bounces`: a mail service tells what came back, signed with BOUNCE_SECRET.

No cookie and no CSRF token: the signature over the time and the body is the proof. A request is
good for five minutes; sent again within them, it counts nothing twice.
"""

import hmac
import json
from typing import Any

from flask import Blueprint, Response, abort, request
from flask.blueprints import BlueprintSetupState

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.tokens import same
from citizen_diplomat.mail.bounce_events import Event, events_of, take
from citizen_diplomat.web.database import db
from citizen_diplomat.web.services import return_paths, services
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.throttle import limiter

blueprint = Blueprint("hooks", __name__)
LARGEST_BODY = 64 * 1024
WINDOW_SECONDS = 300
"""How far the time of a request may be from ours, in either direction."""
RATE = "120 per minute"
TIME, SIGNATURE = "X-Timestamp", "X-Signature"


@blueprint.record
def _exempt(state: BlueprintSetupState) -> None:
    state.app.extensions["csrf"].exempt(blueprint)


@blueprint.post("/hooks/bounces")
@limiter.limit(RATE)
def bounces() -> Response:
    """Note the events of a signed body: 200 with their fates, or 400, 401, 404, 413, 429."""
    secret = services().settings.bounce_secret
    if secret is None:
        abort(404)
    if (request.content_length or LARGEST_BODY + 1) > LARGEST_BODY:
        return _answer(413, error="a body of at most 64 kB, its length told")
    body = request.get_data()
    if not _is_signed(body, secret):
        return _answer(401, error="not signed, or not within five minutes")
    events = _read(body)
    if events is None:
        return _answer(400, error="not understood")
    with transaction(db()):
        fates = [take(db(), one, return_paths(), at=request_time()) for one in events]
    return _answer(200, fates=[str(fate) for fate in fates])


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What X-Signature says: HMAC-SHA256 over the time, a full stop and the body."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, "sha256").hexdigest()
    return f"sha256={digest}"


def _is_signed(body: bytes, secret: str) -> bool:
    timestamp = request.headers.get(TIME, "")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    expected = signature(secret, timestamp, body)
    # First the signature: what was not signed by them is told nothing about our clock.
    if not same(request.headers.get(SIGNATURE, ""), expected):
        return False
    return abs(request_time().timestamp() - int(timestamp)) <= WINDOW_SECONDS


def _read(body: bytes) -> list[Event] | None:
    try:
        return events_of(json.loads(body))
    except (ValueError, RecursionError):
        return None


def _answer(status: int, **content: Any) -> Response:
    return Response(json.dumps(content), status, mimetype="application/json")
