"""One database session a request: reading for GET, writing for everything else.

A session for reading cannot write, on either engine; so a GET that changes something fails in
every test that opens the page.
"""

from flask import Flask, g, request
from sqlalchemy.orm import Session

from citizen_diplomat.web.services import services

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def db() -> Session:
    """The session of this request, opened at first use."""
    if "session" not in g:
        database = services().database
        g.session = database.reading() if request.method in SAFE_METHODS else database.writing()
    session: Session = g.session
    return session


def reading() -> Session:
    """A short session for reading within a POST, before the write lock is worth taking.

    Use it as a context manager.
    """
    return services().database.reading()


def release() -> None:
    """Give back what the session of this request holds: no write lock during slow work.

    What was read stays usable, but is no longer part of the session.
    """
    if "session" in g:
        g.session.close()


def install(app: Flask) -> None:
    """Close the session of each request when it ends."""

    @app.teardown_request
    def close(_error: BaseException | None) -> None:
        session: Session | None = g.pop("session", None)
        if session is not None:
            session.close()
