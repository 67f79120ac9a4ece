"""Who helps with an accepted proposal: what may follow what, and who has to say yes."""

from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum

from citizen_diplomat.directory.rules import LanguageLevel

WORDS_LENGTH = 500
ANSWER_LENGTH = 500
MOST_SKILLS_OFFERED = 10
MOST_HOURS_A_MONTH = 200
MOST_OPEN_OFFERS = 10
"""How many offers of one member may be open at a time."""
MOST_OFFERS_FOR_ONE = 3
"""How often a member may offer help with one proposal; a no is an answer."""
REQUEST_TITLE_LENGTH = 120
REQUEST_TEXT_LENGTH = 1_000
MOST_SKILLS_WANTED = 10
MOST_LANGUAGES_WANTED = 3
LEAST_LANGUAGE_LEVEL = LanguageLevel.CONVERSATIONAL
BATCH = 20
"""How many members are asked at a time: the best first, and only then others."""
MOST_ASKED_A_MONTH = 3
MONTH = timedelta(days=30)
ASK_LIFETIME = timedelta(days=30)
"""How long the links in a letter to somebody who is asked work."""
FEWEST_SHOWN = 5
"""A smaller number of members is shown as "fewer than five", so that nobody is singled out."""


class OfferState(StrEnum):
    """Where an offer of help stands."""

    OFFERED = "offered"
    AUTHOR_AGREED = "author_agreed"
    """Only the office has not answered yet."""
    OFFICE_AGREED = "office_agreed"
    """Only the author has not answered yet."""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class Party(StrEnum):
    """Who takes a step: whoever offered, the proposal's author, or the office."""

    HELPER = "helper"
    AUTHOR = "author"
    OFFICE = "office"


class Step(StrEnum):
    """What can be done about an offer."""

    AGREE = "agree"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


class DeclineReason(StrEnum):
    """Why an offer is not accepted; `OTHER` is said in words."""

    ENOUGH_HELPERS = "enough_helpers"
    OTHER_SKILLS = "other_skills"
    NOT_NOW = "not_now"
    OTHER = "other"
    AUTHOR_LEFT = "author_left"
    """Said by nobody: the author closed their account."""


SAID = tuple(reason for reason in DeclineReason if reason is not DeclineReason.AUTHOR_LEFT)
"""The reasons that somebody can choose."""
WAITING = frozenset({OfferState.OFFERED, OfferState.AUTHOR_AGREED, OfferState.OFFICE_AGREED})
OPEN = WAITING | {OfferState.ACCEPTED}
"""A member has one offer of these for a proposal."""

NEXT: dict[tuple[Step, Party, OfferState], OfferState] = {
    (Step.AGREE, Party.AUTHOR, OfferState.OFFERED): OfferState.AUTHOR_AGREED,
    (Step.AGREE, Party.AUTHOR, OfferState.OFFICE_AGREED): OfferState.ACCEPTED,
    (Step.AGREE, Party.OFFICE, OfferState.OFFERED): OfferState.OFFICE_AGREED,
    (Step.AGREE, Party.OFFICE, OfferState.AUTHOR_AGREED): OfferState.ACCEPTED,
    **{
        (Step.DECLINE, party, state): OfferState.DECLINED
        for party in (Party.AUTHOR, Party.OFFICE)
        for state in WAITING
    },
    **{(Step.WITHDRAW, Party.HELPER, state): OfferState.WITHDRAWN for state in OPEN},
}
"""Both have to agree, in either order; either may say no until then, and the helper at any time."""


class Answer(StrEnum):
    """What somebody says whom the office asked."""

    YES = "yes"
    NO = "no"


def shown_number(number: int) -> int | None:
    """A number of members as staff may see it; None stands for fewer than five."""
    return number if number >= FEWEST_SHOWN else None


def steps_open_to(party: Party, state: OfferState) -> frozenset[Step]:
    """What somebody may do about an offer in this state."""
    return frozenset(step for step, who, source in NEXT if (who, source) == (party, state))


def may_offer(writers: Collection[int], *, by: int) -> bool:
    """Whether somebody may offer help: nobody is the helper of what they write, alone or along."""
    return by not in writers


def may_answer_for_office(authors: Collection[int], helper_id: int, *, by: int) -> bool:
    """Whether somebody of the office may answer: never for what they wrote or offer themselves.

    `authors` are all who write the proposal or have written it.
    """
    return by not in authors and by != helper_id
