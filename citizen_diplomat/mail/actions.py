"""Sending one mail: written in the reader's language, handed to whoever carries it."""

from collections.abc import Callable
from dataclasses import dataclass

from citizen_diplomat.mail.delivery import Sender
from citizen_diplomat.mail.letter import Envelope, Letter, compose
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.rendering import Renderer

# Anybody may type any address and name into the registration form: what a stranger typed does not
# travel to an address that has not been confirmed.
WITHOUT_NAME = frozenset({"verify", "already_registered"})


@dataclass(frozen=True)
class Office:
    """Who writes: the renderer, the sender's mailbox, our host name, our unsubscribe addresses."""

    renderer: Renderer
    mail_from: str
    host: str
    unsubscribe_link: Callable[[str], str]


def send(office: Office, sender: Sender, row: OutboxMessage) -> None:
    """Write a claimed mail and hand it over.

    Raises Refused, Delayed or Unreachable (`mail.delivery`) when it did not leave, HeaderInjection
    when a value would start a header of its own, TemplateError when its templates are wrong.
    """
    sender.send(
        compose(write(office, row), _envelope(office, row)),
        sender=office.mail_from,
        recipient=row.to_address,
        name=f"{row.created_at:%Y%m%dT%H%M%S.%fZ}-{row.id:06d}-{row.name}",
    )


def write(office: Office, row: OutboxMessage) -> Letter:
    """What the reader of a mail will see; raises TemplateError when its templates are wrong."""
    return office.renderer.render(
        row.name,
        row.language,
        row.values,
        to_name=row.to_name,
        unsubscribe_link=_unsubscribe_link(office, row),
    )


def _envelope(office: Office, row: OutboxMessage) -> Envelope:
    number = row.values.get("number")
    return Envelope(
        sender=office.mail_from,
        to_name="" if row.name in WITHOUT_NAME else row.to_name,
        to_address=row.to_address,
        language=row.language,
        message_id=row.message_id,
        host=office.host,
        at=row.created_at,
        thread=f"proposal-{number}" if number is not None else None,
        list_name=row.name,
        unsubscribe_link=_unsubscribe_link(office, row),
    )


def _unsubscribe_link(office: Office, row: OutboxMessage) -> str | None:
    return office.unsubscribe_link(row.unsubscribe_token) if row.unsubscribe_token else None
