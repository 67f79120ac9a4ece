"""Similar proposals as a reader is shown them; what they may not know is not in the value."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from citizen_diplomat.moderation.model import Reason
from citizen_diplomat.moderation.similar import reasons_given, similar_for_review
from citizen_diplomat.outcomes.trail_queries import states_of
from citizen_diplomat.outcomes.trail_rules import OutcomeState
from citizen_diplomat.proposals.disclosure import Shown
from citizen_diplomat.proposals.model import Revision
from citizen_diplomat.proposals.rules import PUBLIC, SUMMARY_LENGTH, TITLE_LENGTH, State
from citizen_diplomat.proposals.similar import Similar, similar
from citizen_diplomat.web.database import db
from citizen_diplomat.web.filters import page_url
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.signin import request_time, signed_in

BESIDE_THE_FORM = 5
BESIDE_THE_REVIEW = 3


@dataclass(frozen=True)
class SimilarItem:
    """One line of the list. Of a gist there are no number, title, language or addresses."""

    state: State
    cities: tuple[str, ...]
    topic: str
    at: datetime | None
    reason: str | None = None
    number: int | None = None
    title: str | None = None
    language: str | None = None
    url: str | None = None
    support_url: str | None = None
    join_url: str | None = None
    """Where somebody asks to become its co-author; the list offers it where there is one."""
    outcome: OutcomeState | None = None
    """What became of it, where it was accepted."""


def similar_for_member(
    title: str, summary: str = "", *, exclude: int | None = None
) -> list[SimilarItem]:
    """What the signed-in member is shown of proposals like the one they write, best first."""
    found = similar(
        db(),
        title[:TITLE_LENGTH],
        summary[:SUMMARY_LENGTH],
        viewer=signed_in().id,
        exclude=exclude,
        limit=BESIDE_THE_FORM,
    )
    gists = [one.number for one in found if one.shown is Shown.GIST]
    reasons, became = reasons_given(db(), gists), _outcomes(found)
    return [
        _gist(one, reasons.get(one.number))
        if one.shown is Shown.GIST
        else _whole(one, became.get(one.number))
        for one in found
    ]


def similar_for_staff(text: Revision) -> list[SimilarItem]:
    """Proposals like the one under review, of those that this moderator may see."""
    found = similar_for_review(db(), text, viewer=signed_in().id, limit=BESIDE_THE_REVIEW)
    became = _outcomes([one for one, _ in found])
    return [
        _entry(one, became.get(one.number), url=_desk_or_public(one, item)) for one, item in found
    ]


def _outcomes(found: Iterable[Similar]) -> dict[int, OutcomeState]:
    accepted = [one.number for one in found if one.state in PUBLIC]
    return states_of(db(), accepted, at=request_time())


def _desk_or_public(one: Similar, item: int | None) -> str:
    if item is None:
        return page_url("public.proposal", number=one.number)
    return page_url("staff.item", item=item)


def _gist(one: Similar, reason: Reason | None) -> SimilarItem:
    words = reason.text(language()) if reason else None
    return SimilarItem(one.state, one.city_slugs, one.topic_slug, one.decided_at, words)


def _entry(one: Similar, outcome: OutcomeState | None, **addresses: str | None) -> SimilarItem:
    return SimilarItem(
        state=one.state,
        cities=one.city_slugs,
        topic=one.topic_slug,
        at=one.decided_at or one.submitted_at,
        number=one.number,
        title=one.title,
        language=one.language,
        outcome=outcome,
        **addresses,
    )


def _whole(one: Similar, outcome: OutcomeState | None) -> SimilarItem:
    public = one.state in PUBLIC
    page = "public.proposal" if public else "member.own"
    address = page_url(page, number=one.number)
    if not public or one.is_own:
        return _entry(one, outcome, url=address)
    return _entry(
        one,
        outcome,
        url=address,
        support_url=page_url("public.proposal", number=one.number, _anchor="support"),
        join_url=page_url("member.join", number=one.number),
    )
