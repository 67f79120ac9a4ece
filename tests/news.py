"""News that Soheila has published, for stories that begin there."""

from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.news import actions
from citizen_diplomat.news.model import News, Wording, Words

CHOIR = Wording(
    Words(
        title_fa="گروه سرود فرایبورگ به اصفهان می‌آید",
        title_en="The choir of Freiburg comes to Isfahan",
        summary_fa="سی خواننده در بهار مهمان ما خواهند بود.",
        summary_en="Thirty singers will be our guests in spring.",
        body_fa="برنامه در تالار **رودکی** است.",
        body_en="They sing in the **Rudaki** hall.",
    ),
    cities=("freiburg",),
    topics=("culture-arts",),
)


def published(
    session: Session, by: Account, *, since: datetime | None = None, wording: Wording = CHOIR
) -> News:
    """A piece of news that everybody reads since then, or since now."""
    at = since or now()
    row = actions.write(session, wording, by=by, at=at)
    actions.publish(session, row, by=by, at=at)
    session.commit()
    return row
