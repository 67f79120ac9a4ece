"""How templates show figures, dates, names and what people wrote."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, g, get_flashed_messages, request, url_for
from flask_babel import gettext
from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from citizen_diplomat.accounts.rules import Duty, is_staff
from citizen_diplomat.foundation import calendar, markdown, numbers
from citizen_diplomat.foundation.comparison import line_direction
from citizen_diplomat.foundation.text import direction as text_direction
from citizen_diplomat.foundation.text import initials
from citizen_diplomat.web import reference
from citizen_diplomat.web.headers import is_shareable
from citizen_diplomat.web.languages import OWN_NAMES, alternates, direction, language
from citizen_diplomat.web.names import name_on, shown_author, shown_coauthor, shown_name
from citizen_diplomat.web.proposal_words import cost_word, duration_word
from citizen_diplomat.web.redirects import safe_path
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import account, holds, request_time, unread_letters
from citizen_diplomat.web.world_map import world_map

MEGABYTE = 1_000_000
THEMES = ("auto", "light", "dark")


def install(app: Flask) -> None:
    """Give templates the filters and the names that every page uses."""
    app.jinja_env.filters.update({name: _at_each_use(do) for name, do in _filters().items()})
    app.jinja_env.globals.update(
        icon=icon,
        icon_sprite=icon_sprite,
        asset=asset,
        page_url=page_url,
        may=lambda duty: holds(Duty(duty)),
        unread_letters=unread_letters,
        city_name=reference.city_name,
        topic_name=reference.topic_name,
        topic_icon=reference.topic_icon,
        skill_name=reference.skill_name,
        country_name=reference.country_name,
        language_name=reference.language_name,
        cost_word=cost_word,
        duration_word=duration_word,
        messages=lambda: [] if is_shareable() else get_flashed_messages(with_categories=True),
        language_names=OWN_NAMES,
        world_map=world_map,
    )
    app.context_processor(_about_this_page)


def _filters() -> dict[str, Callable[..., Any]]:
    return {
        "number": lambda value: numbers.format_number(value, language()),
        "digits": lambda value: numbers.format_identifier(value, language()),
        "file_size": file_size,
        "reference": lambda text: numbers.format_reference(text, language()),
        "percent": lambda value: numbers.format_percent(value, language()),
        "date": lambda value: calendar.format_date(local_day(value), language()),
        "date_both": lambda value: calendar.format_date_both(local_day(value), language()),
        "year_both": lambda value: calendar.format_year_both(local_day(value), language()),
        "weekday_date": lambda value: calendar.format_weekday_date(local_day(value), language()),
        "time": lambda value: calendar.format_time(value, reader_zone(), language()),
        "datetime": lambda value: calendar.format_datetime(value, reader_zone(), language()),
        # Yesterday ends at the reader's midnight, not at Greenwich's.
        "ago": lambda value: calendar.format_ago(
            value, request_time().astimezone(reader_zone()), language()
        ),
        "local_day": local_day,
        "isodate": lambda value: (
            value.isoformat(timespec="seconds")
            if isinstance(value, datetime)
            else value.isoformat()
        ),
        "initials": initials,
        "shown_name": shown_name,
        "shown_author": shown_author,
        "shown_coauthor": shown_coauthor,
        "name_on": name_on,
        # `render` sanitises.
        "markdown": lambda text, links=True: Markup(markdown.render(text, links=links)),  # noqa: S704
        "excerpt": markdown.plain,
        "text_direction": text_direction,
        "line_direction": line_direction,
    }


def _at_each_use(do: Callable[..., Any]) -> Callable[..., Any]:
    """Keep Jinja from working out `10|number` once, in the language of the first reader."""

    @pass_context
    def asked(_context: Context, *values: Any, **options: Any) -> Any:
        return do(*values, **options)

    return asked


def _about_this_page() -> dict[str, object]:
    person = account()
    theme = request.cookies.get("theme", "auto")
    return {
        "language": language(),
        "direction": direction(),
        "alternates": alternates(),
        "theme": theme if theme in THEMES else "auto",
        "account": person,
        "is_staff": person is not None and is_staff(person.roles),
        "anonymous_public": is_shareable(),
        "here": safe_path(request.full_path.rstrip("?")) or "/",
        "now": request_time(),
        "request_id": g.get("request_id", ""),
    }


def file_size(size: int) -> str:
    """How large a file is, as people say it: 640 kB, 2.1 MB."""
    if size < MEGABYTE:
        figure = numbers.format_number(max(1, round(size / 1000)), language())
        return str(gettext("%(size)s kB", size=figure))
    figure = numbers.format_number(round(size / MEGABYTE, 1), language())
    return str(gettext("%(size)s MB", size=figure))


def page_url(endpoint: str, **values: Any) -> str:
    """The address of a page in the reader's language."""
    return url_for(endpoint, **values)


def reader_zone() -> ZoneInfo:
    """The time zone of the reader: a member's own, else the municipality's."""
    person = account()
    return ZoneInfo(person.time_zone) if person else services().settings.timezone


def local_day(value: date | datetime) -> date:
    """The day on the reader's wall calendar."""
    return value.astimezone(reader_zone()).date() if isinstance(value, datetime) else value


def asset(name: str) -> str:
    """The address of a static file by its own name, such as "theme.css"."""
    return services().assets.url(name)


def icon(name: str, flip: bool = False, label: str | None = None) -> Markup:
    """An icon by its name; `flip` turns it in right-to-left pages; `label` is read out."""
    g.setdefault("icons", {})[name] = None
    css = "i i-flip" if flip else "i"
    # With a size of its own, so that a page whose stylesheet did not arrive can still be read.
    attributes = (
        Markup('role="img" aria-label="{}"').format(label)
        if label
        else Markup('aria-hidden="true"')
    )
    return Markup('<svg class="{}" width="18" height="18" {}><use href="#i-{}"/></svg>').format(
        css, attributes, name
    )


def icon_sprite() -> Markup:
    """The symbols of all icons that this page used, each once; stands at the end of the page."""
    symbols = Markup("").join(services().assets.icon(name) for name in g.get("icons", {}))
    return Markup('<svg width="0" height="0" hidden>{}</svg>').format(symbols)
