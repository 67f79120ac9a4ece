"""What was arranged with a city and told of it, in the words of its briefing pack."""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import LazyString, gettext, lazy_gettext

from citizen_diplomat.events.model import ActionItem
from citizen_diplomat.events.rules import Phase, Sort
from citizen_diplomat.foundation.calendar import format_date_both
from citizen_diplomat.foundation.text import direction, isolate
from citizen_diplomat.news.model import News
from citizen_diplomat.overview.briefing import Pack
from citizen_diplomat.overview.briefing_meetings import Meeting
from citizen_diplomat.web.briefing_paper import Row, Section, day_at_home, plain, said
from citizen_diplomat.web.event_words import SORTS, event_title, owner_of
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.news_words import told

WHEN: Mapping[Phase, LazyString] = {
    Phase.COMING: lazy_gettext("To come"),
    Phase.RUNNING: lazy_gettext("Now"),
    Phase.OVER: lazy_gettext("Over"),
}


def meetings(pack: Pack) -> Section:
    """Events with the city, and what was promised there."""
    return Section(
        "meetings",
        gettext("Meetings and festivals"),
        gettext("What comes, then what was, with what was promised there."),
        rows=tuple(_meeting(meeting, pack.at) for meeting in pack.meetings),
        empty=gettext("No meeting with this city was published yet."),
    )


def news(pack: Pack) -> Section:
    """What everybody was told of the city."""
    return Section(
        "news",
        gettext("News"),
        rows=tuple(_piece(piece) for piece in pack.news),
        empty=gettext("Nothing was told of this city yet."),
    )


def _meeting(meeting: Meeting, at: datetime) -> Row:
    event = meeting.event
    facts = [str(SORTS[Sort(event.sort)]), day_at_home(event.starts_at) if event.starts_at else ""]
    return Row(
        plain(event_title(event)),
        language(),
        str(WHEN[event.phase(at)]),
        tuple(filter(None, facts)),
        tuple(map(_promise, meeting.promises)),
    )


def _promise(item: ActionItem) -> tuple[str, str]:
    """What was promised, by whom and until when; names and days keep to themselves in the line."""
    text = item.text_fa if language() == "fa" else item.text_en
    until = format_date_both(item.due_on, language()) if item.due_on else ""
    parts = (text, owner_of(item.owner, item.owner_name), until)
    return " · ".join(isolate(plain(part)) for part in parts if part), direction(text)


def _piece(piece: News) -> Row:
    assert piece.published_at is not None, "everybody reads it"
    words = told(piece)
    texts = tuple(said(words.summary))
    return Row(plain(words.title), language(), day_at_home(piece.published_at), (), texts)
