"""What the pages of certificates share: words, the office's key, and links in letters."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.outcomes.certificate_rules import RevokeReason, Service
from citizen_diplomat.outcomes.certificates import CertificateLinks
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.services import services

PURPOSE = "certificate"
SERVICES: Mapping[Service, LazyString] = {
    Service.HELPER: lazy_gettext("Helped to carry out an accepted proposal"),
    Service.INTERPRETER: lazy_gettext("Interpreted"),
    Service.ORGANISER: lazy_gettext("Organised"),
    Service.TRANSLATOR: lazy_gettext("Translated"),
    Service.OTHER: lazy_gettext("Served in another way"),
}
REASONS: Mapping[RevokeReason, LazyString] = {
    RevokeReason.MISTAKE: lazy_gettext("It was issued by mistake."),
    RevokeReason.REPLACED: lazy_gettext("Another certificate has taken its place."),
    RevokeReason.UNTRUE: lazy_gettext("What it says was found not to be so."),
    RevokeReason.ASKED: lazy_gettext("The member asked for it."),
}


def seal_key() -> bytes:
    """The key that the office seals its certificates with."""
    return services().signer.key(PURPOSE)


def certificate_links() -> CertificateLinks:
    """The makers of links in letters about certificates."""
    return CertificateLinks(
        of_member=lambda person, number: absolute(
            person.language, "member.certificate", number=number
        ),
        to_verify=lambda person, code: absolute(person.language, "public.certificate", code=code),
    )
