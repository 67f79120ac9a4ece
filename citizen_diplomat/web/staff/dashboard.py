"""The dashboard of staff: the work of today first, then how it goes over the weeks."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from flask import render_template, url_for
from flask_babel import LazyString, gettext, lazy_gettext

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.calendar import format_date
from citizen_diplomat.foundation.numbers import format_number, is_persian
from citizen_diplomat.moderation.conditions import QueueFilters
from citizen_diplomat.moderation.office import office
from citizen_diplomat.moderation.queries import COUNTED_TO
from citizen_diplomat.moderation.rules import Target
from citizen_diplomat.overview import load
from citizen_diplomat.overview.places import Place, places
from citizen_diplomat.overview.today import SHOWN, Today, today
from citizen_diplomat.overview.trends import Share, Week, trends
from citizen_diplomat.web.charts import Drawing, Series, columns, lines
from citizen_diplomat.web.database import db
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.signin import holds, request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.world_map import Mark

MOST_LINES = 10
"""How many cities or topics are told apart; the queue and its filters know them all."""
WORK: tuple[tuple[LazyString, LazyString], ...] = (
    (lazy_gettext("Overdue"), lazy_gettext("later than promised")),
    (lazy_gettext("Due today"), lazy_gettext("promised for the end of this day")),
    (lazy_gettext("Unassigned"), lazy_gettext("held by and given to nobody")),
    (lazy_gettext("Held too long"), lazy_gettext("by one person, for more than a day")),
)
"""Name and meaning of what is counted for today, in the order of `today.SHOWN`."""
AGE_WORDS: dict[str, LazyString] = {
    "0-2": lazy_gettext("up to 2 working days"),
    "3-5": lazy_gettext("3 to 5"),
    "6-8": lazy_gettext("6 to 8"),
    "9-10": lazy_gettext("9 to 10"),
    "more": lazy_gettext("more than 10"),
}
AGE_CLASSES = {"9-10": "c3", "more": "cr"}


@staff.page("/dashboard", duty=Duty.REVIEW)
def dashboard() -> str:
    """Show the figures of what the reader looks after."""
    viewer, at, of = signed_in().id, request_time(), office(db())
    found = trends(db(), of, viewer=viewer, at=at)
    coordinates = holds(Duty.STEER_REVIEWS)
    return render_template(
        "staff/dashboard/dashboard.html",
        work=_work(today(db(), viewer=viewer, at=at)),
        marks=_marks(places(db(), viewer=viewer, at=at)),
        trends=found,
        target=of.targets[Target.ANSWER],
        counts=_counts_drawn(found.weeks),
        days=_days_drawn(found.weeks, of.targets[Target.ANSWER]),
        ages=[
            (AGE_WORDS[age], number, AGE_CLASSES.get(age, "c2"))
            for age, number in found.backlog.items()
        ],
        cities=_most(found.cities),
        topics=_most(found.topics),
        loads=load.loads(db(), viewer=viewer, coordinates=coordinates, at=at),
        is_responsible=coordinates or load.is_head(db(), viewer),
    )


def _work(counted: Today) -> list[tuple[str, str, str, int, dict[str, str]]]:
    """Name, meaning, figure, count and the filters of the queue that list the same."""
    return [
        (str(name), str(meaning), _up_to(number), number, _values(filters))
        for (name, meaning), number, filters in zip(
            WORK, asdict(counted).values(), SHOWN, strict=True
        )
    ]


def _marks(found: Mapping[str, Place]) -> dict[str, Mark]:
    """A mark for each city with work, those with most that is overdue first, then most waiting."""
    rows = sorted(found.items(), key=lambda row: (-row[1].overdue, -row[1].waiting, row[0]))
    return {
        slug: Mark(url_for("staff.queue", city=slug), place.waiting, place.overdue)
        for slug, place in rows
    }


def _values(filters: QueueFilters) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(filters).items() if value}


def _up_to(number: int) -> str:
    shown = format_number(number, language())
    if number < COUNTED_TO:
        return shown
    return str(gettext("%(number)s or more", number=shown))


def _most(shares: Sequence[Share]) -> Sequence[Share]:
    return shares[:MOST_LINES]


def _write(value: float) -> str:
    return format_number(int(value) if value == int(value) else value, language())


def _labels(weeks: Sequence[Week]) -> list[str]:
    """The first day of each week, without its year."""
    return [format_date(week.first_day, language()).rpartition(" ")[0] for week in weeks]


def _counts_drawn(weeks: Sequence[Week]) -> Drawing:
    return columns(
        gettext("Proposals received and answered, week by week"),
        _short(_labels(weeks)),
        [
            Series("received", [week.received for week in weeks], "c1"),
            Series("answered", [week.answered for week in weeks], "c2"),
        ],
        write=_write,
        mirrored=is_persian(language()),
    )


def _days_drawn(weeks: Sequence[Week], target: int) -> Drawing:
    return lines(
        gettext("Working days until the first answer, week by week: median and 90th percentile"),
        _short(_labels(weeks)),
        [
            Series("ninetieth", [week.ninetieth for week in weeks], "c4", "l3"),
            Series("median", [week.median for week in weeks], "c1", "l1"),
        ],
        write=_write,
        mirrored=is_persian(language()),
        target=target,
    )


def _short(labels: Sequence[str]) -> list[str]:
    """Every other label, but not the newest: two side by side would touch, or the edge."""
    return [label if (len(labels) - place) % 2 == 0 else "" for place, label in enumerate(labels)]
