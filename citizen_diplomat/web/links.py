"""Absolute addresses for mails, made from BASE_URL and never from a Host header."""

from flask import current_app

from citizen_diplomat.web.services import services


def absolute(language: str, endpoint: str, **values: object) -> str:
    """The full address of a page in one language, for somebody who reads it in their mail."""
    return services().settings.base_url + _path(endpoint, lang=language, **values)


def absolute_without_language(endpoint: str, **values: object) -> str:
    """The full address of a page that stands under no language."""
    return services().settings.base_url + _path(endpoint, **values)


def _path(endpoint: str, **values: object) -> str:
    return current_app.url_map.bind(services().settings.base_host).build(endpoint, values)
