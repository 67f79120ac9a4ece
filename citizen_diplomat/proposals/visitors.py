"""What visitors write before they sign in: kept for their browser, then taken over as drafts.

A text is never given to an account because somebody typed its address. It goes to the browser that
wrote it once somebody signs in there, or to the account that this browser registered, once its
address is confirmed. After a registration nobody with another address takes it over, whether or
not the address had an account already: so nobody learns that from the text.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    and_,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import address_mark
from citizen_diplomat.cities.model import City, Topic
from citizen_diplomat.foundation.database import Base, Document, Key
from citizen_diplomat.foundation.tokens import digest, new_secret
from citizen_diplomat.proposals.actions import Conflict, start
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import (
    BODY_LENGTH,
    MOST_VISITOR_DRAFTS,
    SUMMARY_LENGTH,
    TITLE_LENGTH,
    VISITOR_DRAFT_KEPT,
    WINDOW_LENGTH,
    Draft,
)


class VisitorDraft(Base):
    """What somebody wrote before they had signed in, until they do.

    The signed cookie of their browser holds the key, we keep only its digest. The text is the
    author's alone; what it becomes later is a draft like any other.
    """

    __tablename__ = "visitor_draft"
    __table_args__ = (
        UniqueConstraint("key_digest", "form_key"),
        CheckConstraint(f"length(title) <= {TITLE_LENGTH}", name="title_length"),
        CheckConstraint(f"length(summary) <= {SUMMARY_LENGTH}", name="summary_length"),
        CheckConstraint(f"length(body) <= {BODY_LENGTH}", name="body_length"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    key_digest: Mapped[str] = mapped_column(String(64))
    form_key: Mapped[str] = mapped_column(String(64))
    for_address: Mapped[str | None] = mapped_column(String(16))
    """A mark of the address that registered since: nobody else takes the text over."""
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    """The account made by that registration, which may be confirmed on another device."""
    language: Mapped[str] = mapped_column(String(5))
    title: Mapped[str] = mapped_column(Text)
    summary: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    topic_slug: Mapped[str | None] = mapped_column(String(60))
    city_slugs: Mapped[list[str]] = mapped_column(Document)
    written_from: Mapped[str | None] = mapped_column(String(WINDOW_LENGTH))
    """The window that wrote last at a pause in typing; None after an act of the author's."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)

    __mapper_args__ = {"version_id_col": version}

    @property
    def draft(self) -> Draft:
        """Its words as a value, such as a proposal begins with."""
        return Draft(
            title=self.title,
            summary=self.summary,
            body=self.body,
            topic_slug=self.topic_slug,
            city_slugs=tuple(sorted(self.city_slugs)),
            language=self.language,
        )


class TooMany(Exception):  # noqa: N818 - named for what happened
    """This browser keeps as many texts as it may."""


def kept(session: Session, key: str, *, at: datetime) -> Sequence[VisitorDraft]:
    """What one browser keeps, last changed first."""
    return session.scalars(
        select(VisitorDraft)
        .where(*_of_browser(key, at))
        .order_by(VisitorDraft.updated_at.desc(), VisitorDraft.id.desc())
    ).all()


def one(
    session: Session, key: str, number: int, *, at: datetime, to_change: bool = False
) -> VisitorDraft | None:
    """One text if this browser keeps it; locked until the transaction ends if `to_change`."""
    query = select(VisitorDraft).where(VisitorDraft.id == number, *_of_browser(key, at))
    return session.scalar(query.with_for_update() if to_change else query)


def begin(
    session: Session,
    key: str,
    draft: Draft,
    *,
    form_key: str,
    at: datetime,
    window: str | None = None,
) -> tuple[VisitorDraft, bool]:
    """Keep a new text; the same form posted again changes only one that is as that form made it.

    The second value says whether the text holds the words of `draft` now, or others that were
    written since. Raises TooMany when this browser keeps as many as it may.
    """
    text = _begun(session, key, form_key)
    if text is None:
        text = VisitorDraft(key_digest=digest(key), form_key=form_key, created_at=at)
        _write(text, draft, at, window)
        text = _added(session, key, text, at)
    try:
        save(text, draft, version=1, window=window, at=at)
    except Conflict:
        return text, False
    return text, True


