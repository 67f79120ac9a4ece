"""The pages that a digest links to, for its preview on the site."""

from citizen_diplomat.digests.notices import Notice
from citizen_diplomat.digests.rules import News
from citizen_diplomat.web.links import absolute

NOTICES = {
    News.CALL: ("public.call", "public.calls"),
    News.EVENT: ("public.event", "public.events"),
    News.RELATION: ("public.city", "public.cities"),
    News.NEWS: ("public.news", "public.news_list"),
}
"""The page of each sort of notices, and that of all of them."""


class PageLinks:
    """As `digests.links.Links` wants them."""

    def __init__(self) -> None:
        """Begin without addresses: each is built once, however many are told of it."""
        self._built: dict[tuple[str | int, ...], str] = {}

    def proposal(self, language: str, number: int) -> str:
        """The public page of a proposal."""
        return self._page(language, "public.proposal", number=number)

    def own(self, language: str, number: int) -> str:
        """The author's page of a proposal."""
        return self._page(language, "member.own", number=number)

    def proposals(self, language: str) -> str:
        """The public list."""
        return self._page(language, "public.proposals")

    def notice(self, language: str, notice: Notice) -> str:
        """The page of something that the office tells everybody of."""
        endpoint = NOTICES[notice.news][0]
        if notice.news is News.RELATION:
            return self._page(language, endpoint, slug=min(notice.cities))
        return self._page(language, endpoint, number=notice.number)

    def notices(self, language: str, news: News) -> str:
        """The list of all of that sort."""
        return self._page(language, NOTICES[news][1])

    def queue(self, language: str) -> str:
        """The queue at the desk."""
        return self._page(language, "staff.queue")

    def item(self, language: str, number: int) -> str:
        """The page of an item at the desk."""
        return self._page(language, "staff.item", item=number)

    def preferences(self, language: str) -> str:
        """Where a member chooses when and what."""
        return self._page(language, "member.mail")

    def _page(self, language: str, endpoint: str, **named: str | int) -> str:
        key = (language, endpoint, *named.values())
        if key not in self._built:
            self._built[key] = absolute(language, endpoint, **named)
        return self._built[key]
