"""What keeps letters from an address, in words."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.mail.bounce_rules import BounceKind

KINDS: Mapping[str, LazyString] = {
    BounceKind.HARD: lazy_gettext("the mail server says that there is no such mailbox"),
    BounceKind.SOFT: lazy_gettext("letters came back on several days, perhaps the mailbox is full"),
    BounceKind.COMPLAINT: lazy_gettext("a letter was reported as unwanted"),
}
