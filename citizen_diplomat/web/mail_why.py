"""Why a letter left or did not, in words."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.overview.explain_rules import Trouble, Why

WHYS: Mapping[Why, LazyString] = {
    Why.SENT: lazy_gettext("Sent"),
    Why.SITE_ONLY: lazy_gettext("Only in the inbox here: letters of this kind are switched off"),
    Why.UNSUBSCRIBED: lazy_gettext("Not sent: unsubscribed with the link in a letter"),
    Why.SWITCHED_OFF: lazy_gettext("Not sent: letters of this kind are switched off"),
    Why.SUSPENDED: lazy_gettext("Not sent: the account is suspended"),
    Why.CLOSED: lazy_gettext("Not sent: the account is closed"),
    Why.BOUNCED: lazy_gettext("Not sent: letters to this address come back"),
    Why.COMPLAINED: lazy_gettext("Not sent: mail to many was marked as unwanted"),
    Why.OVER: lazy_gettext("Not sent: what it was about was over"),
    Why.GIVEN_UP: lazy_gettext("Given up: the letter could not be delivered"),
    Why.HELD: lazy_gettext("Waits until a batch of decisions is released"),
    Why.PAUSED: lazy_gettext("Waits: the office has paused all mail"),
    Why.CAPPED: lazy_gettext("Waits: many letters went there within the hour"),
    Why.TRIED: lazy_gettext("Waits for the next try"),
    Why.WAITING: lazy_gettext("Waits for its turn"),
    Why.NEVER: lazy_gettext("No digest: none was chosen"),
    Why.UNVERIFIED: lazy_gettext("No digest: the address is not confirmed"),
    Why.NOTHING_NEW: lazy_gettext("No digest: there was nothing new"),
    Why.DIGEST_DUE: lazy_gettext("The next digest is due"),
}

TROUBLES: Mapping[Trouble, LazyString] = {
    Trouble.NO_MAILBOX: lazy_gettext("There is no such mailbox."),
    Trouble.FULL: lazy_gettext("The mailbox is full."),
    Trouble.UNWELCOME: lazy_gettext("The other side refused the letter."),
    Trouble.LATER: lazy_gettext("The other side asked to try again later."),
    Trouble.AWAY: lazy_gettext("The mail server could not be reached."),
    Trouble.UNKNOWN: lazy_gettext("The mail server did not say why."),
}
