"""The mails that this room writes."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.preference_rules import Kind


@dataclass(frozen=True)
class Newsletter(Message):
    """One issue as a letter to one reader; its row in the outbox only names the issue.

    `subjects` by language; `blocks` as `composing.blocks_of` gives them, in the reader's language;
    `link` leads to the issue on the site.
    """

    name: ClassVar[str] = "newsletter"
    bulk: ClassVar[bool] = True
    headline: ClassVar[tuple[str, ...] | None] = ("subjects",)
    mail_kind: ClassVar[Kind | None] = Kind.NEWSLETTER

    issue: int
    subjects: dict[str, str]
    link: str
    preferences_link: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class NewsletterTest(Newsletter):
    """The letter as it would look, to whoever of the staff asked for it; it lies in no inbox."""

    name: ClassVar[str] = "newsletter_test"
    bulk: ClassVar[bool] = False
    headline: ClassVar[tuple[str, ...] | None] = None
    mail_kind: ClassVar[Kind | None] = None
