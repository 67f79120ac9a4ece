"""Sending one mail: written in the reader's language, handed to whoever carries it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from citizen_diplomat.mail.delivery import Sender
from citizen_diplomat.mail.form_letters import FormLetters
from citizen_diplomat.mail.letter import Envelope, Letter, compose
from citizen_diplomat.mail.message import THREAD
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.rendering import Renderer

# Anybody may type any address and name into the registration form: what a stranger typed does not
# travel to an address that has not been confirmed.
WITHOUT_NAME = frozenset({"verify", "already_registered", "new_address", "address_taken"})


class NothingToSay(Exception):  # noqa: N818 - named for what happened to the letter
    """A mail that was posted before it was written turned out to have nothing to say."""


@dataclass(frozen=True)
class Fate:
    """What became of a mail: it left, or there was nothing to say."""

    row: OutboxMessage
    has_left: bool


class Composer(Protocol):
    """Knows what mails of one kind say, at the moment at which they are sent."""

    def compose(self, row: OutboxMessage) -> Mapping[str, Any]:
        """The values of the message; raises NothingToSay when it shall not leave."""
        ...

    def settle(self, session: Session, fates: Sequence[Fate], *, at: datetime) -> None:
        """Write down what became of mails that left or had nothing to say, with their rows."""
        ...


@dataclass(frozen=True)
class Office:
    """Who writes: the renderer, the sender's mailbox, our host name, our unsubscribe addresses.

    `composers` by the name of the message: of those, the row of the outbox says whom it is for and
    what about, and the composer says the rest. Their letters are rendered as `forms`.
    `return_path` gives the address that the mail of a number comes back to, if not the sender's.
    `way_out` gives the address at which the reader of a mail on their own affairs ends its kind.
    """

    renderer: Renderer
    mail_from: str
    host: str
    unsubscribe_link: Callable[[str], str]
    composers: Mapping[str, Composer] = field(default_factory=dict)
    forms: FormLetters | None = None
    return_path: Callable[[int], str] | None = None
    way_out: Callable[[OutboxMessage], str | None] | None = None

    def settle(self, session: Session, fates: Sequence[Fate], *, at: datetime) -> None:
        """Tell the composers of mails, those that have one, what became of them."""
        for name, composer in self.composers.items():
            if own := [fate for fate in fates if fate.row.name == name]:
                composer.settle(session, own, at=at)


def send(office: Office, sender: Sender, row: OutboxMessage) -> None:
    """Write a claimed mail and hand it over.

    Raises Refused, Delayed or Unreachable (`mail.delivery`) when it did not leave, HeaderInjection
    when a value would start a header of its own, TemplateError when its templates are wrong,
    NothingToSay when there is nothing to send.
    """
    sender.send(
        compose(write(office, row), _envelope(office, row)),
        sender=office.return_path(row.id) if office.return_path else office.mail_from,
        recipient=row.to_address,
        name=f"{row.created_at:%Y%m%dT%H%M%S.%fZ}-{row.id:06d}-{row.name}",
    )


def write(office: Office, row: OutboxMessage) -> Letter:
    """What the reader of a mail will see; raises TemplateError when its templates are wrong.

    Raises NothingToSay when its composer has nothing for them.
    """
    composer = office.composers.get(row.name)
    render = office.forms.render if composer and office.forms else office.renderer.render
    return render(
        row.name,
        row.language,
        composer.compose(row) if composer else row.values,
        to_name=row.to_name,
        unsubscribe_link=_unsubscribe_link(office, row),
    )


def _envelope(office: Office, row: OutboxMessage) -> Envelope:
    return Envelope(
        sender=office.mail_from,
        to_name="" if row.name in WITHOUT_NAME else row.to_name,
        to_address=row.to_address,
        language=row.language,
        message_id=row.message_id,
        host=office.host,
        at=row.created_at,
        thread=row.values.get(THREAD),
        list_name=row.name,
        unsubscribe_link=_unsubscribe_link(office, row) or _way_out(office, row),
    )


def _unsubscribe_link(office: Office, row: OutboxMessage) -> str | None:
    """What stands in the foot of mail to many, and in its headers."""
    return office.unsubscribe_link(row.unsubscribe_token) if row.unsubscribe_token else None


def _way_out(office: Office, row: OutboxMessage) -> str | None:
    return office.way_out(row) if row.kind is not None and office.way_out else None
