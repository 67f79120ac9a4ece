"""A mail as a value: what it says is data, how it looks is three templates of the same name."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Recipient:
    """Who a mail goes to, and in which language they read."""

    address: str
    name: str
    language: str


@dataclass(frozen=True)
class Message:
    """Base of all mails. A subclass adds fields of plain JSON values and names its templates.

    `name` is the folder under templates/mail/ with subject.txt, body.txt and body.html.
    `bulk` mails carry a one-click unsubscribe link (RFC 8058) and can be suppressed.
    """

    name: ClassVar[str]
    bulk: ClassVar[bool] = False

    def values(self) -> dict[str, Any]:
        """The fields as JSON values, for the outbox row and the templates."""
        return asdict(self)
