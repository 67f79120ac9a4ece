"""The guards: deny by default, refuse before anything is validated.

`public` pages need none. Every page of `member` needs a sign-in. Every page of `staff` needs the
duty named with its route; a page that names none is refused to everybody.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request, url_for
from werkzeug.exceptions import Forbidden
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.web.database import SAFE_METHODS
from citizen_diplomat.web.kept_forms import by_script, keep_posted_form
from citizen_diplomat.web.redirects import page_of_form
from citizen_diplomat.web.signin import account, holds
from citizen_diplomat.web.terms import require_terms

View = Callable[..., Any]


class StaffBlueprint(Blueprint):
    """A blueprint whose every route names the duty that it belongs to."""

    def page(
        self, rule: str, *, duty: Duty, methods: tuple[str, ...] = ("GET",)
    ) -> Callable[[View], View]:
        """Register a view for `rule`, open to those who hold `duty`."""

        def register(view: View) -> View:
            self.add_url_rule(rule, view.__name__, view, methods=list(methods))
            DUTY_OF[f"{self.name}.{view.__name__}"] = duty
            return view

        return register


DUTY_OF: dict[str, Duty] = {}
"""The duty of each staff page, by endpoint."""


def guard_members(blueprint: Blueprint) -> None:
    """Let only signed-in visitors pass; others sign in first and then come back.

    Who has not agreed to the terms that hold now is asked: see `terms.require_terms`.
    """
    blueprint.before_request(_require_sign_in)
    blueprint.before_request(require_terms)


def guard_staff(blueprint: Blueprint) -> None:
    """Let only those pass who hold the duty of the page."""
    blueprint.before_request(_require_sign_in)
    blueprint.before_request(_require_duty)
    blueprint.before_request(require_terms)


def _require_sign_in() -> Response | None:
    if account() is not None:
        return None
    if by_script():
        return Response("{}", 401, mimetype="application/json")
    # A form sent along with HEAD or OPTIONS is nobody's work, and nothing may be written for it.
    if request.method in SAFE_METHODS:
        return redirect(url_for("public.login", next=_here()), 303)
    keep_posted_form()
    return redirect(url_for("public.login", next=page_of_form()), 303)


def _require_duty() -> None:
    duty = DUTY_OF.get(request.endpoint or "")
    if duty is None or not holds(duty):
        raise Forbidden


def _here() -> str:
    return request.full_path.rstrip("?")
