"""What the kinds and ways of hearing from us are called on pages."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.mail.preference_rules import Channel, Kind

KINDS: Mapping[Kind, LazyString] = {
    Kind.MINE: lazy_gettext("My proposals"),
    Kind.CITY: lazy_gettext("My cities"),
    Kind.FOLLOWED: lazy_gettext("What I follow"),
    Kind.CALLS: lazy_gettext("Calls"),
    Kind.EVENTS: lazy_gettext("Events"),
    Kind.NEWSLETTER: lazy_gettext("Newsletter"),
    Kind.MESSAGES: lazy_gettext("Messages to me"),
    Kind.DUTIES: lazy_gettext("My work at the desk"),
}

EXPLAINED: Mapping[Kind, LazyString] = {
    Kind.MINE: lazy_gettext(
        "Answers and news on what I wrote, asked for or offered; my seats at events."
    ),
    Kind.CITY: lazy_gettext(
        "What was accepted, agreed and told of the cities and topics chosen below."
    ),
    Kind.FOLLOWED: lazy_gettext("News of the proposals, cities and topics that I follow."),
    Kind.CALLS: lazy_gettext("What the city asks, from the day on which it can be answered."),
    Kind.EVENTS: lazy_gettext("New meetings and festivals; what I registered for comes anyway."),
    Kind.NEWSLETTER: lazy_gettext("News of the office, only if you ask for it here."),
    Kind.MESSAGES: lazy_gettext("What other members write to me."),
    Kind.DUTIES: lazy_gettext("What waits at the desk, answers of colleagues and opinions."),
}

CHANNELS: Mapping[Channel, LazyString] = {
    Channel.INBOX: lazy_gettext("In the inbox here"),
    Channel.AT_ONCE: lazy_gettext("By e-mail at once"),
    Channel.DIGEST: lazy_gettext("In the digest"),
    Channel.FEED: lazy_gettext("In my private feed"),
}
