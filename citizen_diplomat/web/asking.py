"""What the pages share on which staff ask for help and members answer."""

from datetime import timedelta

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.tokens import TokenExpired, TokenInvalid
from citizen_diplomat.outcomes.messages import HelpAsked
from citizen_diplomat.outcomes.model import HelpAsk
from citizen_diplomat.outcomes.requests import AskLinks
from citizen_diplomat.outcomes.rules import ASK_LIFETIME, Answer
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.links import absolute, unsubscribe_token
from citizen_diplomat.web.services import services

PURPOSE = "help_asked"
"""What the tokens are signed for; their value is [account id, number of the question]."""


def ask_links() -> AskLinks:
    """The makers of what a letter to somebody who is asked needs."""
    return AskLinks(answer=_answer_link, unsubscribe_token=_unsubscribe_token)


def read_token(token: str, *, lifetime: timedelta = ASK_LIFETIME) -> tuple[int, int] | None:
    """The account and the question of a mailed link; None when it is too old or not ours."""
    try:
        value = services().signer.read(PURPOSE, token, lifetime)
    except (TokenExpired, TokenInvalid):
        return None
    match value:
        case [int(account_id), int(number)]:
            return account_id, number
    return None


def ask_url(row: HelpAsk) -> str:
    """The page on which a member who is signed in answers what they are asked."""
    return page_url("public.asked", token=_token(row.account_id, row.id))


def _token(account_id: int, number: int) -> str:
    return services().signer.sign(PURPOSE, [account_id, number])


def _answer_link(person: Account, number: int, answer: Answer) -> str:
    token = _token(person.id, number)
    return absolute(person.language, "public.asked", token=token, answer=answer.value)


def _unsubscribe_token(person: Account) -> str:
    return unsubscribe_token(person.id, HelpAsked.name)
