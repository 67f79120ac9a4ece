"""The mails that this room writes."""

from dataclasses import dataclass
from typing import ClassVar

from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.preference_rules import Kind


@dataclass(frozen=True)
class TranslationNews(Message):
    """Tells a volunteer what became of what they translated: `news` is one of `rules.Told`.

    At most one a day about each translation: the page says the rest.
    """

    name: ClassVar[str] = "translation_news"
    headline: ClassVar[tuple[str, ...]] = ("title", "news")
    mail_kind: ClassVar[Kind] = Kind.MINE

    title: str
    news: str
    link: str


@dataclass(frozen=True)
class TranslationWithdrawn(Message):
    """Tells who translated a paragraph that staff took it back, and why."""

    name: ClassVar[str] = "translation_withdrawn"
    headline: ClassVar[tuple[str, ...]] = ("title",)
    mail_kind: ClassVar[Kind] = Kind.MINE
    is_kept: ClassVar[bool] = True

    title: str
    text: str
    reason: str
    link: str
