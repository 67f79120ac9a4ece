"""How an event is told: its title and phase, its hours by each clock, its day in the lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Flask
from flask_babel import LazyString, gettext, lazy_gettext

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.events.letters import times_of, title_for
from citizen_diplomat.events.model import Event, Question
from citizen_diplomat.events.rules import Held, Refusal, Sort, shown_code
from citizen_diplomat.foundation import calendar
from citizen_diplomat.foundation.numbers import format_identifier, is_persian, persian_digits
from citizen_diplomat.web.filters import reader_zone
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.reference import city_name, reference
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import account

SORTS: Mapping[Sort, LazyString] = {
    Sort.MEETING: lazy_gettext("Meeting"),
    Sort.FESTIVAL: lazy_gettext("Festival"),
}
HELD: Mapping[Held, LazyString] = {
    Held.ONLINE: lazy_gettext("Online"),
    Held.PLACE: lazy_gettext("At a place"),
    Held.BOTH: lazy_gettext("At a place and online"),
}
REFUSALS: Mapping[Refusal, LazyString] = {
    Refusal.NOT_PUBLIC: lazy_gettext("This event does not take place."),
    Refusal.BEGUN: lazy_gettext("It has begun; nobody can register any more."),
    Refusal.CLOSED: lazy_gettext("Registration is closed."),
    Refusal.SUSPENDED: lazy_gettext("Your account is suspended: you cannot register."),
}


@dataclass(frozen=True)
class Hours:
    """From when until when an event is, by one clock."""

    whose: str
    """Whose clock it is, in words."""
    first: str
    """Its first day with the weekday, in both calendars."""
    begins: str
    ends: str
    last: str
    """Its last day, where that is another one."""


def install(app: Flask) -> None:
    """Give templates the names of events."""
    app.jinja_env.globals.update(
        event_title=event_title,
        event_hours=hours_of,
        event_day=day_of,
        event_sort=lambda event: SORTS[Sort(event.sort)],
        event_held=lambda event: HELD[Held(event.held)],
        question_text=question_text,
        shown_code=shown_code,
    )


def event_title(event: Event) -> str:
    """The title in the reader's language; of one that is not whole, in the other one."""
    return title_for(event, language()) or gettext("Untitled")


def question_text(question: Question) -> str:
    """What is asked at registration, in the reader's language."""
    return question.text_fa if is_persian(language()) else question.text_en


def hours_of(event: Event) -> list[Hours]:
    """The hours of a dated event by the clock of the reader, its own and Isfahan's, each once."""
    home = services().settings.timezone
    words = {
        "yours": own_clock(),
        "there": clock_of(event),
        "isfahan": gettext("Isfahan time"),
    }
    rows = times_of(event, reader_zone(), home)
    return [hours_in_words(row, words[row["whose"]]) for row in rows]


def hours_in_words(row: Mapping[str, str], whose: str) -> Hours:
    """One line of `times_of` as it is read."""
    return Hours(
        whose,
        _both(date.fromisoformat(row["day"])),
        _clock(row["begins"]),
        _clock(row["ends"]),
        _both(date.fromisoformat(row["last_day"])) if row["last_day"] != row["day"] else "",
    )


def event_in_brief(event: Event) -> str:
    """When and where a dated event is, the same for every reader; of a cancelled one, why not."""
    if event.cancelled_at is not None:
        reason = event.cancel_reason_fa if is_persian(language()) else event.cancel_reason_en
        return f"{REFUSALS[Refusal.NOT_PUBLIC]} {reason}".strip()
    words = {"yours": clock_of(event), "isfahan": gettext("Isfahan time")}
    rows = times_of(event, event.zone, services().settings.timezone)
    said = [_in_a_line(hours_in_words(row, words[row["whose"]])) for row in rows]
    place = city_name(event.place_city) if event.has_place and event.place_city else ""
    return "\n".join(filter(None, (*said, str(HELD[Held(event.held)]), place)))


def clock_of(event: Event) -> str:
    """Whose clock the hours of an event are by, in words."""
    if event.time_zone == services().settings.timezone.key:
        return str(gettext("Isfahan time"))
    return str(gettext("Time in %(place)s", place=zone_name(event)))


def own_clock() -> str:
    """Whose clock the reader's hours are by, in words."""
    return str(gettext("Your time") if account() else gettext("Isfahan time"))


def day_of(event: Event) -> tuple[str, str]:
    """The day on which it begins where the reader is: its figure and the name of its month."""
    assert event.starts_at is not None
    day = event.starts_at.astimezone(reader_zone()).date()
    in_jalali = calendar.jalali(day) if is_persian(language()) else None
    if in_jalali is None:
        months = calendar.GREGORIAN_MONTHS["fa" if is_persian(language()) else "en"]
        return format_identifier(day.day, language()), months[day.month - 1]
    month = calendar.JALALI_MONTHS["fa"][in_jalali.month - 1]
    return format_identifier(in_jalali.day, language()), month


def zone_name(event: Event) -> str:
    """What the clock of an event is called: a city where it is that time, or the zone's name."""
    known = reference().cities
    slugs = [event.place_city] if event.has_place and event.place_city else []
    slugs += [*event.city_slugs, *known]
    for slug in slugs:
        if slug in known and known[slug].time_zone == event.time_zone:
            return city_name(slug)
    return event.time_zone.rpartition("/")[2].replace("_", " ")


def zone_choices() -> list[tuple[str, str]]:
    """The time zones of all cities, each with the names of its cities, Isfahan's first."""
    cities: dict[str, list[str]] = {}
    for slug, city in reference().cities.items():
        cities.setdefault(city.time_zone, []).append(city_name(slug))
    comma = "، " if is_persian(language()) else ", "
    return [(zone, comma.join(names)) for zone, names in cities.items()]


def owner_of(item_owner: Account | None, name: str) -> str:
    """Who promised something: a colleague's name, or what was written."""
    return item_owner.display_name if item_owner else name


def _in_a_line(hours: Hours) -> str:
    comma = "، " if is_persian(language()) else ", "
    ends = comma.join(filter(None, (hours.last, hours.ends)))
    told = gettext("%(begins)s to %(ends)s", begins=hours.begins, ends=ends)
    return f"{hours.first}{comma}{told} ({hours.whose})"


def _both(day: date) -> str:
    weekday = calendar.WEEKDAYS["fa" if is_persian(language()) else "en"][day.weekday()]
    return f"{weekday} {calendar.format_date_both(day, language())}"


def _clock(figures: str) -> str:
    return persian_digits(figures) if is_persian(language()) else figures
