"""The key to what this browser wrote before its reader signed in, in the signed session cookie.

The cookie is made by saving such a text and by nothing else; it lasts as long as the text is kept.
"""

from flask import session

from citizen_diplomat.foundation.tokens import digest, new_secret

NAME = "visitor_drafts"


def visitor_key() -> str | None:
    """The key of this browser, or None when it keeps nothing."""
    key = session.get(NAME)
    return key if isinstance(key, str) else None


def new_visitor_key() -> str:
    """The key of this browser, made now if it had none; its cookie then lasts for 30 days."""
    # Made of the secret that the form's token stands for: when two first saves are under way at
    # once, a pause in typing and the last word of a page that is left, both have to find one key,
    # or the text under the other is never found again.
    key = visitor_key() or digest(f"visitor:{session.get('csrf_token') or new_secret()}")
    session[NAME] = key
    session.permanent = True
    return key
