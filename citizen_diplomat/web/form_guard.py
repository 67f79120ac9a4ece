"""What keeps programs from posting the forms that anybody may fill in, asking people nothing.

A field that people neither see nor hear, and the moment at which the page was made, signed. Neither
decides on anybody: the form comes back with what was typed, and a person sends it once more. Why it
is like this: docs/decisions/0020-against-automatic-posting.md.
"""

from datetime import timedelta
from typing import Any

from flask import request
from flask_babel import LazyString, lazy_gettext
from wtforms import StringField

from citizen_diplomat.foundation.tokens import TokenExpired, TokenInvalid
from citizen_diplomat.web.forms import BaseForm, KeptField
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.throttle import is_within

QUICKEST = timedelta(seconds=2)
"""From the page to its answer; nobody reads and fills one of these forms faster."""
GOOD_FOR = timedelta(hours=24)
"""As long as a form is kept for somebody whose sign-in ended meanwhile."""
UNTIMED = "20 per 10 minutes"
"""So many right forms of one network may come at once, or without the moment of their page."""
PURPOSE = "form_time"

FILLED_TRAP = lazy_gettext(
    "This could not be sent: a field that people do not see was filled in. Perhaps a program of"
    " your browser did that. The field is empty again; please send the form once more."
)
TOO_QUICK = lazy_gettext(
    "This came faster than people usually type. Please wait a moment and send it once more."
)
TOO_OLD = lazy_gettext(
    "This page was open for more than a day, or we cannot tell since when. Please look at it again"
    " and send it once more."
)


class GuardedForm(BaseForm):
    """A form that comes back when a program seems to have filled it in; `hidden` shows the guard.

    Nothing about the address or the account is asked before: the answer is the same for everybody.
    """

    form_errors: list[Any]
    homepage = StringField(lazy_gettext("Leave this field empty"))
    form_time = KeptField()

    def __init__(self, *args: Any, **options: Any) -> None:
        """Note when the page is made, unless it is one that comes back."""
        super().__init__(*args, **options)
        if request.method == "GET":
            self.form_time.data = form_time(type(self))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether every field is right, and a person seems to have filled them in."""
        is_right = super().validate(extra_validators)
        problem = self._problem(is_right=is_right)
        if problem is not None:
            self.form_errors = [*self.form_errors, problem]
        return is_right and problem is None

    def _problem(self, *, is_right: bool) -> LazyString | None:
        if self.homepage.data:
            # What a program of the browser did once must not keep a person out.
            self.homepage.data = ""
            return FILLED_TRAP
        age = _age(type(self), self.form_time.data)
        is_in_time = age is not None and QUICKEST <= age <= GOOD_FOR
        if is_in_time or not is_right or is_within(UNTIMED, "untimed form"):
            return None
        if age is not None and age < QUICKEST:
            return TOO_QUICK
        self.form_time.data = form_time(type(self))
        return TOO_OLD


def form_time(form: type[GuardedForm]) -> str:
    """The signed moment at which the page of a form is made, good for that form alone."""
    return services().signer.sign(PURPOSE, [form.__name__, request_time().timestamp()])


def _age(form: type[GuardedForm], token: str | None) -> timedelta | None:
    """How long ago a form of this kind was made; None when nobody can tell."""
    try:
        value = services().signer.read(PURPOSE, token or "", 2 * GOOD_FOR)
    except (TokenExpired, TokenInvalid):
        return None
    match value:
        case [form.__name__, float(made)]:
            return timedelta(seconds=request_time().timestamp() - made)
    return None
