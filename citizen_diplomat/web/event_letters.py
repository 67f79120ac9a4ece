"""How letters about events are written by this site: where they lead, and whose clock is ours."""

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.events.letters import Letters
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.services import services


def letters() -> Letters:
    """The maker of letters; needs an application context."""
    return Letters(link=_link, home=services().settings.timezone)


def _link(person: Account, number: int) -> str:
    return absolute(person.language, "public.event", number=number)