def save(
    text: VisitorDraft,
    draft: Draft,
    *,
    version: int | None,
    at: datetime,
    window: str | None = None,
) -> None:
    """Keep what was changed; raises Conflict if another than `window` wrote since `version`.

    The second click of a double click brings an old version and the same words: nothing is lost.
    """
    if text.draft == draft:
        text.updated_at = at
        return
    # On a bad line our answer may have been lost, and with it the version it told.
    is_own = window is not None and text.written_from == window
    if text.version != version and not is_own:
        raise Conflict(f"visitor's text {text.id} is at version {text.version}")
    _write(text, draft, at, window)


def bind(session: Session, key: str, *, email_key: str, made: Account | None) -> None:
    """Keep for whom this browser registered; `made` is None for an address that was known."""
    session.execute(
        update(VisitorDraft)
        .where(VisitorDraft.key_digest == digest(key))
        .values(
            for_address=address_mark(email_key), account_id=made.id if made is not None else None
        )
        .execution_options(synchronize_session=False)
    )


def take_over(session: Session, by: Account, *, key: str | None, at: datetime) -> list[Proposal]:
    """Make drafts of what `by` wrote before; they have just proved who they are.

    `key` is that of the browser at which they did. The newest comes first.
    """
    theirs: ColumnElement[bool] = VisitorDraft.account_id == by.id
    if key is not None:
        here = VisitorDraft.key_digest == digest(key)
        mark = VisitorDraft.for_address
        theirs = or_(theirs, and_(here, or_(mark.is_(None), mark == address_mark(by.email_key))))
    texts = session.scalars(
        select(VisitorDraft)
        .where(theirs, VisitorDraft.updated_at > at - VISITOR_DRAFT_KEPT)
        .order_by(VisitorDraft.updated_at.desc(), VisitorDraft.id.desc())
        .with_for_update()
    ).all()
    return [_as_draft(session, text, by, at) for text in texts]


def forget(session: Session, account: Account) -> None:
    """Delete what still waits for an account that is being closed."""
    session.execute(delete(VisitorDraft).where(VisitorDraft.account_id == account.id))


def forget_old(session: Session, *, at: datetime) -> None:
    """Delete what was kept for longer than it is promised."""
    session.execute(delete(VisitorDraft).where(VisitorDraft.updated_at <= at - VISITOR_DRAFT_KEPT))


def _of_browser(key: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        VisitorDraft.key_digest == digest(key),
        VisitorDraft.updated_at > at - VISITOR_DRAFT_KEPT,
    )


def _begun(session: Session, key: str, form_key: str) -> VisitorDraft | None:
    return session.scalar(
        select(VisitorDraft)
        .where(VisitorDraft.key_digest == digest(key), VisitorDraft.form_key == form_key)
        .with_for_update()
    )


def _added(session: Session, key: str, text: VisitorDraft, at: datetime) -> VisitorDraft:
    wanted = select(func.count()).select_from(VisitorDraft).where(*_of_browser(key, at))
    if (session.scalar(wanted) or 0) >= MOST_VISITOR_DRAFTS:
        raise TooMany
    try:
        with session.begin_nested():
            session.add(text)
    except IntegrityError:
        # The other click of a double click came first.
        earlier = _begun(session, key, text.form_key)
        if earlier is None:
            raise
        return earlier
    return text


def _write(text: VisitorDraft, draft: Draft, at: datetime, window: str | None) -> None:
    text.title, text.summary, text.body = draft.title, draft.summary, draft.body
    text.language, text.topic_slug = draft.language, draft.topic_slug
    text.city_slugs = list(draft.city_slugs)
    text.written_from = window
    text.updated_at = at


def _as_draft(session: Session, text: VisitorDraft, by: Account, at: datetime) -> Proposal:
    words = text.draft
    cities = session.scalars(select(City.slug).where(City.slug.in_(words.city_slugs)))
    is_known = session.get(Topic, words.topic_slug) is not None if words.topic_slug else False
    draft = Draft(
        title=words.title,
        summary=words.summary,
        body=words.body,
        topic_slug=words.topic_slug if is_known else None,
        city_slugs=tuple(sorted(cities)),
        language=words.language,
    )
    proposal = start(session, draft, form_key=text.form_key, by=by, at=at)
    if proposal.draft != draft:
        # The same form was kept and taken over before, with other words: these are nowhere else.
        proposal = start(session, draft, form_key=digest(new_secret()), by=by, at=at)
    session.delete(text)
    return proposal
