"""What the log's actions are called on the page; the codes themselves never change."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

ACTIONS: Mapping[str, LazyString] = {
    "account.registered": lazy_gettext("registered"),
    "account.registered_again": lazy_gettext("somebody registered again with a known address"),
    "account.verified": lazy_gettext("confirmed the address"),
    "account.signed_in": lazy_gettext("signed in"),
    "account.sign_in_failed": lazy_gettext("sign-in failed"),
    "account.signed_out": lazy_gettext("signed out"),
    "account.sessions_ended": lazy_gettext("ended other sign-ins"),
    "account.reset_requested": lazy_gettext("asked for a new passphrase"),
    "account.passphrase_reset": lazy_gettext("chose a new passphrase by a mailed link"),
    "account.passphrase_changed": lazy_gettext("changed the passphrase"),
    "account.exported": lazy_gettext("downloaded the data of the account"),
    "account.closed": lazy_gettext("closed the account"),
    "account.demo": lazy_gettext("made as demo data"),
    "staff.invited": lazy_gettext("invited to the staff"),
    "staff.role_given": lazy_gettext("took up a role"),
    "profile.saved": lazy_gettext("saved the profile"),
    "digest.chosen": lazy_gettext("chose when the digest comes"),
    "proposal.started": lazy_gettext("began a proposal"),
    "proposal.saved": lazy_gettext("saved a proposal"),
    "proposal.discarded": lazy_gettext("deleted a draft"),
    "proposal.submitted": lazy_gettext("submitted a proposal"),
    "proposal.in_review": lazy_gettext("a proposal came under review"),
    "proposal.changes_requested": lazy_gettext("changes were requested"),
    "proposal.accepted": lazy_gettext("a proposal was accepted"),
    "proposal.declined": lazy_gettext("a proposal was declined"),
    "proposal.duplicate": lazy_gettext("a proposal was found a duplicate"),
    "proposal.withdrawn": lazy_gettext("withdrew a proposal"),
    "item.claimed": lazy_gettext("claimed an item of the queue"),
    "item.released": lazy_gettext("gave an item back to the queue"),
    "item.taken_over": lazy_gettext("took an item over from a colleague"),
    "note.added": lazy_gettext("wrote a private note"),
    "decision.made": lazy_gettext("made a decision"),
}
