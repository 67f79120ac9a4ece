"""What the bands of a proposal, cost and duration, are called in the reader's language."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.proposals.rules import Cost, Duration

COSTS: Mapping[Cost, LazyString] = {
    Cost.NONE: lazy_gettext("No money"),
    Cost.UNDER_1000: lazy_gettext("Up to 1,000 euros"),
    Cost.UNDER_10000: lazy_gettext("1,000 to 10,000 euros"),
    Cost.UNDER_100000: lazy_gettext("10,000 to 100,000 euros"),
    Cost.MORE: lazy_gettext("More than 100,000 euros"),
    Cost.UNKNOWN: lazy_gettext("Not known yet"),
}

DURATIONS: Mapping[Duration, LazyString] = {
    Duration.WEEKS: lazy_gettext("A few weeks"),
    Duration.MONTHS: lazy_gettext("A few months"),
    Duration.YEAR: lazy_gettext("About a year"),
    Duration.YEARS: lazy_gettext("Several years"),
    Duration.LASTING: lazy_gettext("Without an end"),
}


def cost_word(value: str | None) -> str:
    """The words of a cost band; nothing where there is none."""
    return str(COSTS[Cost(value)]) if value else ""


def duration_word(value: str | None) -> str:
    """The words of a duration; nothing where there is none."""
    return str(DURATIONS[Duration(value)]) if value else ""
