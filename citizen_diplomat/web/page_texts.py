"""How the pages that the office edits are shown: their Markdown, and what stands in it by name."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from flask import Flask, get_template_attribute
from flask_babel import gettext, lazy_gettext, ngettext
from markupsafe import Markup
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.rules import (
    KEPT_FORM_LIFETIME,
    LINK_LIFETIME,
    REMEMBERED_LIFETIME,
    SESSION_LIFETIME,
    STAFF_SESSION_LIFETIME,
    UNVERIFIED_KEPT,
    LinkPurpose,
)
from citizen_diplomat.foundation.comparison import compare
from citizen_diplomat.foundation.markdown import render_page
from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.moderation.office import Office, office
from citizen_diplomat.moderation.rules import LEASE, Target
from citizen_diplomat.pages.model import PageText
from citizen_diplomat.pages.rules import MARKS, NAMED, PLACES, Slug
from citizen_diplomat.web.comparing import Comparison, Field
from citizen_diplomat.web.database import db
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.languages import language, speaking

NAMES = {
    Slug.ABOUT: lazy_gettext("About"),
    Slug.HOW_WE_DECIDE: lazy_gettext("How we decide"),
    Slug.HELP: lazy_gettext("Questions"),
    Slug.PRIVACY: lazy_gettext("Privacy"),
    Slug.TERMS: lazy_gettext("Terms"),
    Slug.ACCESSIBILITY: lazy_gettext("Accessibility"),
}
"""What links to the pages say, in the order in which they stand beside each of them."""

_PLACES = {
    "my_data": "member.data",
    "who_opened_my_data": "member.access",
    "public_record": "public.record",
    "fairness": "public.fairness",
}
_LINK = re.compile(r"\[([^\]]*)\]\(([^)]*)\)")


def install(app: Flask) -> None:
    """Give templates the filter `page_html`."""
    app.jinja_env.filters["page_html"] = page_html


def page_endpoint(slug: Slug) -> str:
    """The endpoint under which everybody reads a page."""
    return f"public.{slug.replace('-', '_')}"


def page_title(text: PageText) -> str:
    """The title of a page in the reader's language."""
    return text.title_fa if language() == "fa" else text.title_en


def page_body(text: PageText) -> str:
    """The text of a page in the reader's language, as it was written."""
    return text.body_fa if language() == "fa" else text.body_en


def page_html(body: str, code: str | None = None) -> Markup:
    """The text of a page as HTML; figures and addresses are those of one language.

    That is the reader's, or the language `code`.
    """
    with speaking(code or language()):
        return _html(body)


def page_in_words(session: Session, body: str, code: str) -> str:
    """The text of a page in one language with its figures and states as words, without links.

    It needs an application context and no request.
    """
    with speaking(code):
        targets = office(session).targets
        figures = _figures(lambda target: targets[target])
        state = get_template_attribute("parts/state.html", "state")

        def word(match: re.Match[str]) -> str:
            name = match[1]
            if name in MARKS:
                return str(Markup(state(name.removeprefix("state_"))).striptags())  # noqa: S704 - our own template
            return figures[name]() if name in figures else match[0]

        return NAMED.sub(word, _LINK.sub(lambda link: link[1], body))


def compared_texts(before: PageText, after: PageText, code: str | None = None) -> Comparison:
    """What was changed between two editions in one language, in the words that readers see.

    That is the reader's language, or the language `code`.
    """
    with speaking(code or language()):
        return _compared(before, after)


def refused_names(names: Iterable[str]) -> str:
    """What to say beside a text that asks for what it cannot have."""
    listed = ("، " if language() == "fa" else ", ").join(f"{{{{{name}}}}}" for name in names)
    return str(gettext("This page cannot show %(names)s.", names=listed))


def _html(body: str) -> Markup:
    html = render_page(_filled(body))
    state = get_template_attribute("parts/state.html", "state")

    def mark(match: re.Match[str]) -> str:
        name = match[1]
        return str(state(name.removeprefix("state_"))) if name in MARKS else match[0]

    return Markup(NAMED.sub(mark, html))  # noqa: S704 - `render_page` sanitises


def _compared(before: PageText, after: PageText) -> Comparison:
    pairs = (
        (lazy_gettext("Title"), page_title(before), page_title(after)),
        (lazy_gettext("The text"), _words(page_body(before)), _words(page_body(after))),
    )
    fields = [Field(label, lines=compare(old, new)) for label, old, new in pairs if old != new]
    return Comparison(fields, [label for label, old, new in pairs if old == new])


def _words(body: str) -> str:
    """A text without the marks of Markdown; where a link leads stays, as it may change alone."""
    shown = _LINK.sub(lambda link: f"{link[1]} ({link[2]})", _filled(body))
    return re.sub(r"^#+ +", "", shown.replace("**", ""), flags=re.MULTILINE)


def _filled(body: str) -> str:
    promised: list[Office] = []

    def promise(target: Target) -> int:
        # Asked for at most once, and only by a text that promises something.
        if not promised:
            promised.append(office(db()))
        return promised[0].targets[target]

    figures = _figures(promise)

    def value(match: re.Match[str]) -> str:
        name = match[1]
        if name in figures:
            return figures[name]()
        if name in PLACES:
            return page_url(_PLACES.get(name, f"public.{name}"))
        return match[0]

    return NAMED.sub(value, body)


def _figures(promise: Callable[[Target], int]) -> Mapping[str, Callable[[], str]]:
    return {
        "answer_days": lambda: _working_days(promise(Target.ANSWER)),
        "decision_days": lambda: _working_days(promise(Target.DECISION)),
        "appeal_days": lambda: _working_days(promise(Target.APPEAL)),
        "claim_minutes": lambda: _minutes(LEASE),
        "confirm_days": lambda: _days(LINK_LIFETIME[LinkPurpose.VERIFY]),
        "reset_hours": lambda: _hours(LINK_LIFETIME[LinkPurpose.RESET]),
        "sign_in_hours": lambda: _hours(SESSION_LIFETIME),
        "remembered_days": lambda: _days(REMEMBERED_LIFETIME),
        "staff_hours": lambda: _hours(STAFF_SESSION_LIFETIME),
        "kept_form_hours": lambda: _hours(KEPT_FORM_LIFETIME),
        "unconfirmed_days": lambda: _days(UNVERIFIED_KEPT),
    }


def _working_days(count: int) -> str:
    figure = format_number(count, language())
    return str(ngettext("%(figure)s working day", "%(figure)s working days", count, figure=figure))


def _days(span: timedelta) -> str:
    figure = format_number(span.days, language())
    return str(ngettext("%(figure)s day", "%(figure)s days", span.days, figure=figure))


def _hours(span: timedelta) -> str:
    count = span // timedelta(hours=1)
    figure = format_number(count, language())
    return str(ngettext("%(figure)s hour", "%(figure)s hours", count, figure=figure))


def _minutes(span: timedelta) -> str:
    count = span // timedelta(minutes=1)
    figure = format_number(count, language())
    return str(ngettext("%(figure)s minute", "%(figure)s minutes", count, figure=figure))
