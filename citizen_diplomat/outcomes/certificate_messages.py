"""The mail about a certificate of service."""

from dataclasses import dataclass
from typing import ClassVar

from citizen_diplomat.mail.message import Message
from citizen_diplomat.mail.preference_rules import Kind


@dataclass(frozen=True)
class CertificateNews(Message):
    """Tells a member that a certificate was issued to them, or that one is no longer good.

    `state` is issued or revoked; `text` is what they did, in their language; `reason` one of
    `RevokeReason`, empty when issued.
    """

    name: ClassVar[str] = "certificate"
    headline: ClassVar[tuple[str, ...]] = ("state",)
    mail_kind: ClassVar[Kind] = Kind.MINE
    is_kept: ClassVar[bool] = True

    state: str
    text: str
    reason: str
    verify_link: str
    link: str
