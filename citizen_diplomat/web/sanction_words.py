"""Sanctions in words, and what the pages about one show, for members and staff alike."""

from collections.abc import Mapping
from typing import Any

from flask_babel import LazyString, gettext, lazy_gettext

from citizen_diplomat.accounts.sanction_rules import (
    APPEAL_WITHIN,
    Breach,
    Ending,
    SanctionKind,
    may_appeal,
)
from citizen_diplomat.accounts.sanctions import Sanction
from citizen_diplomat.community.rules import Ground
from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.moderation.sanction_appeals import SanctionAppeal
from citizen_diplomat.moderation.sanctions import MOMENT
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.report_words import GROUNDS
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time

KINDS: Mapping[SanctionKind, LazyString] = {
    SanctionKind.WARN: lazy_gettext("Warning"),
    SanctionKind.LIMIT: lazy_gettext("Limit"),
    SanctionKind.SUSPEND: lazy_gettext("Suspension"),
    SanctionKind.CLOSE: lazy_gettext("Account closed by the office"),
}
BREACHES: Mapping[Breach, LazyString] = {breach: GROUNDS[Ground(breach)] for breach in Breach}
ENDINGS: Mapping[Ending, LazyString] = {
    Ending.LIFTED: lazy_gettext("Lifted by the office"),
    Ending.RAN_OUT: lazy_gettext("Over: its last day has passed"),
    Ending.APPEALED: lazy_gettext("Taken back after an appeal"),
}


def scope(sanction: Sanction) -> str:
    """What a sanction means for the person."""
    match SanctionKind(sanction.kind):
        case SanctionKind.WARN:
            return str(gettext("Nothing else changes; the warning is kept."))
        case SanctionKind.LIMIT:
            most = format_number(sanction.acts_a_day or 0, language())
            return str(
                gettext(
                    "At most %(most)s proposals, comments and messages within any 24 hours.",
                    most=most,
                )
            )
        case SanctionKind.SUSPEND:
            return str(gettext("No signing in, and no letters but those about this."))
        case SanctionKind.CLOSE:
            return str(gettext("No signing in, without an end date."))


def shown(sanction: Sanction, appeal: SanctionAppeal | None) -> dict[str, Any]:
    """A sanction and its appeal as their pages read them; days are the municipality's."""
    zone = services().settings.timezone
    ending = Ending(sanction.ending) if sanction.ending else None
    ends_at = sanction.ends_at
    return {
        "sanction": sanction,
        "appeal": appeal,
        "kinds": KINDS,
        "breaches": BREACHES,
        "endings": ENDINGS,
        "scope": scope,
        "last_day": (ends_at - MOMENT).astimezone(zone).date() if ends_at else None,
        "is_in_force": sanction.is_in_force(request_time()),
        "may_appeal": may_appeal(
            sanction.begun_at, ending, has_appealed=appeal is not None, at=request_time()
        ),
        "appeal_until": sanction.begun_at + APPEAL_WITHIN,
    }
