"""Links in mails about another address: signed for one purpose, bound to one wish."""

from citizen_diplomat.accounts.address_changes import ChangeLinks
from citizen_diplomat.accounts.changed_address import ChangeClaim, ChangedAddress, claim_of
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import LINK_LIFETIME, LinkPurpose
from citizen_diplomat.foundation.tokens import TokenExpired, TokenInvalid
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.mailed_links import links
from citizen_diplomat.web.services import services


def change_links() -> ChangeLinks:
    """The makers of the links that letters about another address hold."""
    return ChangeLinks(
        confirm=lambda person, change: _link(LinkPurpose.NEW_ADDRESS, person, change),
        refuse=lambda person, change: _link(LinkPurpose.REFUSE_ADDRESS, person, change),
        of_account=links(),
    )


def read_change(purpose: LinkPurpose, token: str) -> ChangeClaim | None:
    """What a token of `purpose` claims; None when it is too old or not ours."""
    try:
        value = services().signer.read(purpose, token, LINK_LIFETIME[purpose])
    except (TokenExpired, TokenInvalid):
        return None
    match value:
        case [int(number), int(account_id), str(mark)]:
            return ChangeClaim(number, account_id, mark)
    return None


ENDPOINTS = {
    LinkPurpose.NEW_ADDRESS: "public.new_address",
    LinkPurpose.REFUSE_ADDRESS: "public.refuse_address",
}


def _link(purpose: LinkPurpose, person: Account, change: ChangedAddress) -> str:
    claim = claim_of(change)
    value = [claim.number, claim.account_id, claim.address_mark]
    token = services().signer.sign(purpose, value)
    return absolute(person.language, ENDPOINTS[purpose], token=token)
