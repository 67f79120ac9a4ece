"""What the desk's decisions have taught about words: counts, and nothing of the texts themselves.

A word is kept as a digest: the words shown beside a score are those of the text that is being
read. Whoever teaches does so after the log was written, whose lock then keeps two lessons apart.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import CheckConstraint, String, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.foundation.database import Base
from citizen_diplomat.foundation.folding import SEPARATOR
from citizen_diplomat.foundation.tokens import digest
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.spam_rules import SCORED, Seen, Verdict, words_of

DIGEST_LENGTH = 32
EVERY_TEXT = "every text"
"""Stands for the texts themselves among the words: in so many of them any word could stand."""


class SpamWord(Base):
    """In how many texts of either kind a word stood."""

    __tablename__ = "spam_word"
    __table_args__ = (CheckConstraint("spam >= 0 AND fine >= 0", name="counts"),)

    word_digest: Mapped[str] = mapped_column(String(DIGEST_LENGTH), primary_key=True)
    spam: Mapped[int] = mapped_column(default=0)
    fine: Mapped[int] = mapped_column(default=0)


def learn(session: Session, item: QueueItem, verdict: Verdict | None) -> None:
    """Count the words of an item that was just decided on; None teaches nothing."""
    words = words_of_item(item)
    if verdict is None or not words:
        return
    rows = [{"word_digest": one, "spam": 0, "fine": 0, verdict.value: 1} for one in _digests(words)]
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    new = (sqlite.insert if is_sqlite else postgresql.insert)(SpamWord).values(rows)
    changes = {verdict.value: getattr(SpamWord, verdict.value) + 1}
    session.execute(new.on_conflict_do_update(index_elements=["word_digest"], set_=changes))


def unlearn(session: Session, item: QueueItem, verdict: Verdict) -> None:
    """Take a lesson back, with the decision that gave it."""
    words, column = words_of_item(item), getattr(SpamWord, verdict.value)
    if not words:
        return
    session.execute(
        update(SpamWord)
        .where(SpamWord.word_digest.in_(_digests(words)), column > 0)
        .values({verdict.value: column - 1})
        .execution_options(synchronize_session=False)
    )


def seen(session: Session, words: Iterable[str]) -> tuple[Mapping[str, Seen], Seen]:
    """Where these words stood before, and how many texts of either kind there were."""
    digests = {_digest(word): word for word in (*words, EVERY_TEXT)}
    rows = session.execute(
        select(SpamWord.word_digest, SpamWord.spam, SpamWord.fine).where(
            SpamWord.word_digest.in_(sorted(digests))
        )
    )
    counts = {digests[row.word_digest]: Seen(row.spam, row.fine) for row in rows}
    return counts, counts.pop(EVERY_TEXT, Seen(0, 0))


def words_of_item(item: QueueItem) -> tuple[str, ...]:
    """The words of what waits, as the queue finds it; none once its author has taken it back.

    Some kinds have none: a suggested skill, an appeal.
    """
    if item.kind not in SCORED:
        return ()
    return words_of(item.search_text.partition(SEPARATOR)[0])


def _digests(words: Iterable[str]) -> list[str]:
    # In one order, so that two lessons at once wait for each other and in no ring.
    return sorted(_digest(word) for word in (*words, EVERY_TEXT))


def _digest(word: str) -> str:
    return digest(word)[:DIGEST_LENGTH]
