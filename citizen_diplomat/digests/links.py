"""Where the letters of this room lead: the web shell knows the addresses."""

from typing import Protocol

from citizen_diplomat.digests.notices import Notice
from citizen_diplomat.digests.rules import News


class Links(Protocol):
    """Full addresses of pages in a reader's language."""

    def proposal(self, language: str, number: int) -> str:
        """The public page of a proposal."""
        ...

    def own(self, language: str, number: int) -> str:
        """The author's page of a proposal."""
        ...

    def proposals(self, language: str) -> str:
        """The public list."""
        ...

    def notice(self, language: str, notice: Notice) -> str:
        """The page of something that the office tells everybody of."""
        ...

    def notices(self, language: str, news: News) -> str:
        """The list of all of that sort."""
        ...

    def queue(self, language: str) -> str:
        """The queue at the desk."""
        ...

    def item(self, language: str, number: int) -> str:
        """The page of an item at the desk."""
        ...

    def preferences(self, language: str) -> str:
        """Where a member chooses when and what."""
        ...
