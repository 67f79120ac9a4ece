"""How news is told: its words in the reader's language, and what a correction changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Flask
from flask_babel import LazyString, gettext, lazy_gettext

from citizen_diplomat.foundation import atom
from citizen_diplomat.foundation.comparison import compare
from citizen_diplomat.news.model import News, Words
from citizen_diplomat.news.rules import Stage
from citizen_diplomat.web.comparing import Comparison, Field
from citizen_diplomat.web.feed_words import directed
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.services import services

STAGES: Mapping[Stage, LazyString] = {
    Stage.DRAFT: lazy_gettext("Not published yet"),
    Stage.SCHEDULED: lazy_gettext("Scheduled"),
    Stage.PUBLIC: lazy_gettext("Public"),
    Stage.WITHDRAWN: lazy_gettext("Withdrawn"),
}
LABELS: Mapping[str, LazyString] = {
    "title_fa": lazy_gettext("Title in Persian"),
    "title_en": lazy_gettext("Title in English"),
    "summary_fa": lazy_gettext("Summary in Persian"),
    "summary_en": lazy_gettext("Summary in English"),
    "body_fa": lazy_gettext("Text in Persian"),
    "body_en": lazy_gettext("Text in English"),
}


@dataclass(frozen=True)
class Told:
    """The words of a piece of news in one language."""

    title: str
    summary: str
    body: str


def install(app: Flask) -> None:
    """Give templates the words of news."""
    app.jinja_env.globals.update(news_title=news_title, told_news=told)


def news_title(news: News) -> str:
    """The title in the reader's language; of one that is not whole, in the other one."""
    return news.title(language()) or gettext("Untitled")


def told(words: News | Words, code: str | None = None) -> Told:
    """What it says in the reader's language, or in another one."""
    spoken = "fa" if (code or language()) == "fa" else "en"
    return Told(*(getattr(words, f"{name}_{spoken}") for name in ("title", "summary", "body")))


def news_entry(row: News) -> atom.Entry:
    """A public piece of news in feeds that everybody may read, in the reader's language."""
    words = told(row)
    assert row.published_at is not None
    return atom.Entry(
        # The same piece of news in the other language is another entry of another feed.
        key=f"{services().settings.base_url}/{language()}/news/{row.number}",
        title=directed(words.title, language()),
        link=absolute(language(), "public.news", number=row.number),
        updated=row.corrected_at or row.published_at,
        language=language(),
        summary=directed(words.summary, language()),
    )


def compared_words(before: Words, after: Words) -> Comparison:
    """What was changed on the way from one wording to the other, in both languages."""
    fields: list[Field] = []
    same: Sequence[LazyString] = [
        label for name, label in LABELS.items() if getattr(before, name) == getattr(after, name)
    ]
    for name, label in LABELS.items():
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            fields.append(Field(label, lines=compare(old, new)))
    return Comparison(fields, same)
