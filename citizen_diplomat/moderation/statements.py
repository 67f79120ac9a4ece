"""Statements of reasons: a document for each author of what was decided against (DSA art. 17).

It is written with the decision, in the language of who it is for, and stays as it was given.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.foundation.database import Base, Document, Key, one_of
from citizen_diplomat.foundation.paging import Cursor, Page, beyond, page
from citizen_diplomat.moderation.deadlines import appeal_until, last_day
from citizen_diplomat.moderation.model import Decision
from citizen_diplomat.moderation.office import office
from citizen_diplomat.moderation.rules import Measure
from citizen_diplomat.moderation.wording import ABOUT, Facts, document
from citizen_diplomat.proposals.receipts import reference_of

PAGE_LENGTH = 20

StatementLink = Callable[[Account, int], str]
"""How the shell makes the link to a statement, by its number, for who gets it by mail."""


class StatementOfReasons(Base):
    """What somebody was told of a decision against their words; never changed afterwards.

    Who of the staff decided is not in it: the decision is the office's (`Decision.decided_by` and
    the log know).
    """

    __tablename__ = "statement_of_reasons"
    __table_args__ = (
        one_of("measure", Measure),
        UniqueConstraint("decision_id", "account_id"),
        Index("ix_statement_of_reasons_account", "account_id", "at", "id"),
        Index("ix_statement_of_reasons_subject", "subject_kind", "subject_id"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    """Whom it is for, who alone opens it; co-authors have their own."""
    measure: Mapped[str] = mapped_column(String(20))
    subject_kind: Mapped[str] = mapped_column(String(20))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    """The number of the proposal or comment; of the account for a profile."""
    proposal_number: Mapped[int | None] = mapped_column(ForeignKey("proposal.number"), index=True)
    """The proposal that it is about, or that the comment stands below; None for one on news."""
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    language: Mapped[str] = mapped_column(String(5))
    document: Mapped[dict[str, Any]] = mapped_column(Document)
    """Its words, as `wording.document` made them."""
    appeal_until: Mapped[datetime | None]
    """From when on it is too late to appeal or object; None where it is final."""
    at: Mapped[datetime]

    @property
    def reference(self) -> str:
        """Its own number, as it is read out; `S` keeps it apart from that of a proposal."""
        return f"S-{reference_of(self.id, self.at)}"

    @property
    def last_day(self) -> str:
        """The last day to appeal or object, as an ISO date; empty where it is final."""
        return last_day(self.appeal_until).isoformat() if self.appeal_until else ""


def give(
    session: Session,
    facts: Facts,
    *,
    to: Account,
    at: datetime,
    proposal_number: int | None = None,
    decision: Decision | None = None,
) -> StatementOfReasons:
    """Write a statement for one of those whose words were decided against, in their language.

    DSA art. 17(3): the measure and its scope (a), the facts and whether they came from a notice
    (b), whether means were automated (c), the rule (d, e), and the ways to object (f).
    """
    is_final = facts.measure is Measure.DECLINE_UPHELD
    until = None if is_final else appeal_until(office(session).calendar, at)
    statement = StatementOfReasons(
        account_id=to.id,
        measure=facts.measure,
        subject_kind=ABOUT[facts.measure],
        subject_id=facts.subject_id,
        proposal_number=proposal_number,
        decision_id=decision.id if decision else None,
        language=to.language,
        document=document(facts, to.language, at=at, until=until),
        appeal_until=until,
        at=at,
    )
    session.add(statement)
    # Its number is part of the letter's link.
    session.flush()
    return statement


def statement_for(session: Session, account_id: int, number: int) -> StatementOfReasons | None:
    """A statement, if it was given to this account."""
    return session.scalar(_given_to(account_id).where(StatementOfReasons.id == number))


def statements_for(
    session: Session,
    account_id: int,
    *,
    after: Cursor[datetime] | None = None,
    limit: int = PAGE_LENGTH,
) -> Page[StatementOfReasons]:
    """All statements given to an account, the newest first."""
    given, number = StatementOfReasons.at, StatementOfReasons.id
    wanted = _given_to(account_id).order_by(given.desc(), number.desc()).limit(limit + 1)
    if after is not None:
        wanted = wanted.where(beyond(given, number, after, descending=True))
    rows = session.scalars(wanted).all()
    return page(rows, limit, lambda row: (row.at, row.id), after=after)


def statements_about(
    session: Session, account_id: int, number: int
) -> Sequence[StatementOfReasons]:
    """What an account was told about a proposal and all below it, the oldest first."""
    wanted = _given_to(account_id).where(StatementOfReasons.proposal_number == number)
    return session.scalars(wanted.order_by(StatementOfReasons.id)).all()


def statement_on(
    session: Session, decision: Decision, account_id: int
) -> StatementOfReasons | None:
    """What an account was told of a decision, for whoever judges it again."""
    return session.scalar(
        _given_to(account_id).where(StatementOfReasons.decision_id == decision.id)
    )


def _given_to(account_id: int) -> Select[StatementOfReasons]:
    return select(StatementOfReasons).where(StatementOfReasons.account_id == account_id)
