"""What authors are told of a decision: a letter, and a statement when it is against them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.moderation.messages import AppealDecided, ChangeDecided, DecisionMade
from citizen_diplomat.moderation.model import Decision, QueueItem, Reason
from citizen_diplomat.moderation.remarks import Remark
from citizen_diplomat.moderation.rules import ItemKind, Outcome, measure_of
from citizen_diplomat.moderation.statements import StatementLink, StatementOfReasons, give
from citizen_diplomat.moderation.wording import Facts, rule_of_reason
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import newest_revision
from citizen_diplomat.proposals.receipts import reference_of
from citizen_diplomat.proposals.versions import first_sent_at
from citizen_diplomat.proposals.writers import writers

LETTERS: dict[ItemKind, type[DecisionMade]] = {
    ItemKind.CHANGE: ChangeDecided,
    ItemKind.APPEAL: AppealDecided,
}
"""Which letter tells of a decision; `DecisionMade` where none is named."""


@dataclass(frozen=True)
class Links:
    """How the shell makes the links of such a letter: to the authors' page, and to what they have.

    `duplicate` leads to the public page of the proposal that came first, `statement` to the
    statement of reasons.
    """

    own: Callable[[Account], str]
    duplicate: Callable[[Account], str] | None = None
    statement: StatementLink | None = None

    def to_statement(self, author: Account, given: StatementOfReasons | None) -> str | None:
        """The link to the statement that an author was given, if they were."""
        return self.statement(author, given.id) if self.statement and given else None


def tell_authors(
    session: Session,
    item: QueueItem,
    decision: Decision,
    ground: Reason,
    *,
    state: str,
    links: Links,
    remarks: Sequence[Remark] = (),
    follow: Collection[int] = (),
) -> None:
    """Write to all who write the proposal, each in their language; `state` is the new one.

    `follow` are those who follow the original of a duplicate now.
    """
    proposal = session.get_one(Proposal, decision.proposal_number)
    kind = LETTERS.get(ItemKind(item.kind), DecisionMade)
    cause = f"decision:{proposal.number}:{decision.revision}:{decision.id}"
    facts = _facts(session, item, decision, ground)
    told = tuple(_in_letter(remark) for remark in remarks)
    for author in writers(session, proposal.number):
        statement = _statement(session, facts, decision, author) if facts else None
        letter = kind(
            number=proposal.number,
            title=proposal.title,
            state=str(state),
            reason=ground.text(author.language),
            message=decision.message,
            link=links.own(author),
            duplicate_link=links.duplicate(author) if links.duplicate else None,
            statement_link=links.to_statement(author, statement),
            appeal_until=statement.last_day if statement else "",
            remarks=told,
            follows_other=author.id in follow,
        )
        key = cause if author.id == proposal.author_id else f"{cause}:{author.id}"
        post(session, letter, author.recipient, key=key, at=decision.at)


def _in_letter(remark: Remark) -> dict[str, str]:
    return {"field": remark.field, "quote": remark.quote, "text": remark.text}


def _facts(session: Session, item: QueueItem, decision: Decision, ground: Reason) -> Facts | None:
    """What a statement of reasons says of a decision against the authors; None for any other."""
    measure = measure_of(ItemKind(item.kind), Outcome(decision.outcome))
    if measure is None:
        return None
    sent = newest_revision(session, decision.proposal_number)
    assert sent is not None, "what was decided on has been submitted"
    first_at = first_sent_at(session, sent.proposal_number) or sent.submitted_at
    return Facts(
        measure,
        decision.proposal_number,
        rule_of_reason(ground),
        decision.message,
        title=sent.title,
        reference=reference_of(sent.proposal_number, first_at),
        version=sent.revision,
        written_at=sent.submitted_at,
        duplicate_of=decision.duplicate_of,
    )


def _statement(
    session: Session, facts: Facts, decision: Decision, author: Account
) -> StatementOfReasons:
    number = decision.proposal_number
    return give(
        session, facts, to=author, at=decision.at, proposal_number=number, decision=decision
    )
