"""The words for receipts of access: for those who ask for contact data, and who read why."""

from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.audit.rules import AccessReason, Opened

REASONS: dict[AccessReason, LazyString] = {
    AccessReason.QUESTION: lazy_gettext("To answer a question"),
    AccessReason.PROPOSAL: lazy_gettext("To talk about a proposal"),
    AccessReason.INVITATION: lazy_gettext("To invite to a meeting or an event"),
    AccessReason.ACCOUNT: lazy_gettext("To help with the account"),
    AccessReason.MISUSE: lazy_gettext("To look into possible misuse"),
    AccessReason.OVERVIEW: lazy_gettext("To make a list for the work of the office"),
}

OPENED: dict[Opened, LazyString] = {
    Opened.PAGE: lazy_gettext("E-mail address, shown on a page"),
    Opened.FILE: lazy_gettext("E-mail address, in a file with those of others"),
}

STAFF_COLUMNS: tuple[LazyString, ...] = (
    lazy_gettext("Number"),
    lazy_gettext("Name"),
    lazy_gettext("Name in Latin letters"),
    lazy_gettext("City"),
    lazy_gettext("Country"),
    lazy_gettext("Skills"),
    lazy_gettext("Languages"),
    lazy_gettext("Time for others"),
    lazy_gettext("Account"),
    lazy_gettext("Joined"),
)
"""The heads of the list that staff take along."""
