"""What the stories about accounts have in common: forms as visitors fill them, links in mails."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from citizen_diplomat.mail.model import OutboxMessage
from tests.conftest import csrf, slowly

WORDS = "pomegranate bridge kite indigo"
OTHER_WORDS = "turquoise minaret cycling Thursday"


def post(browser: FlaskClient, path: str, **fields: Any) -> TestResponse:
    """Open a page and post its form."""
    return browser.post(path, data={"csrf_token": csrf(browser.get(path)), **fields})


def register(browser: FlaskClient, email: str, /, **other: Any) -> TestResponse:
    fields = {
        "display_name": "Parisa Shams",
        "email": email,
        "password": WORDS,
        "city": "freiburg",
        "accept_terms": "y",
        **slowly(browser, "RegistrationForm"),
    }
    return post(browser, "/en/register", **(fields | other))


def login(browser: FlaskClient, email: str, password: str, **other: Any) -> TestResponse:
    return post(browser, "/en/login", email=email, password=password, **other)


def is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/en/me/security").status_code == 200


def link_of(mail: OutboxMessage) -> str:
    """The path of the link in a mail, as a reader would open it."""
    parts = urlsplit(str(mail.values["link"]))
    assert f"{parts.scheme}://{parts.netloc}" == "http://localhost"
    return parts.path


@contextmanager
def counted_hashing() -> Iterator[list[str]]:
    """Collect every use of argon2, whichever it is."""
    used: list[str] = []
    hash_it, verify_it = PasswordHasher.hash, PasswordHasher.verify

    def hash_counted(self: PasswordHasher, *given: Any, **named: Any) -> str:
        used.append("hash")
        return hash_it(self, *given, **named)

    def verify_counted(self: PasswordHasher, *given: Any, **named: Any) -> bool:
        used.append("verify")
        return bool(verify_it(self, *given, **named))

    with (
        patch.object(PasswordHasher, "hash", hash_counted),
        patch.object(PasswordHasher, "verify", verify_counted),
    ):
        yield used
