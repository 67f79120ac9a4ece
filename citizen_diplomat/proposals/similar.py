"""Proposals like one that is being written or reviewed, over all cities, years and decisions.

Every submitted proposal is kept with the words of its title and summary (`ProposalTerm`), so that
looking for similar ones reads the few rows of its rarest words, however many proposals there are,
and gives the same on both engines. What was found so is then compared word by word.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import log
from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from citizen_diplomat.accounts.sanction_rules import Hidden
from citizen_diplomat.accounts.sanctions import is_hidden
from citizen_diplomat.proposals.disclosure import Reader, Shown, shown_of_similar
from citizen_diplomat.proposals.hiding import is_text_hidden
from citizen_diplomat.proposals.model import Proposal, ProposalTerm, Revision
from citizen_diplomat.proposals.resemblance import Asked
from citizen_diplomat.proposals.rules import State
from citizen_diplomat.proposals.vocabulary import said
from citizen_diplomat.proposals.writers import is_writer

MARK = "#1"
"""A word that every listed proposal has; another number makes `flask init` list all of them again,
which it must when words are stemmed in another way or the vocabulary has changed."""

COMMON = 2_000
"""Rows from which a word counts as common: no more are counted, and rarer words are tried first."""

READ_AT_MOST = 6_000
"""Rows of words from which candidates are taken; the rarest word is always read."""

CANDIDATES = 40
ALIKE = 0.48
"""The score from which two proposals are called similar; measured by `tests/bench_similar.py`."""


@dataclass(frozen=True)
class Similar:
    """A proposal like the one that was asked about, and how much of it the reader may be shown.

    Its words are those of the approved version, or of the one that was submitted last.
    """

    number: int
    score: float
    shown: Shown
    state: State
    is_own: bool
    title: str
    summary: str
    language: str
    topic_slug: str
    city_slugs: tuple[str, ...]
    submitted_at: datetime | None
    decided_at: datetime | None


def similar(
    session: Session,
    title: str,
    summary: str = "",
    *,
    viewer: int | None,
    scope: ColumnElement[bool] | None = None,
    exclude: int | None = None,
    limit: int = 5,
) -> list[Similar]:
    """Proposals like `title` and `summary` that `viewer` may hear of, best first.

    `viewer` is a member's account; None stands for staff, who may be bound to a `scope`, a
    condition on proposals. Never a draft, never `exclude`. Three queries, whatever is found.
    """
    asked = Asked(said(title), said(summary))
    if not asked.keys:
        return []
    counts = _counts(session, asked.keys)
    rarity = _rarity(counts)
    allowed = [_may_be_told(viewer), *([] if scope is None else [scope])]
    if exclude is not None:
        allowed.append(Proposal.number != exclude)
    numbers = _candidates(session, _to_read(counts), rarity, allowed)
    compared = [
        (asked.likeness(said(row.title), said(row.summary), rarity), row)
        for row in _texts(session, numbers, viewer)
    ]
    best = sorted(compared, key=lambda found: (-found[0], -found[1].number))
    return [_similar(score, row, viewer) for score, row in best[:limit] if score >= ALIKE]


def find_by_words_of(session: Session, *revisions: Revision) -> None:
    """Let proposals be found by the words of these versions and no others."""
    numbers = [revision.proposal_number for revision in revisions]
    session.execute(delete(ProposalTerm).where(ProposalTerm.proposal_number.in_(numbers)))
    session.execute(insert(ProposalTerm), [row for each in revisions for row in _rows(each)])


def list_missing(session: Session, *, limit: int = 500) -> int:
    """List submitted proposals that are not listed by today's rules yet; returns how many."""
    listed = select(ProposalTerm.proposal_number).where(ProposalTerm.term == MARK)
    wanted = (
        select(Revision)
        .join(Proposal, Proposal.number == Revision.proposal_number)
        .where(_is_shown(), Revision.proposal_number.not_in(listed))
        .order_by(Revision.proposal_number)
        .limit(limit)
    )
    rows = session.scalars(wanted).all()
    if rows:
        find_by_words_of(session, *rows)
    return len(rows)


def _counts(session: Session, keys: Sequence[str]) -> dict[str, int]:
    """How many proposals have each word, and how many there are (under MARK), COMMON at most."""
    counts = []
    for key in (MARK, *keys):
        rows = select(ProposalTerm.term).where(ProposalTerm.term == key).limit(COMMON).subquery()
        number = select(func.count()).select_from(rows).scalar_subquery()
        counts.append(select(literal(key).label("term"), number.label("found")))
    return {row.term: row.found for row in session.execute(union_all(*counts))}


