"""What letters and pages of the newsletter share: the addresses that an issue leads to."""

from collections.abc import Mapping

from citizen_diplomat.newsletter.rules import BlockKind
from citizen_diplomat.web.links import absolute, absolute_without_language

PAGES: Mapping[BlockKind, str] = {
    BlockKind.PROPOSAL: "public.proposal",
    BlockKind.CALL: "public.call",
    BlockKind.EVENT: "public.event",
    BlockKind.NEWS: "public.news",
}
"""The page of what a part names; all of them take a `number`."""


class PageLinks:
    """The pages that an issue links to."""

    def named(self, language: str, kind: BlockKind, number: int) -> str:
        """The public page of what a part of this kind names."""
        return absolute(language, PAGES[kind], number=number)

    def issue(self, language: str, number: int) -> str:
        """The public page of an issue."""
        return absolute(language, "public.newsletter", number=number)

    def preferences(self, language: str) -> str:
        """Where a member chooses what they hear of."""
        return absolute(language, "member.mail")

    def no_unsubscribing(self) -> str:
        """Stands in previews, where a real one would end what its first reader gets."""
        return absolute_without_language("unsubscribe.unsubscribe", token="preview" * 12)
