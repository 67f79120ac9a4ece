"""What every page that is saved while somebody types reads from its script, and answers it.

See `static/drafts.js`: a post may hold any part of a form. A group of boxes comes with a mark such
as `has_cities`, so that nothing ticked is an answer too.
"""

from flask import jsonify, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import Field

from citizen_diplomat.foundation.text import latin_digits
from citizen_diplomat.proposals.rules import WINDOW_LENGTH
from citizen_diplomat.web.forms import CheckboxesField
from citizen_diplomat.web.pages import UNPROCESSABLE

LONGEST_VERSION = 15


def posted_window() -> str | None:
    """The window that posts, by the random name that its script gave it."""
    name = request.form.get("window", "")[:WINDOW_LENGTH]
    return name if name.isascii() and name.isalnum() else None


def version_of(field: Field) -> int | None:
    """The version that a form goes on from; None for what is no number of ours."""
    text = latin_digits(field.data or "")
    is_number = text.isascii() and text.isdigit() and len(text) <= LONGEST_VERSION
    return int(text) if is_number else None


def leave_boxes_alone(form: FlaskForm) -> None:
    """Put back what is stored into each group of boxes that was not posted.

    All other fields stay as they are by themselves; of boxes only ticked ones are posted.
    """
    for field in form:
        is_posted = field.name in request.form or f"has_{field.name}" in request.form
        if isinstance(field, CheckboxesField) and not is_posted:
            field.data = list(field.object_data or ())


def refused(form: FlaskForm) -> Response:
    """Say the first thing that is wrong (422): what was typed stays in the browser."""
    first = next((str(error) for errors in form.errors.values() for error in errors), "")
    answer = jsonify(message=first)
    answer.status_code = UNPROCESSABLE
    return answer
