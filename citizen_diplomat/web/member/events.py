"""Registering for an event, giving the seat up, and one's own events."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.events import queries, seats
from citizen_diplomat.events.model import Event, Question
from citizen_diplomat.events.rules import ANSWER_LENGTH, MOST_QUESTIONS
from citizen_diplomat.events.seats import Refused
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.database import db
from citizen_diplomat.web.event_calendar import file_of
from citizen_diplomat.web.event_letters import letters
from citizen_diplomat.web.event_words import REFUSALS, question_text
from citizen_diplomat.web.forms import BaseForm, line
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.throttle import throttled_by_member

SEATS_PER_MEMBER = "20 per 10 minutes; 100 per day"
"""Each seat that is taken and given up again writes letters, to others too."""
FIELDS = tuple(f"answer_{number}" for number in range(1, MOST_QUESTIONS + 1))


class RegistrationForm(BaseForm):
    """Answers to what an event asks; those beyond its questions are not shown and not read."""

    answer_1 = line("", longest=ANSWER_LENGTH, required=False)
    answer_2 = line("", longest=ANSWER_LENGTH, required=False)
    answer_3 = line("", longest=ANSWER_LENGTH, required=False)
    answer_4 = line("", longest=ANSWER_LENGTH, required=False)
    answer_5 = line("", longest=ANSWER_LENGTH, required=False)

    def __init__(self, questions: tuple[Question, ...], *args: Any, **options: Any) -> None:
        """Leave the fields of these questions, each under its words."""
        super().__init__(*args, **options)
        self.asked = dict(zip(FIELDS, questions, strict=False))
        for name in FIELDS:
            if name in self.asked:
                self[name].label.text = question_text(self.asked[name])
            else:
                del self[name]

    def is_right(self) -> bool:
        """Whether all is answered that must be; if not, the errors stand beside their fields."""
        self.validate()
        for name, question in self.asked.items():
            if question.is_required and not self[name].data and not self[name].errors:
                self.refuse(name, gettext("Please answer this question."))
        return not self.errors

    def answers(self) -> list[dict[str, str]]:
        """What was answered, each with the question in both languages."""
        return [
            {"fa": question.text_fa, "en": question.text_en, "text": self[name].data}
            for name, question in self.asked.items()
            if self[name].data
        ]


@member.get("/events/<number:number>/register")
def register_for_event(number: int) -> Response:
    """Show what an event asks of whoever registers."""
    event = found(queries.public_one(db(), number))
    return _instead(event) or _page(event, RegistrationForm(event.asked, kept_form()))


@member.post("/events/<number:number>/register")
@throttled_by_member(SEATS_PER_MEMBER)
def take_seat(number: int) -> Response:
    """Take a seat, or a place in the waiting list; sent twice it is one."""
    event = found(queries.public_one(db(), number))
    form = RegistrationForm(event.asked)
    if not form.is_right():
        return _page(event, form)
    problem: Refused | None = None
    with transaction(db()):
        try:
            answers, at = form.answers(), request_time()
            row = seats.register(db(), event, answers, by=signed_in(), letters=letters(), at=at)
            forget_kept_form()
        except Refused as error:
            problem = error
    if problem is not None:
        say("warn", str(REFUSALS[problem.why]))
    elif row.seated_at is None:
        say("note", gettext("There is no free seat: you are on the waiting list and will hear."))
    else:
        say("ok", gettext("You have a seat. A letter with all you need is on its way."))
    return see_other("public.event", number=number)


@member.route("/events/<number:number>/leave", methods=["GET", "POST"])
def leave_event(number: int) -> str | Response:
    """Ask whether to give the seat up; POST does it, and whoever waits longest gets it."""
    found(queries.public_one(db(), number))
    posted = request.method == "POST"
    row = seats.registration_of(db(), number, signed_in().id, to_change=posted)
    if row is None or row.checked_in_at is not None:
        return see_other("public.event", number=number)
    if not posted:
        return render_template("member/events/leave.html", event=row.event, own=row)
    with transaction(db()):
        seats.give_up(db(), row, letters=letters(), at=request_time())
    say("ok", gettext("You are not registered any more. Thank you for telling us."))
    return see_other("public.event", number=number)


@member.get("/me/events")
def my_events() -> str:
    """List what the reader registered for and is still to come."""
    rows = queries.of_member(db(), signed_in().id, request_time())
    return render_template("member/events/mine.html", rows=rows, at=request_time())


@member.get("/me/events.ics")
def my_events_file() -> Response:
    """The same as one calendar file, with the way in for who has a seat."""
    rows = queries.of_member(db(), signed_in().id, request_time())
    return file_of(
        [row.event for row in rows],
        gettext("My events, Citizen Diplomat"),
        seated=frozenset(row.event_number for row in rows if row.seated_at),
        download="citizen-diplomat-my-events.ics",
    )


def _page(event: Event, form: RegistrationForm) -> Response:
    return form_page("member/events/register.html", form, event=event)


def _instead(event: Event) -> Response | None:
    """Where somebody is led who is registered, or cannot be."""
    own = seats.registration_of(db(), event.number, signed_in().id)
    why = seats.refusal(db(), event, signed_in().id, at=request_time())
    if own is None and why is None:
        return None
    if own is None and why is not None:
        say("warn", str(REFUSALS[why]))
    return see_other("public.event", number=event.number)
