"""Answers that many pages give: a form with its errors, a redirect after success."""

from typing import Any, TypeVar

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.text import clean

Thing = TypeVar("Thing")
UNPROCESSABLE = 422
CONFLICT = 409
LARGEST_NUMBER = 10**15
"""No row of ours has a larger number: what is typed beyond it is no number of ours."""
LARGEST_VERSION = 10**9
"""Versions are counted in four bytes."""
LONGEST_QUERY = 200


def form_page(template: str, form: FlaskForm, **context: Any) -> Response:
    """A page with a form: 200 when it is fresh, 422 when what was posted has errors."""
    status = UNPROCESSABLE if form.errors else 200
    return make_response(render_template(template, form=form, **context), status)


def see_other(endpoint: str, **values: Any) -> Response:
    """Send the browser on after a success (303 See Other), so that a reload repeats nothing."""
    return redirect(url_for(endpoint, **values), 303)


def say(kind: str, text: str) -> None:
    """Show a message on the next page; `kind` is note, ok, warn or bad."""
    flash(text, kind)


def query_text(name: str, *, longest: int = LONGEST_QUERY) -> str:
    """A search text from the address, cleaned and cut to a sensible length."""
    return search_text(request.args.get(name, ""), longest=longest)


def search_text(raw: str, *, longest: int = LONGEST_QUERY) -> str:
    """The same of a text that came in another way."""
    kept = (one for one in raw[:longest] if one.isprintable() or one == "\u200c")
    return clean("".join(kept))


def query_choice(name: str, allowed: set[str] | frozenset[str]) -> str | None:
    """A filter value from the address if it is one of those allowed, else None."""
    value = request.args.get(name, "")
    return value if value in allowed else None


def found(thing: Thing | None) -> Thing:
    """The thing itself; an unknown or forbidden thing is a page that does not exist (404)."""
    if thing is None:
        abort(404)
    return thing
