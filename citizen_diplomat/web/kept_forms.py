"""What somebody typed when their sign-in had ended waits for them until they are back."""

from flask import request, session
from werkzeug.datastructures import MultiDict

from citizen_diplomat.accounts import forms_kept
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.web.database import db
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.throttle import is_within

MOST_CHARACTERS = 60_000
PER_ADDRESS = "20 per hour"
NEVER_KEPT = frozenset({"csrf_token", "password", "new_password", "current_password"})


def keep_posted_form(path: str | None = None) -> bool:
    """Keep the fields that were just posted; the cookie of this browser holds the key to them.

    They wait for the form at `path`, or at the address that they were posted to. False when they
    are too many, or the address that asks had too much kept.
    """
    fields = {
        name: values
        for name, values in request.form.to_dict(flat=False).items()
        if name not in NEVER_KEPT
    }
    size = sum(len(name) + len(text) for name, values in fields.items() for text in values)
    if not fields or size > MOST_CHARACTERS or not is_within(PER_ADDRESS, "kept_form"):
        return False
    key = new_secret()
    with transaction(db()):
        forms_kept.keep(db(), key, path=path or request.path, fields=fields, at=request_time())
    session["kept_form"] = key
    return True


def by_script() -> bool:
    """Whether a page's own script posts what was typed so far, and keeps it if we cannot."""
    return request.headers.get("X-Requested-With") == "drafts"


def is_from_here() -> bool:
    """Whether a page of this site posted the form, as far as the browser tells.

    Another site's form comes without our cookie (SameSite): an answer that sets a new one would
    sign its victim out and put the stranger's words into the victim's forms.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host


def kept_form(path: str | None = None) -> MultiDict[str, str] | None:
    """The fields kept for `path`, or for this address, to fill its form with, or None."""
    key = session.get("kept_form")
    if not isinstance(key, str) or request.method != "GET":
        return None
    fields = forms_kept.find(db(), key, path=path or request.path, at=request_time())
    return MultiDict(fields) if fields is not None else None


def forget_kept_form() -> None:
    """Remove what was kept, in the caller's transaction, once it has been posted again."""
    key = session.pop("kept_form", None)
    if isinstance(key, str):
        forms_kept.forget(db(), key)
