"""The briefing pack of a city in words, once for the page and the document alike.

All of it is text in the language of the pack, made ready to be shown; a title that a member wrote
carries its own language. Whoever lays it out adds nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from flask_babel import LazyString, gettext, lazy_gettext

from citizen_diplomat.calls.model import Call
from citizen_diplomat.cities.model import City
from citizen_diplomat.cities.rules import FEW, CityStatus, shown_count
from citizen_diplomat.foundation import markdown
from citizen_diplomat.foundation.calendar import format_date_both
from citizen_diplomat.foundation.numbers import format_number, format_reference
from citizen_diplomat.overview.briefing import (
    ANSWERED_STATES,
    OPEN_STATES,
    PROMISE_AFTER,
    Entry,
    Help,
    Pack,
    Standing,
)
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.web.briefing_meetings import meetings, news
from citizen_diplomat.web.briefing_paper import (
    Paper,
    Row,
    Section,
    day_at_home,
    listed,
    plain,
    said,
)
from citizen_diplomat.web.call_words import PHASES, call_title
from citizen_diplomat.web.languages import direction, language
from citizen_diplomat.web.outcome_words import STATES as OUTCOMES
from citizen_diplomat.web.reference import city_name, country_name, skill_name, topic_name
from citizen_diplomat.web.relation_words import agreement

LONGEST_SAID = 400
"""Characters of an answer; the whole of it stands on the page of the proposal."""
RELATIONS: Mapping[CityStatus, LazyString] = {
    CityStatus.TWINNED: lazy_gettext("Sister city"),
    CityStatus.MEMORANDUM: lazy_gettext("Memorandum signed"),
    CityStatus.REVIVED: lazy_gettext("Sister city, contacts revived"),
    CityStatus.DORMANT: lazy_gettext("Sister city, contacts at rest"),
    CityStatus.SUSPENDED: lazy_gettext("Official contacts suspended"),
    CityStatus.PREPARATION: lazy_gettext("Agreement in preparation"),
}
STATES: Mapping[State, LazyString] = {
    State.SUBMITTED: lazy_gettext("Submitted"),
    State.IN_REVIEW: lazy_gettext("In review"),
    State.CHANGES_REQUESTED: lazy_gettext("Changes requested"),
    State.APPEALED: lazy_gettext("Appealed"),
    State.DECLINED: lazy_gettext("Declined"),
    State.DUPLICATE: lazy_gettext("Duplicate"),
}
HELP: Mapping[Help, LazyString] = {
    Help.OFFERED: lazy_gettext("Members offer their help"),
    Help.AGREED: lazy_gettext("Members help with it"),
}


def paper_of(pack: Pack) -> Paper:
    """The pack in the language of the page."""
    city = pack.city
    name = city_name(city.slug)
    return Paper(
        language=language(),
        direction=direction(),
        office=gettext("International Relations Office of the Municipality of Isfahan"),
        city=name,
        title=gettext("Briefing: %(city)s", city=name),
        facts=tuple(filter(None, _relation(city))),
        about=city.description_fa if language() == "fa" else city.description_en,
        made=gettext("As of %(day)s", day=day_at_home(pack.at)),
        note=gettext("For the office alone: it tells of proposals that are not public."),
        page=gettext("Page {page} of {pages}"),
        figures=_figures(pack),
        sections=(
            _promises(pack),
            _accepted(pack),
            _answered(pack),
            _waiting(pack),
            _calls(pack),
            meetings(pack),
            news(pack),
            _members(pack),
        ),
    )


def few(number: int) -> str:
    """A number of members as it may be told."""
    shown = shown_count(number)
    if shown is None and number:
        return str(gettext("fewer than %(number)s", number=format_number(FEW, language())))
    return format_number(shown or 0, language())


def _relation(city: City) -> Iterable[str]:
    yield str(RELATIONS[CityStatus(city.status)])
    yield country_name(city.country)
    signed = agreement(city)
    yield gettext("first agreement: %(day)s", day=signed) if signed else ""
    yield listed(map(topic_name, city.topic_slugs))


def _figures(pack: Pack) -> tuple[tuple[str, str], ...]:
    def counted(states: Sequence[State]) -> str:
        return format_number(sum(pack.counts.get(state, 0) for state in states), language())

    return (
        (gettext("Accepted"), counted((State.ACCEPTED,))),
        (gettext("Waiting"), counted(OPEN_STATES)),
        (gettext("Declined or duplicate"), counted(ANSWERED_STATES)),
        (gettext("Members there"), few(pack.city.member_count)),
        (gettext("Willing to help"), few(pack.willing)),
    )


def _promises(pack: Pack) -> Section:
    days = format_number(PROMISE_AFTER.days, language())
    return Section(
        "promises",
        gettext("What was promised"),
        gettext("Accepted more than %(days)s days ago, the oldest first.", days=days),
        rows=tuple(_accepted_row(entry, pack.standings[entry.number]) for entry in pack.promises),
        empty=gettext("Nothing was promised so long ago."),
    )


def _accepted(pack: Pack) -> Section:
    return Section(
        "accepted",
        gettext("Accepted lately"),
        rows=tuple(_accepted_row(entry, pack.standings[entry.number]) for entry in pack.accepted),
        empty=gettext("Nothing was accepted lately."),
    )


def _answered(pack: Pack) -> Section:
    return Section(
        "answered",
        gettext("Answered with a no"),
        gettext("With the reason that was given. These proposals are not public."),
        rows=tuple(_row(entry) for entry in pack.answered),
        empty=gettext("No proposal for this city was declined."),
    )


def _waiting(pack: Pack) -> Section:
    counts = ((STATES[state], pack.counts.get(state, 0)) for state in OPEN_STATES)
    figures = tuple((str(word), format_number(n, language())) for word, n in counts if n)
    return Section(
        "waiting",
        gettext("Still open at the desk"),
        gettext("Counted whole; listed is what you look after.") if figures else "",
        figures=figures,
        rows=tuple(_row(entry) for entry in pack.waiting),
        empty="" if figures else gettext("Nothing waits for an answer."),
    )


def _calls(pack: Pack) -> Section:
    return Section(
        "calls",
        gettext("Calls"),
        rows=tuple(_call(call, pack.at) for call in pack.calls),
        empty=gettext("Isfahan has asked this city nothing yet."),
    )


def _members(pack: Pack) -> Section:
    return Section(
        "members",
        gettext("Who would help"),
        gettext("Members there who offered a skill, counted by skill."),
        figures=tuple((skill_name(slug), few(number)) for slug, number in pack.skills),
        empty="" if pack.skills else gettext("Nobody there has offered a skill yet."),
    )


def _row(entry: Entry) -> Row:
    """A proposal that is not public, with the reason if it was answered."""
    return Row(
        title=plain(entry.title),
        language=entry.language,
        mark=str(STATES[entry.state]),
        facts=tuple(_facts(entry)),
        said=tuple(said(entry.answer.reason(language()))) if entry.answer else (),
    )


def _accepted_row(entry: Entry, standing: Standing) -> Row:
    """A proposal that everybody reads, what was promised, and what became of it."""
    author = plain(entry.author) if entry.author else gettext("a former member")
    help_word = HELP.get(standing.help)
    facts = (*_facts(entry), author, *([str(help_word)] if help_word else []))
    answer = entry.answer
    texts = (
        [answer.reason(language()), markdown.plain(answer.message, LONGEST_SAID)] if answer else []
    )
    return Row(
        title=plain(entry.title),
        language=entry.language,
        mark=str(OUTCOMES[standing.state]),
        facts=facts,
        said=tuple(said(*texts, *_steps(standing))),
    )


def _facts(entry: Entry) -> Iterator[str]:
    yield format_reference(entry.reference, language())
    if entry.topic_slug:
        yield topic_name(entry.topic_slug)
    yield day_at_home(entry.at)


def _steps(standing: Standing) -> Iterator[str]:
    """The steps that everybody reads, or why it was stopped."""
    trail = standing.trail
    if trail is None:
        return
    if trail.stopped_at:
        yield gettext("Stopped: %(reason)s", reason=trail.reason(language()))
    for step, day, word in (
        (trail.last_step, trail.last_step and trail.last_step.done_on, gettext("Last step")),
        (trail.next_step, trail.next_step and trail.next_step.planned_on, gettext("Next step")),
    ):
        if step is not None:
            comma = "،" if language() == "fa" else ","
            when = f"{comma} {format_date_both(day, language())}" if day else ""
            yield f"{word}{when}: {step.text(language())}"


def _call(call: Call, at: datetime) -> Row:
    closes = gettext("closes %(day)s", day=day_at_home(call.closes_at)) if call.closes_at else ""
    return Row(plain(call_title(call)), language(), str(PHASES[call.phase(at)]), (closes,))
