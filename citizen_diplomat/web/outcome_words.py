"""What the outcomes of accepted proposals are called, for everybody and for staff."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.outcomes.trail_rules import AnswerLink, Happened, OutcomeState, StepKind

KINDS: Mapping[StepKind, LazyString] = {
    StepKind.LETTER: lazy_gettext("Letter"),
    StepKind.CALL: lazy_gettext("Telephone call"),
    StepKind.MEETING: lazy_gettext("Meeting"),
    StepKind.CLAUSE: lazy_gettext("Clause in an agreement"),
    StepKind.FESTIVAL: lazy_gettext("Festival"),
    StepKind.OTHER: lazy_gettext("Something else"),
}
ICONS: Mapping[StepKind, str] = {
    StepKind.LETTER: "envelope",
    StepKind.CALL: "telephone",
    StepKind.MEETING: "people",
    StepKind.CLAUSE: "file-earmark-text",
    StepKind.FESTIVAL: "stars",
    StepKind.OTHER: "arrow-right-circle",
}
STATES: Mapping[OutcomeState, LazyString] = {
    OutcomeState.PLANNED: lazy_gettext("Planned"),
    OutcomeState.UNDER_WAY: lazy_gettext("Under way"),
    OutcomeState.SILENT: lazy_gettext("Silent"),
    OutcomeState.COMPLETED: lazy_gettext("Completed"),
    OutcomeState.STOPPED: lazy_gettext("Stopped"),
}
SAID: Mapping[Happened, LazyString] = {
    Happened.YES: lazy_gettext("Yes, it happened"),
    Happened.PARTLY: lazy_gettext("Partly"),
    Happened.NO: lazy_gettext("No, it did not happen"),
}
LINKS: Mapping[AnswerLink, LazyString] = {
    AnswerLink.OPEN: lazy_gettext("not answered yet"),
    AnswerLink.ANSWERED: lazy_gettext("answered"),
    AnswerLink.EXPIRED: lazy_gettext("expired"),
    AnswerLink.REVOKED: lazy_gettext("revoked"),
    AnswerLink.SETTLED: lazy_gettext("ended, the outcome was taken up again"),
    AnswerLink.TAKEN_DOWN: lazy_gettext("ended, the proposal was taken out of the public pages"),
}
