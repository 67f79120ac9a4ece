"""The mails on sanctions; each always comes, for it tells of rights (DSA, art. 17 and 20)."""

from dataclasses import dataclass
from typing import ClassVar

from citizen_diplomat.mail.message import Message


@dataclass(frozen=True)
class SanctionImposed(Message):
    """Tells somebody what is imposed on them and why: a statement of reasons (DSA, art. 17(3)).

    `kind` is a SanctionKind, `breach` the rule (Breach); `acts_a_day` is 0 without a limit; the
    days are ISO dates of the municipality, `ends_on` the last one, None without an end. `link`
    opens the statement without signing in, `own_link` the list of one's own.
    """

    name: ClassVar[str] = "sanction"
    headline: ClassVar[tuple[str, ...]] = ("kind",)

    kind: str
    breach: str
    facts: str
    was_reported: bool
    hides: bool
    acts_a_day: int
    begins_on: str
    ends_on: str | None
    link: str
    own_link: str

    def leads_to(self) -> str:
        """The list of one's own: the inbox keeps no address that opens without signing in."""
        return self.own_link


@dataclass(frozen=True)
class SanctionEnded(Message):
    """Tells somebody that a sanction has ended, how (Ending) and why.

    `hid`: what it hid of them can be seen again.
    """

    name: ClassVar[str] = "sanction_ended"
    headline: ClassVar[tuple[str, ...]] = ("kind", "ending")

    kind: str
    ending: str
    reason: str
    hid: bool
    link: str
    own_link: str

    def leads_to(self) -> str:
        """As `SanctionImposed`."""
        return self.own_link


@dataclass(frozen=True)
class SanctionUpheld(Message):
    """Tells somebody that a sanction stands although they appealed, and why."""

    name: ClassVar[str] = "sanction_upheld"
    headline: ClassVar[tuple[str, ...]] = ("kind",)

    kind: str
    explanation: str
    ends_on: str | None
    link: str
    own_link: str

    def leads_to(self) -> str:
        """As `SanctionImposed`."""
        return self.own_link
