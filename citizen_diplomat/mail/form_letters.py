"""Letters that say the same to many: rendered once, then only the reader's name is put in.

A form is a letter whose reader is called by a mark, and whose link to unsubscribe leads to another.
What is kept is bounded by its size, however many the readers are.
"""

import json
from collections import OrderedDict
from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from citizen_diplomat.mail.letter import Letter
from citizen_diplomat.mail.rendering import Renderer, not_a_link

MOST_CHARACTERS = 8_000_000
"""Of all forms together; some hundreds of digests."""


class FormLetters:
    """Renders as a Renderer does, but what is the same for the next reader only once."""

    def __init__(self, renderer: Renderer, *, most: int = MOST_CHARACTERS) -> None:
        """Begin without forms; `most` is how many characters are kept."""
        self._renderer = renderer
        self._most = most
        self._kept: OrderedDict[str, Letter] = OrderedDict()
        self._size = 0
        # Nobody can write them into a title.
        self._name, self._link = f"n{token_hex(8)}", f"https://{token_hex(8)}.invalid/"

    def render(
        self,
        name: str,
        language: str,
        values: Mapping[str, Any],
        *,
        to_name: str,
        unsubscribe_link: str | None = None,
    ) -> Letter:
        """The letter that `Renderer.render` would give for the same; raises TemplateError.

        The templates must show the name through the filters `typed` and `typed_html`.
        """
        form = self._form(name, language, values)
        shown, link = not_a_link(to_name), unsubscribe_link or ""
        return Letter(
            subject=form.subject,
            text=form.text.replace(self._name, shown).replace(self._link, link),
            html=form.html.replace(self._name, _in_html(shown)).replace(self._link, _in_html(link)),
        )

    def _form(self, name: str, language: str, values: Mapping[str, Any]) -> Letter:
        key = json.dumps([name, language, values], sort_keys=True, ensure_ascii=False)
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            return found
        form = self._renderer.render(
            name, language, values, to_name=self._name, unsubscribe_link=self._link
        )
        self._kept[key] = form
        self._size += _size(key, form)
        while self._size > self._most:
            self._size -= _size(*self._kept.popitem(last=False))
        return form


def _size(key: str, form: Letter) -> int:
    return len(key) + len(form.subject) + len(form.text) + len(form.html)


def _in_html(text: str) -> str:
    """A text as the inliner of the styles writes it out between tags."""
    for character, written in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\xa0", "&nbsp;")):
        text = text.replace(character, written)
    return text
