"""What somebody is told whose words were taken out: a letter and a statement of reasons."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community.messages import TextRemoved
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import Ground
from citizen_diplomat.correspondence.model import MemberMessage
from citizen_diplomat.mail.outbox import post
from citizen_diplomat.moderation.rules import Measure
from citizen_diplomat.moderation.statements import StatementLink, give
from citizen_diplomat.moderation.wording import ABOUT, Facts, rule_of_ground
from citizen_diplomat.news.model import News
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import approved_text
from citizen_diplomat.proposals.receipts import reference_of
from citizen_diplomat.proposals.versions import first_sent_at
from citizen_diplomat.proposals.writers import writers


@dataclass(frozen=True)
class Removal:
    """By which rule something was taken out, and what the moderator wrote of it.

    `links` leads to the page where it stood, by the reader's language; `statement` is how the
    shell makes the link to the statement.
    """

    ground: Ground
    message: str
    was_reported: bool
    at: datetime
    links: dict[str, str]
    statement: StatementLink | None = None


def tell_of_comment(
    session: Session, comment: Comment, removal: Removal, *, was_shown: bool
) -> None:
    """Tell the author of a comment that it was taken out, by which rule and how to object."""
    author = session.get_one(Account, comment.author_id)
    proposal = None
    if comment.news_number is not None:
        title = session.get_one(News, comment.news_number).title(author.language)
    else:
        proposal = session.get_one(Proposal, comment.proposal_number)
        title = proposal.title
    facts = Facts(
        Measure.COMMENT_REMOVED,
        comment.id,
        rule_of_ground(removal.ground),
        removal.message,
        title=title,
        written_at=comment.created_at,
        words=comment.text,
        was_reported=removal.was_reported,
        is_on_news=comment.news_number is not None,
    )
    key = f"comment_removed:{comment.id}:{comment.version}"
    _tell(session, author, facts, removal, key, comment.text, proposal, was_shown=was_shown)


def tell_of_proposal(session: Session, proposal: Proposal, removal: Removal, *, thing: int) -> None:
    """Tell all who write a proposal that it was taken out of the public pages.

    `thing` is the number of what was reported.
    """
    text = approved_text(session, proposal)
    first_at = first_sent_at(session, proposal.number)
    facts = Facts(
        Measure.PROPOSAL_TAKEN_DOWN,
        proposal.number,
        rule_of_ground(removal.ground),
        removal.message,
        title=proposal.title,
        reference=reference_of(proposal.number, first_at) if first_at else "",
        version=text.revision if text else 0,
        written_at=text.submitted_at if text else first_at,
        was_reported=removal.was_reported,
    )
    cause = _cause(thing, removal)
    for author in writers(session, proposal.number):
        key = cause if author.id == proposal.author_id else f"{cause}:{author.id}"
        _tell(session, author, facts, removal, key, proposal.title, proposal)


def tell_of_profile(
    session: Session, account: Account, words: str, removal: Removal, *, thing: int
) -> None:
    """Tell somebody that the words about them were taken out of their profile."""
    facts = Facts(
        Measure.PROFILE_EMPTIED,
        account.id,
        rule_of_ground(removal.ground),
        removal.message,
        words=words,
        was_reported=removal.was_reported,
    )
    _tell(session, account, facts, removal, _cause(thing, removal), words)


def tell_of_message(
    session: Session, message: MemberMessage, removal: Removal, *, thing: int
) -> None:
    """Tell somebody that a message of theirs to another member was taken out."""
    author = session.get_one(Account, message.sender_id)
    facts = Facts(
        Measure.MESSAGE_REMOVED,
        message.id,
        rule_of_ground(removal.ground),
        removal.message,
        written_at=message.sent_at,
        words=message.text,
        was_reported=removal.was_reported,
    )
    _tell(session, author, facts, removal, _cause(thing, removal), message.text)


def _cause(thing: int, removal: Removal) -> str:
    return f"text_removed:{thing}:{removal.at.timestamp():.0f}"


def _tell(
    session: Session,
    author: Account,
    facts: Facts,
    removal: Removal,
    key: str,
    words: str,
    proposal: Proposal | None = None,
    *,
    was_shown: bool = True,
) -> None:
    if author.closed_at is not None:
        return
    number = proposal.number if proposal else None
    statement = give(session, facts, to=author, at=removal.at, proposal_number=number)
    letter = TextRemoved(
        kind=ABOUT[facts.measure],
        subject=facts.subject_id,
        number=number,
        words=words,
        ground=removal.ground,
        message=removal.message,
        was_shown=was_shown,
        was_reported=removal.was_reported,
        link=removal.links[author.language],
        statement_link=removal.statement(author, statement.id) if removal.statement else None,
        appeal_until=statement.last_day,
    )
    post(session, letter, author.recipient, key=key, at=removal.at)
