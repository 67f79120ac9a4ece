"""Links in mails about accounts: from BASE_URL, signed for one purpose, bound to one state."""

from collections.abc import Callable

from flask import Response

from citizen_diplomat.accounts.actions import Links
from citizen_diplomat.accounts.invitations import Invitation
from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import (
    LINK_LIFETIME,
    STAFF_ROLES,
    LinkClaim,
    LinkPurpose,
    Role,
    link_claim,
)
from citizen_diplomat.foundation.tokens import TokenExpired, TokenInvalid
from citizen_diplomat.web.errors import error_page
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.services import services

ENDPOINTS = {
    LinkPurpose.VERIFY: "public.verify",
    LinkPurpose.RESET: "public.reset",
    LinkPurpose.INVITATION: "public.invitation",
}


def links() -> Links:
    """The makers of all links that the accounts room mails."""
    return Links(
        verify=lambda person: _link(LinkPurpose.VERIFY, person, _claimed(person)),
        reset=lambda person: _link(LinkPurpose.RESET, person, _claimed(person)),
        forgot=lambda person: absolute(person.language, "public.forgot"),
        login=lambda person: absolute(person.language, "public.login"),
    )


def invitation_link(invitation: Invitation) -> Callable[[Account], str]:
    """The maker of links to one invitation: its role stands in the signed token."""
    offered = [invitation.role.value, list(invitation.cities), list(invitation.topics)]
    return lambda person: _link(LinkPurpose.INVITATION, person, [_claimed(person), offered])


def read_claim(purpose: LinkPurpose, token: str) -> LinkClaim | None:
    """What a token of `purpose` claims; None when it is too old or not ours."""
    return _as_claim(_read(purpose, token))


def read_invitation(token: str) -> tuple[LinkClaim, Invitation] | None:
    """Whom an invitation is for and what it offers; None when it is too old or not ours."""
    match _read(LinkPurpose.INVITATION, token):
        case [value, [str(role), list(cities), list(topics)]] if role in STAFF_ROLES:
            claim = _as_claim(value)
            offered = Invitation(Role(role), tuple(cities), tuple(topics))
            return (claim, offered) if claim else None
    return None


def dead_link(renew_endpoint: str | None = None, renew_text: str | None = None) -> Response:
    """The page for a link that no longer works (410 Gone), with the way to a fresh one."""
    renew_url = page_url(renew_endpoint) if renew_endpoint else None
    return error_page(410, template="link_expired", renew_url=renew_url, renew_text=renew_text)


def _link(purpose: LinkPurpose, person: Account, value: object) -> str:
    token = services().signer.sign(purpose, value)
    return absolute(person.language, ENDPOINTS[purpose], token=token)


def _claimed(person: Account) -> list[object]:
    claim = link_claim(person.id, person.email_key, person.credential_version)
    return [claim.account_id, claim.address_mark, claim.credential_version]


def _read(purpose: LinkPurpose, token: str) -> object:
    try:
        return services().signer.read(purpose, token, LINK_LIFETIME[purpose])
    except (TokenExpired, TokenInvalid):
        return None


def _as_claim(value: object) -> LinkClaim | None:
    match value:
        case [int(account_id), str(mark), int(version)]:
            return LinkClaim(account_id, mark, version)
    return None
