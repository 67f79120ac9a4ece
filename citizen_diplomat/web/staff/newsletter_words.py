"""What the states, fates and problems of an issue are called."""

from flask_babel import gettext, lazy_gettext

from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.newsletter.rules import (
    LARGEST_LETTER,
    BlockKind,
    Fate,
    IssueState,
    Problem,
    Segment,
)
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.reference import city_name, language_name, skill_name, topic_name

STATES = {
    IssueState.DRAFT: lazy_gettext("Draft"),
    IssueState.REVIEWED: lazy_gettext("Read over"),
    IssueState.SCHEDULED: lazy_gettext("Scheduled"),
    IssueState.SENDING: lazy_gettext("Being sent"),
    IssueState.SENT: lazy_gettext("Sent"),
    IssueState.STOPPED: lazy_gettext("Stopped on its way"),
    IssueState.DISCARDED: lazy_gettext("Discarded"),
}
FATES = {
    Fate.LISTED: lazy_gettext("Its turn has not come"),
    Fate.LEFT_OUT: lazy_gettext("Not sent: no longer wanted when its turn came"),
    Fate.WAITING: lazy_gettext("Waits to leave"),
    Fate.SENT: lazy_gettext("Sent"),
    Fate.STOPPED: lazy_gettext("Stopped before it left"),
    Fate.FAILED: lazy_gettext("Could not be delivered"),
}
KINDS = {
    BlockKind.TEXT: lazy_gettext("Text"),
    BlockKind.PROPOSAL: lazy_gettext("Proposal"),
    BlockKind.CALL: lazy_gettext("Call"),
    BlockKind.EVENT: lazy_gettext("Event"),
    BlockKind.NEWS: lazy_gettext("News"),
    BlockKind.PREFACE: lazy_gettext("Preface"),
}
NUMBERS = {
    BlockKind.PROPOSAL: (
        lazy_gettext("Number of the proposal"),
        lazy_gettext(
            "Only proposals that were accepted. Title and summary come from its page, in the"
            " language of its author."
        ),
    ),
    BlockKind.CALL: (
        lazy_gettext("Number of the call"),
        lazy_gettext(
            "It ends the address of its page. Only calls that were published and not withdrawn;"
            " title, cities and last day are filled in, in each language."
        ),
    ),
    BlockKind.EVENT: (
        lazy_gettext("Number of the event"),
        lazy_gettext(
            "It ends the address of its page. Only events that were published and not cancelled;"
            " title, cities, day and hour are filled in, by each reader’s own clock."
        ),
    ),
    BlockKind.NEWS: (
        lazy_gettext("Number of the news"),
        lazy_gettext(
            "It ends the address of its page. Only news that everybody reads already; title and"
            " summary are filled in, in each language."
        ),
    ),
}
"""The label and the help of the field for the number of what a part names."""
NOT_FOUND = {
    BlockKind.PROPOSAL: lazy_gettext("No accepted proposal has this number."),
    BlockKind.CALL: lazy_gettext("No call that everybody reads has this number."),
    BlockKind.EVENT: lazy_gettext("No event that takes place has this number."),
    BlockKind.NEWS: lazy_gettext("No news that everybody reads has this number."),
}
PROBLEMS = {
    Problem.NO_SUBJECT_FA: lazy_gettext("The subject in Persian is missing."),
    Problem.NO_SUBJECT_EN: lazy_gettext("The subject in English is missing."),
    Problem.NO_BLOCKS: lazy_gettext("It says nothing yet."),
    Problem.NO_TEXT_FA: lazy_gettext("The Persian text is missing."),
    Problem.NO_TEXT_EN: lazy_gettext("The English text is missing."),
    Problem.NO_NUMBER: lazy_gettext("The number is missing."),
    Problem.NOT_PUBLIC: lazy_gettext(
        "What this number names is not, or no longer, open to everybody."
    ),
    Problem.PERSONAL_LINK: lazy_gettext("This holds a link that is one person’s alone."),
}


def problem_words(problem: Problem) -> str:
    """A problem as a sentence."""
    if problem is Problem.TOO_LARGE:
        most = format_number(LARGEST_LETTER // 1000, language())
        text = gettext(
            "The letter is larger than %(most)s kB; some mail programs would cut it off."
        )
        return str(text % {"most": most})
    return str(PROBLEMS[problem])


def segment_words(segment: Segment) -> list[str]:
    """Who an issue is for, a line for each filter."""
    if segment.is_empty:
        return [gettext("Nobody yet: choose who gets it.")]
    lines = [gettext("Everybody who asked for the newsletter")] if segment.everybody else []
    filters = (
        (gettext("Cities"), map(city_name, segment.cities)),
        (gettext("Topics"), map(topic_name, segment.topics)),
        (gettext("Skills"), map(skill_name, segment.skills)),
        (gettext("Language"), map(language_name, segment.languages)),
    )
    comma = "، " if language() == "fa" else ", "
    for head, names in filters:
        if joined := comma.join(names):
            lines.append(f"{head}: {joined}")
    if segment.active_days:
        days = format_number(segment.active_days, language())
        lines.append(gettext("Signed in within the last %(days)s days", days=days))
    if segment.earlier:
        lines.append(_earlier(segment))
    return lines


def _earlier(segment: Segment) -> str:
    number = format_number(segment.earlier or 0, language())
    if segment.only_failed:
        return str(gettext("Whom issue %(number)s did not reach", number=number))
    return str(gettext("Who was sent issue %(number)s", number=number))
