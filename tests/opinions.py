"""How somebody outside is asked for an opinion, for stories that begin there."""

from datetime import datetime
from itertools import count

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.moderation import advice, opinions
from citizen_diplomat.moderation.advice import Opinion
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.opinion_rules import Advisor, Recommendation
from citizen_diplomat.moderation.opinions import Asking
from citizen_diplomat.moderation.outside_opinion import OutsideOpinion
from tests.desk import MONDAY

QUESTION = "Is the water clean enough for a garden?"
YES = Opinion(
    recommendation=Recommendation.IN_FAVOUR,
    relevance="Both cities are dry.",
    feasibility="",
    risk="Salt in the soil.",
    text="We have done this in ten houses.",
    name="Marta Puig",
    function="Professor of hydrology",
    may_be_named=False,
)
_keys = count()


def asked(
    session: Session,
    item: QueueItem,
    *,
    by: Account,
    at: datetime = MONDAY,
    kind: Advisor = Advisor.EXPERT,
    name: str = "Prof. Puig",
    address: str = "",
    days: int = 14,
    form_key: str | None = None,
) -> tuple[OutsideOpinion, str]:
    """A request about an item, and the secret of its link; the caller commits."""
    row, token = opinions.ask(
        session,
        item,
        Asking(kind, name, address, QUESTION, "en", days, item.revision or 0),
        form_key=form_key or f"key {next(_keys)}",
        by=by,
        at=at,
        link=lambda secret: f"http://localhost/en/opinion/{secret}",
        told=lambda moment: (moment.date().isoformat(), f"{moment:%H:%M}"),
    )
    assert token is not None
    return row, token


def given(
    session: Session, row: OutsideOpinion, opinion: Opinion = YES, *, at: datetime = MONDAY
) -> None:
    """The opinion of who was asked; the caller commits."""
    link = "http://localhost/en/staff/queue/1"
    advice.give(session, row, opinion, at=at, link=lambda _person: link)
