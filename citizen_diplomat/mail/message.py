"""A mail as a value: what it says is data, how it looks is three templates of the same name."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from citizen_diplomat.mail.preference_rules import Kind

THREAD = "thread"
"""Under which name an outbox row keeps, beside the fields of a message, its `Message.thread`."""


@dataclass(frozen=True)
class Recipient:
    """Who a mail goes to, and in which language they read."""

    address: str
    name: str
    language: str
    account_id: int | None = None
    """Whose inbox on the site keeps an entry of it; None for an address that has none."""


@dataclass(frozen=True)
class Message:
    """Base of all mails. A subclass adds fields of plain JSON values and names its templates.

    `name` is the folder under templates/mail/ with subject.txt, body.txt and body.html.
    `bulk` mails carry a one-click unsubscribe link (RFC 8058) and can be suppressed.
    `headline` names the fields that its subject needs: they are kept in the reader's inbox for a
    year. Each message decides by itself; None, always for one with a one-time link, keeps nothing.
    `mail_kind` is what its reader may switch off (`preference_rules`); None: it always comes, for
    the safety of an account, by law, or because it has a switch of its own.
    `is_kept` ones lie in the inbox whatever their reader chose: they change what somebody may do,
    prove something, or wait for an answer.
    """

    name: ClassVar[str]
    bulk: ClassVar[bool] = False
    headline: ClassVar[tuple[str, ...] | None]
    mail_kind: ClassVar[Kind | None] = None
    is_kept: ClassVar[bool] = False

    def values(self) -> dict[str, Any]:
        """The fields as JSON values, for the outbox row and the templates."""
        return asdict(self)

    def headline_values(self) -> dict[str, Any]:
        """What the subject needs, for the inbox: neither a secret nor a link."""
        values = self.values()
        return {name: values[name] for name in self.headline or ()}

    def always_comes(self) -> bool:
        """Whether its reader must get it by mail whatever they chose."""
        return self.mail_kind is None

    def thread(self) -> str | None:
        """Names the letters that belong together: all those about one proposal.

        A field `number` is always that of the proposal.
        """
        number = getattr(self, "number", None)
        return None if number is None else f"proposal-{number}"

    def leads_to(self) -> str:
        """The full address of the page that it is about."""
        return str(self.values()["link"])
