"""What news keep about somebody, for themselves (GDPR art. 15 and 20)."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.clock import written
from citizen_diplomat.news.model import News, NewsVersion


def export(session: Session, account_id: int) -> list[dict[str, Any]]:
    """Which news they wrote for the office, and when; the words are the office's."""
    now = select(News.number, News.updated_at).where(News.written_by == account_id)
    before = select(NewsVersion.news_number, NewsVersion.written_at).where(
        NewsVersion.written_by == account_id
    )
    rows = [*session.execute(before), *session.execute(now)]
    return [{"news": number, "written_at": written(at)} for number, at in sorted(rows)]
