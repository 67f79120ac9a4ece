"""From a message to a letter: three templates of its name, in the reader's language and direction.

The templates under templates/mail/ see the fields of the message and nothing else of the site. What
people wrote is shown on one line, kept apart from its surroundings, escaped, and never a link.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import css_inline
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from citizen_diplomat.foundation import calendar, letter_markdown, numbers
from citizen_diplomat.foundation.text import direction, isolate
from citizen_diplomat.mail.letter import Letter

RIGHT_TO_LEFT = frozenset({"fa"})
FOLDER = "mail"
# Where mail programs would see an address: inside a name or a title it must not become a link.
_ADDRESS_LIKE = re.compile(r"(?<=[^\s.])[.@](?=[^\s.])|:(?=//)")
_WORD_JOINER = "\u2060"


class Renderer:
    """Turns messages into letters; reads templates and catalogues once."""

    def __init__(self, templates: Path, translations: Path) -> None:
        """Take the folders of all templates and of the gettext catalogues."""
        self._templates = templates
        self._translations = translations
        self._environments: dict[str, Environment] = {}
        self._inliner = css_inline.CSSInliner(
            inline_style_tags=False,
            keep_style_tags=True,
            load_remote_stylesheets=False,
            extra_css=(templates / FOLDER / "inlined.css").read_text("utf-8"),
        )

    def render(
        self,
        name: str,
        language: str,
        values: Mapping[str, Any],
        *,
        to_name: str,
        unsubscribe_link: str | None = None,
    ) -> Letter:
        """The letter of message `name`; raises jinja2.TemplateError when a template is wrong."""
        environment = self._environment(language)
        known = {**values, "to_name": to_name, "unsubscribe_link": unsubscribe_link}

        def part(file: str) -> str:
            return environment.get_template(f"{FOLDER}/{name}/{file}").render(known)

        return Letter(
            subject=one_line(part("subject.txt")),
            text=_tidy(part("body.txt")),
            html=self._inliner.inline(part("body.html")),
        )

    def subject(self, name: str, language: str, values: Mapping[str, Any]) -> str:
        """The subject alone, of the fields in a message's headline; raises TemplateError."""
        template = self._environment(language).get_template(f"{FOLDER}/{name}/subject.txt")
        return one_line(template.render(values))

    def _environment(self, language: str) -> Environment:
        if language not in self._environments:
            self._environments[language] = self._make(language)
        return self._environments[language]

    def _make(self, language: str) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(self._templates),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters.update(_filters(language))
        right_to_left = language in RIGHT_TO_LEFT
        environment.globals.update(
            language=language,
            direction="rtl" if right_to_left else "ltr",
            align="right" if right_to_left else "left",
            comma="، " if right_to_left else ", ",
        )
        texts: NullTranslations = Translations.load(str(self._translations), [language])
        environment.install_gettext_translations(texts, newstyle=True)  # type: ignore[attr-defined]
        return environment


def one_line(text: str) -> str:
    """A text on one line, each run of white space one space."""
    return " ".join(text.split())


def not_a_link(text: str) -> str:
    """A text on one line that no mail program turns into a link."""
    return _ADDRESS_LIKE.sub(lambda found: found[0] + _WORD_JOINER, one_line(text))


def _filters(language: str) -> dict[str, Callable[..., Any]]:
    own = "rtl" if language in RIGHT_TO_LEFT else "ltr"

    def in_subject(text: str) -> str:
        # Isolates show as boxes in some lists of mails: only where two directions meet.
        line = one_line(text)
        return line if direction(line) == own else isolate(line)

    return {
        "number": lambda value: numbers.format_number(value, language),
        "digits": lambda value: numbers.format_identifier(value, language),
        "reference": lambda text: numbers.format_reference(text, language),
        "date_both": lambda day: calendar.format_date_both(date.fromisoformat(day), language),
        "date": lambda day: calendar.format_date(date.fromisoformat(day), language),
        "typed": lambda text: isolate(not_a_link(text)),
        "typed_html": lambda text: Markup('<span dir="auto">{}</span>').format(not_a_link(text)),
        "in_subject": in_subject,
        "isolated": isolate,
        "underlined": lambda text, line="=": f"{text}\n{line * len(text)}",
        "quoted": _quoted,
        "unlinked": lambda text: "\n".join(map(not_a_link, text.splitlines())),
        "paragraphs": _paragraphs,
        # Only what the office writes; what members wrote is never a link in a letter.
        "markdown_html": lambda text: Markup(letter_markdown.as_html(text)),  # noqa: S704
        "markdown_text": letter_markdown.as_text,
    }


def _quoted(text: str) -> str:
    """Lines behind "> ": what is quoted cannot pass for a part of the letter itself."""
    return "\n".join(f"> {isolate(line)}" if line.strip() else ">" for line in text.splitlines())


def _paragraphs(text: str) -> list[list[str]]:
    """The lines of each paragraph of a text."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return [[line for line in block.splitlines() if line.strip()] for block in blocks]


def _tidy(text: str) -> str:
    """At most one empty line in a row, none at the start, one line end at the end."""
    return re.sub(r"\n{3,}", "\n\n", text.strip("\n")) + "\n"
