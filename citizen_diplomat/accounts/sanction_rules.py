"""What can be imposed on somebody who broke the rules, what each kind needs, and by whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from citizen_diplomat.accounts.rules import Duty, Role, is_staff, may

FACTS_LENGTH = 5_000
ENDING_LENGTH = 2_000
APPEAL_LENGTH = 5_000
LONGEST = timedelta(days=731)
"""No limit and no suspension lasts longer than two years; it can be imposed anew."""
MOST_ACTS_A_DAY = 50
APPEAL_WITHIN = timedelta(days=183)
"""How long one can appeal: six months at least (Digital Services Act, art. 20(1))."""


class SanctionKind(StrEnum):
    """What is imposed."""

    WARN = "warn"
    LIMIT = "limit"
    """At most so many proposals sent, comments and messages a day."""
    SUSPEND = "suspend"
    """No signing in until a day."""
    CLOSE = "close"
    """No signing in, without an end."""


BARRING = frozenset({SanctionKind.SUSPEND, SanctionKind.CLOSE})
"""Who has one of these cannot sign in, and hears of nothing but that."""
ENDS_BY_ITSELF = frozenset({SanctionKind.LIMIT, SanctionKind.SUSPEND})


class Breach(StrEnum):
    """Which rule was broken: the same that words are taken out for (`community.rules.Ground`)."""

    INSULT = "insult"
    HATRED = "hatred"
    PRIVATE = "private"
    FALSEHOOD = "falsehood"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    OTHER = "other"


class Hidden(StrEnum):
    """What a sanction can hide of somebody."""

    COMMENT = "comment"
    PROPOSAL = "proposal"
    PROFILE = "profile"


class Ending(StrEnum):
    """How a sanction came to its end."""

    LIFTED = "lifted"
    RAN_OUT = "ran_out"
    APPEALED = "appealed"
    """Somebody else found on appeal that it should not stand."""


@dataclass(frozen=True)
class Measure:
    """What shall be imposed and why, as it will be stated (Digital Services Act, art. 17(3))."""

    kind: SanctionKind
    breach: Breach
    facts: str
    was_reported: bool
    """Found because members had reported it; else the office looked of its own accord."""
    hides: bool
    ends_at: datetime | None = None
    acts_a_day: int | None = None


def is_complete(measure: Measure, *, at: datetime) -> bool:
    """Whether a measure says all that its kind needs, and nothing that it cannot have."""
    ends, kind = measure.ends_at, measure.kind
    if not measure.facts.strip() or (ends is not None) != (kind in ENDS_BY_ITSELF):
        return False
    if ends is not None and not at < ends <= at + LONGEST:
        return False
    acts = measure.acts_a_day
    if kind is not SanctionKind.LIMIT:
        return acts is None
    return acts is not None and 0 < acts <= MOST_ACTS_A_DAY


def may_impose(by: int, by_roles: Collection[Role], on: int, on_roles: Collection[Role]) -> bool:
    """Whether `by` may sanction `on`: never oneself, and staff only as an administrator."""
    if by == on or not may(by_roles, Duty.SANCTION):
        return False
    return not is_staff(on_roles) or Role.ADMIN in by_roles


def may_appeal(
    begun_at: datetime, ending: Ending | None, *, has_appealed: bool, at: datetime
) -> bool:
    """Whether one can still object: once, within six months, unless it was lifted anyway."""
    is_over = ending in {Ending.LIFTED, Ending.APPEALED}
    return not has_appealed and not is_over and at <= begun_at + APPEAL_WITHIN