def _rarity(counts: dict[str, int]) -> dict[str, int]:
    """How telling each word is: the rarer, the more; whole numbers, alike on both engines."""
    listed = counts[MARK]
    return {term: round(100 * log(1 + (listed + 1) / (n + 1))) for term, n in counts.items()}


def _to_read(counts: dict[str, int]) -> list[str]:
    """The words to take candidates from: the rarest ones, until enough would be read."""
    known = sorted((n, term) for term, n in counts.items() if n and term != MARK)
    chosen: list[str] = []
    total = 0
    for n, term in known:
        total += n
        if chosen and total > READ_AT_MOST:
            break
        chosen.append(term)
    return chosen


def _candidates(
    session: Session,
    words: Sequence[str],
    rarity: dict[str, int],
    allowed: Sequence[ColumnElement[bool]],
) -> list[int]:
    """The proposals that share most with what is asked, of those that are `allowed`."""
    if not words:
        return []
    told = case({word: rarity[word] for word in words}, value=ProposalTerm.term)
    shared = func.sum(told * case((ProposalTerm.in_title, 3), else_=2))
    wanted = (
        select(ProposalTerm.proposal_number)
        .join(Proposal, Proposal.number == ProposalTerm.proposal_number)
        .where(ProposalTerm.term.in_(words), *allowed)
        .group_by(ProposalTerm.proposal_number)
        .order_by(shared.desc(), ProposalTerm.proposal_number.desc())
        .limit(CANDIDATES)
    )
    return list(session.scalars(wanted))


def _may_be_told(viewer: int | None) -> ColumnElement[bool]:
    """The table of `disclosure.shown_of_similar` as a condition."""
    if viewer is None:
        return and_(Proposal.state.in_(_states_told_to(Reader.STAFF)), ~is_text_hidden())
    return or_(
        and_(
            Proposal.state.in_(_states_told_to(Reader.MEMBER)),
            ~is_text_hidden(),
            ~is_hidden(Hidden.PROPOSAL, Proposal.number),
            Proposal.folded_at.is_(None),
        ),
        and_(is_writer(viewer), Proposal.state.in_(_states_told_to(Reader.AUTHOR))),
    )


def _states_told_to(reader: Reader) -> list[State]:
    return [state for state in State if shown_of_similar(state, reader) is not Shown.NOTHING]


def _texts(session: Session, numbers: Sequence[int], viewer: int | None) -> Sequence[Any]:
    """What is compared and shown of these proposals: the approved version, or the newest."""
    if not numbers:
        return []
    is_own = literal(False) if viewer is None else is_writer(viewer)
    return session.execute(
        select(
            Proposal.number, Proposal.state, Proposal.submitted_at,
            Proposal.decided_at, Revision.title, Revision.summary, Revision.language,
            Revision.topic_slug, Revision.city_slugs, is_own.label("is_own"),
        )
        .join(Revision, Revision.proposal_number == Proposal.number)
        .where(Proposal.number.in_(numbers), _is_shown())
    ).all()  # fmt: skip


def _is_shown() -> ColumnElement[bool]:
    """What was accepted, while a change of it waits; the newest version of everything else."""
    other = aliased(Revision)
    newest = (
        select(func.max(other.revision))
        .where(other.proposal_number == Revision.proposal_number)
        .correlate(Revision)
        .scalar_subquery()
    )
    return Revision.revision == func.coalesce(Proposal.approved_revision, newest)


def _rows(revision: Revision) -> list[dict[str, object]]:
    here, below = said(revision.title).keys, said(revision.summary).keys
    words = {
        MARK: False,
        **dict.fromkeys(sorted(below), False),
        **dict.fromkeys(sorted(here), True),
    }
    return [
        {"term": word, "proposal_number": revision.proposal_number, "in_title": in_title}
        for word, in_title in words.items()
    ]


def _similar(score: float, row: Any, viewer: int | None) -> Similar:
    state, is_own = State(row.state), bool(row.is_own)
    reader = Reader.STAFF if viewer is None else Reader.AUTHOR if is_own else Reader.MEMBER
    return Similar(
        number=row.number,
        score=score,
        shown=shown_of_similar(state, reader),
        state=state,
        is_own=is_own,
        title=row.title,
        summary=row.summary,
        language=row.language,
        topic_slug=row.topic_slug,
        city_slugs=tuple(sorted(row.city_slugs)),
        submitted_at=row.submitted_at,
        decided_at=row.decided_at,
    )
