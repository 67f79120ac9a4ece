"""The language of a page is part of its address: /fa/... and /en/..."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import Babel, force_locale
from werkzeug.routing import BaseConverter

from citizen_diplomat.web.services import services

OWN_NAMES = {"fa": "فارسی", "en": "English"}
# Plain "fa" starts the week on Monday; fa_IR knows Saturday.
LOCALES = {"fa": "fa_IR", "en": "en_GB"}
RIGHT_TO_LEFT = frozenset({"fa"})
COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600
PREFIX = "/<language:lang>"


def language() -> str:
    """The language code of this page, "fa" or "en"."""
    return str(g.get("language") or preferred())


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Within it, words, dates, figures and addresses are those of a language, whatever the page's.

    It needs an application context and no request.
    """
    before = g.get("language")
    g.language = code
    try:
        with force_locale(LOCALES[code]):
            yield
    finally:
        g.language = before


def direction(code: str | None = None) -> str:
    """The direction of a language's script: "rtl" or "ltr"."""
    return "rtl" if (code or language()) in RIGHT_TO_LEFT else "ltr"


def preferred() -> str:
    """The language to greet this visitor in: cookie, then Accept-Language, then the default."""
    spoken = services().settings.languages
    chosen = request.cookies.get(COOKIE)
    if chosen in spoken:
        return str(chosen)
    return request.accept_languages.best_match(spoken, default=spoken[0]) or spoken[0]


def alternates() -> list[tuple[str, str, str]]:
    """This same page in each other language: (code, own name, address)."""
    others = [code for code in services().settings.languages if code != language()]
    return [(code, OWN_NAMES[code], _same_page_in(code)) for code in others]


def install(app: Flask, spoken: tuple[str, ...]) -> None:
    """Teach the application the <language:lang> part of addresses and where to look up texts."""

    class LanguageConverter(BaseConverter):
        regex = "|".join(spoken)

    class NumberConverter(BaseConverter):
        # 15 digits fit every engine; longer ones are no number of ours, so the page is unknown.
        regex = "[0-9]{1,15}"

        def to_python(self, value: str) -> int:
            return int(value)

    class SlugConverter(BaseConverter):
        regex = "[a-z0-9-]{1,60}"

    app.url_map.converters["slug"] = SlugConverter
    app.url_map.converters["language"] = LanguageConverter
    app.url_map.converters["number"] = NumberConverter
    Babel(app, locale_selector=lambda: LOCALES[language()])
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_give_language)


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    if values and "lang" in values:
        g.language = values.pop("lang")
        return
    first = request.path.strip("/").partition("/")[0]
    if first in services().settings.languages:
        g.language = first


def _give_language(endpoint: str, values: dict[str, Any]) -> None:
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = language()


def _same_page_in(code: str) -> str:
    if request.endpoint is None or request.view_args is None or "lang" not in _parts():
        return url_for("public.home", lang=code)
    # What the address carries along stands in the query already.
    path = url_for(request.endpoint, **{**request.view_args, "lang": code}).partition("?")[0]
    query = request.query_string.decode("ascii", "ignore")
    return f"{path}?{query}" if query and request.method == "GET" else path


def _parts() -> set[str]:
    return set(request.url_rule.arguments) if request.url_rule else set()
