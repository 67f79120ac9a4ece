"""Absolute addresses for mails, made from BASE_URL and never from a Host header."""

from collections.abc import Callable

from flask import current_app

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.digests.actions import UNSUBSCRIBE
from citizen_diplomat.web.services import services


def absolute(language: str, endpoint: str, **values: object) -> str:
    """The full address of a page in one language, for somebody who reads it in their mail."""
    return services().settings.base_url + _path(endpoint, lang=language, **values)


def link_to(endpoint: str, **values: object) -> Callable[[Account], str]:
    """The maker of links to one page, each in the language of who gets it by mail."""
    return lambda person: absolute(person.language, endpoint, **values)


def statement_link(person: Account, number: int) -> str:
    """The full address of a statement of reasons, in the language of who it is for."""
    return absolute(person.language, "member.statement", number=number)


def absolute_without_language(endpoint: str, **values: object) -> str:
    """The full address of a page that stands under no language."""
    return services().settings.base_url + _path(endpoint, **values)


def _path(endpoint: str, **values: object) -> str:
    return current_app.url_map.bind(services().settings.base_host).build(endpoint, values)


def unsubscribe_token(account_id: int, what: str) -> str:
    """What ends mails for an account with one click: those of a name, or of a kind."""
    return services().signer.sign(UNSUBSCRIBE, [account_id, what])
