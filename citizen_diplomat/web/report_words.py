"""Reasons of reports and removals in words, and what was reported, for members and staff alike."""

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext

from citizen_diplomat.community.model import Comment, Reported
from citizen_diplomat.community.rules import Ground, ThingKind
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.matters import link_to_matter
from citizen_diplomat.web.services import services

GROUNDS: Mapping[Ground, LazyString] = {
    Ground.INSULT: lazy_gettext("It insults or threatens somebody"),
    Ground.HATRED: lazy_gettext("It stirs up hatred against a group of people"),
    Ground.PRIVATE: lazy_gettext("It gives away something private about somebody"),
    Ground.FALSEHOOD: lazy_gettext("It says something false that does harm"),
    Ground.ADVERTISING: lazy_gettext("It is advertising, or the same thing again and again"),
    Ground.OFF_TOPIC: lazy_gettext("It has nothing to do with the matter"),
    Ground.OTHER: lazy_gettext("Something else"),
}
THINGS: Mapping[ThingKind, LazyString] = {
    ThingKind.COMMENT: lazy_gettext("A comment"),
    ThingKind.PROPOSAL: lazy_gettext("A proposal"),
    ThingKind.PROFILE: lazy_gettext("A profile"),
    ThingKind.MESSAGE: lazy_gettext("A message between members"),
}


def ground_choices() -> list[tuple[str, LazyString]]:
    """The reasons as choices of a form."""
    return [(ground.value, word) for ground, word in GROUNDS.items()]


def letter_links(thing: Reported, comment: Comment | None = None) -> dict[str, str]:
    """Where a letter about a thing leads, by the reader's language."""
    if thing.kind == ThingKind.PROFILE:
        return _in_all("member.members")
    if thing.kind == ThingKind.MESSAGE:
        return _in_all("member.messages")
    if comment is not None:
        root = comment.root_id or comment.id
        return {
            code: link_to_matter(comment, code, thread=root)
            for code in services().settings.languages
        }
    return _in_all("public.proposals")


def _in_all(endpoint: str, **values: object) -> dict[str, str]:
    return {code: absolute(code, endpoint, **values) for code in services().settings.languages}
