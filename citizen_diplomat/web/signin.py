"""Who is asking: the cookie holds a secret token, the database knows whose it is."""

from datetime import datetime
from typing import cast

from flask import Flask, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Duty, is_staff, may
from citizen_diplomat.accounts.sessions import end_session, find_session, open_session
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.pages import queries as pages
from citizen_diplomat.proposals import visitors
from citizen_diplomat.web.database import db
from citizen_diplomat.web.visitor_key import visitor_key


class SignedIn(UserMixin):
    """A visitor whose sign-in is alive, as Flask-Login wants to see them."""

    def __init__(
        self,
        account: Account,
        token: str,
        *,
        unread_letters: int = 0,
        asked_terms: int | None = None,
    ) -> None:
        """Wrap an account whose roles are loaded, the token of this device, what lies unread.

        `asked_terms` is the edition of the terms that everybody must have agreed to.
        """
        self.account = account
        self.token = token
        self.unread_letters = unread_letters
        self.asked_terms = asked_terms

    def get_id(self) -> str:
        """The token: what Flask-Login keeps in the signed cookie."""
        return self.token


def account() -> Account | None:
    """The account of this visitor, its roles loaded, or None."""
    return current_user.account if current_user.is_authenticated else None


def signed_in() -> Account:
    """The account of this visitor on a page behind a guard, where there always is one."""
    found = account()
    if found is None:
        raise AssertionError("this page stands behind no guard")
    return found


def unread_letters() -> int:
    """How much lies unread in the inbox of this visitor."""
    return current_user.unread_letters if current_user.is_authenticated else 0


def asked_terms() -> int | None:
    """The edition of the terms that this visitor must have agreed to, if there is one."""
    return current_user.asked_terms if current_user.is_authenticated else None


def session_token() -> str:
    """The token of this visitor's sign-in on a page behind a guard."""
    return cast(str, current_user.token)


def holds(duty: Duty) -> bool:
    """Whether this visitor holds a staff duty."""
    found = account()
    return found is not None and may(found.roles, duty)


def sign_in(person: Account, *, remember: bool, at: datetime) -> None:
    """Sign somebody in on this device, in the caller's transaction; the old cookie's content goes.

    What they wrote before becomes drafts of theirs, see `taken_over`. Raises nothing; the roles of
    `person` must have been loaded.
    """
    # On a shared computer the next one to sign in must not read what somebody else typed.
    is_same = session.get("signed_in_as") in {None, person.id}
    kept_form = session.get("kept_form") if is_same else None
    key = visitor_key()
    session.clear()
    session["signed_in_as"] = person.id
    token = open_session(db(), person, device=device_name(), remember=remember, at=at)
    session.permanent = remember and not is_staff(person.roles)
    if kept_form:
        session["kept_form"] = kept_form
    login_user(SignedIn(person, token))
    g.taken_over = [one.number for one in visitors.take_over(db(), person, key=key, at=at)]


def taken_over() -> int | None:
    """The newest draft that the sign-in of this request made of what was written before it."""
    numbers: list[int] = g.get("taken_over", [])
    return numbers[0] if numbers else None


def sign_out() -> None:
    """End this sign-in on the server, in the caller's transaction, and empty the cookie."""
    if current_user.is_authenticated:
        end_session(db(), session_token())
    logout_user()
    session.clear()


def device_name() -> str:
    """The browser and system in words, such as "Firefox, Android"; nothing that could track."""
    agent = request.user_agent.string
    browsers = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"))
    systems = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"))
    desktops = (("Windows", "Windows"), ("Mac OS", "Mac"), ("Linux", "Linux"))
    browser = _first_in(agent, (*browsers, ("Safari", "Safari")))
    system = _first_in(agent, (*systems, *desktops))
    return ", ".join(part for part in (browser, system) if part)


def install(app: Flask) -> None:
    """Join Flask-Login to our sessions."""
    manager = LoginManager(app)
    # Our own rows end sign-ins; Flask-Login's guess from address and browser would end them early.
    manager.session_protection = None

    @manager.user_loader
    def load(token: str) -> SignedIn | None:
        at = request_time()
        found = find_session(db(), token, at=at, asked_terms=pages.asked_terms(at=at))
        if found is None:
            return None
        g.account_id = found.account_id
        return SignedIn(
            found.account,
            token,
            unread_letters=found.unread_letters,
            asked_terms=found.asked_terms,
        )


def request_time() -> datetime:
    """The moment this request began: one request has one time."""
    if "now" not in g:
        g.now = now()
    return cast(datetime, g.now)


def _first_in(agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in agent), "")
