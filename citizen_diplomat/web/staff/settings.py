"""One page that leads to all that the office arranges for itself."""

from typing import TypeAlias

from flask import render_template
from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.web.signin import holds
from citizen_diplomat.web.staff.blueprint import staff

Row: TypeAlias = tuple[Duty, str, str, LazyString, LazyString]
"""The duty, endpoint, icon, name and purpose of a page."""

GROUPS: tuple[tuple[LazyString, tuple[Row, ...]], ...] = (
    (
        lazy_gettext("City desk"),
        (
            (
                Duty.EDIT_CITIES,
                "staff.cities",
                "globe",
                lazy_gettext("Cities and relations"),
                lazy_gettext(
                    "Names, themes, what was agreed and when, contacts; every change is kept."
                ),
            ),
            (
                Duty.EDIT_CALLS,
                "staff.calls",
                "megaphone",
                lazy_gettext("Calls"),
                lazy_gettext("What Isfahan asks its cities, with dates, questions and late codes."),
            ),
            (
                Duty.EDIT_EVENTS,
                "staff.events",
                "calendar-event",
                lazy_gettext("Events"),
                lazy_gettext(
                    "Meetings and festivals: seats, who comes, the door, and what was agreed."
                ),
            ),
            (
                Duty.ENTER,
                "staff.fair_hours",
                "clock",
                lazy_gettext("Fair hours"),
                lazy_gettext("When several cities can meet, by their clocks and days off."),
            ),
            (
                Duty.EDIT_NEWS,
                "staff.news_list",
                "newspaper",
                lazy_gettext("News"),
                lazy_gettext("What the office tells everybody, now or from a moment to come."),
            ),
            (
                Duty.REVIEW,
                "staff.outcomes",
                "signpost-split",
                lazy_gettext("Outcomes"),
                lazy_gettext(
                    "What became of each accepted proposal; those first that are silent or due."
                ),
            ),
            (
                Duty.BRIEFING,
                "staff.briefings",
                "journal-text",
                lazy_gettext("Briefing packs"),
                lazy_gettext(
                    "All that is known of a city, to take along on a visit, on paper too."
                ),
            ),
            (
                Duty.HELPERS,
                "staff.certificates",
                "award",
                lazy_gettext("Certificates of service"),
                lazy_gettext("What the office confirms that members did, and revoking it."),
            ),
        ),
    ),
    (
        lazy_gettext("Texts and mail"),
        (
            (
                Duty.EDIT_PAGES,
                "staff.pages",
                "file-text",
                lazy_gettext("Pages"),
                lazy_gettext("About, privacy, terms, questions and the rest, in both languages."),
            ),
            (
                Duty.NEWSLETTER,
                "staff.outbox",
                "envelope",
                lazy_gettext("Outbox"),
                lazy_gettext(
                    "The newsletter: who gets it, how it looks to them, and when it leaves."
                ),
            ),
            (
                Duty.STOP_MAIL,
                "staff.mail",
                "envelope",
                lazy_gettext("How mail leaves"),
                lazy_gettext(
                    "What waits, which mail providers rest; stop all mail, or mail to many."
                ),
            ),
            (
                Duty.EDIT_GLOSSARY,
                "staff.glossary",
                "translate",
                lazy_gettext("Glossary"),
                lazy_gettext("The terms that translators see beside what they translate."),
            ),
        ),
    ),
    (
        lazy_gettext("Moderation desk"),
        (
            (
                Duty.REVIEW,
                "staff.absences",
                "calendar-check",
                lazy_gettext("Absences"),
                lazy_gettext("When you are away, and who stands in; who of your desk is away now."),
            ),
            (
                Duty.EDIT_OFFICE,
                "staff.desks",
                "diagram-3",
                lazy_gettext("Desks"),
                lazy_gettext("Who works together, and which cities and topics come to whom."),
            ),
            (
                Duty.EDIT_OFFICE,
                "staff.clock",
                "clock-history",
                lazy_gettext("Promises and working days"),
                lazy_gettext("Within how many working days we answer, and on which days we work."),
            ),
            (
                Duty.STEER_REVIEWS,
                "staff.criteria",
                "people",
                lazy_gettext("How we review"),
                lazy_gettext(
                    "What reviewers score, reading without names, and conflicts of interest."
                ),
            ),
            (
                Duty.EDIT_QUESTIONS,
                "staff.questions",
                "question-circle",
                lazy_gettext("Extra questions"),
                lazy_gettext("What whoever writes on a topic is asked beside the usual fields."),
            ),
            (
                Duty.EDIT_REASONS,
                "staff.reasons",
                "chat-left-text",
                lazy_gettext("Reasons"),
                lazy_gettext(
                    "What decisions rest on, in both languages, and how often each was given."
                ),
            ),
            (
                Duty.EDIT_OFFICE,
                "staff.outcome_silence",
                "bell",
                lazy_gettext("Silence alarm"),
                lazy_gettext(
                    "After how many days without a step whoever sees to an outcome is told."
                ),
            ),
            (
                Duty.TAXONOMY,
                "staff.skills",
                "tags",
                lazy_gettext("Skills"),
                lazy_gettext(
                    "The list that members choose from; two that mean the same become one."
                ),
            ),
        ),
    ),
)
"""What belongs together, in the order shown."""
PAGES: tuple[Row, ...] = tuple(row for _name, rows in GROUPS for row in rows)


@staff.page("/settings", duty=Duty.ENTER)
def settings() -> str:
    """List the pages that the reader's duties open."""
    groups = [(name, [row for row in rows if holds(row[0])]) for name, rows in GROUPS]
    return render_template("staff/settings/settings.html", groups=groups)
