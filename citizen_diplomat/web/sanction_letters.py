"""The page of a sanction, which opens without signing in by the signed link of its letter."""

from datetime import timedelta

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanctions import Sanction
from citizen_diplomat.foundation.tokens import TokenExpired, TokenInvalid
from citizen_diplomat.moderation.sanctions import Letters
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.services import services

PURPOSE = "sanction"
KEPT = timedelta(days=3 * 366)
"""How long the link of a letter works; who still cannot sign in gets a new one by trying to."""


def letters() -> Letters:
    """How letters about sanctions are written by this site."""
    return Letters(
        link=_link,
        own_link=lambda person: absolute(person.language, "member.sanctions"),
        zone=services().settings.timezone,
    )


def read_token(token: str) -> tuple[int, int] | None:
    """The numbers of the sanction and of its account that a link is for; None if not ours."""
    try:
        value = services().signer.read(PURPOSE, token, KEPT)
    except (TokenExpired, TokenInvalid):
        return None
    match value:
        case [int(sanction), int(account)]:
            return sanction, account
    return None


def _link(person: Account, sanction: Sanction) -> str:
    token = services().signer.sign(PURPOSE, [sanction.id or 0, person.id])
    return absolute(person.language, "public.sanction", token=token)
