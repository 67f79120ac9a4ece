"""Drafts thrown away and brought back, and what visitors wrote before they were members."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.foundation.tokens import new_secret
from citizen_diplomat.proposals import drafts, queries, visitors
from citizen_diplomat.proposals.actions import StepRefused
from citizen_diplomat.proposals.export import export
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import Shelf
from citizen_diplomat.proposals.rules import DISCARDED_KEPT, MOST_VISITOR_DRAFTS, State
from citizen_diplomat.proposals.visitors import VisitorDraft
from citizen_diplomat.web.personal_data import close
from tests.cast import Cast
from tests.rooms.test_proposals import DRAFT, NOW, begun, brought_to, logged
from tests.writers import link_for

SECOND = timedelta(seconds=1)
IDEA = replace(DRAFT, skill_slugs=())
LATER = datetime(2026, 10, 20, 8, 30, tzinfo=UTC)


def test_only_drafts_are_discarded(session: Session, cast: Cast) -> None:
    """Whatever was sent once stays."""
    for state in State:
        if state is not State.DRAFT:
            sent = brought_to(session, cast, state, key=state)
            with pytest.raises(StepRefused):
                drafts.discard(session, sent, by=cast.nasrin, at=NOW)
            with pytest.raises(StepRefused):
                drafts.erase(session, sent, by=cast.nasrin, at=NOW)


def test_a_discarded_draft_is_nowhere_and_comes_back_whole(session: Session, cast: Cast) -> None:
    """In no list, count or figure for a day; then it is as it was, or gone."""
    proposal = begun(session, cast)
    number, author = proposal.number, cast.nasrin.id
    drafts.discard(session, proposal, by=cast.nasrin, at=NOW)
    session.flush()
    assert queries.of_author(session, author, number) is None
    for shelf in Shelf:
        assert not queries.list_of_author(session, author, shelf=shelf).items
    assert not any(queries.counts_of_author(session, author).values())
    assert not any(queries.figures(session).values())
    assert [one.number for one in queries.discarded_of_author(session, author, at=NOW)] == [number]
    [row] = export(session, author)
    assert row["discarded_at"] == NOW.isoformat()
    assert not queries.discarded_of_author(session, cast.kamran.id, at=NOW)
    assert drafts.restore(session, number, by=cast.kamran, at=NOW) is None
    back = drafts.restore(session, number, by=cast.nasrin, at=NOW + DISCARDED_KEPT - SECOND)
    assert back is not None
    assert back.draft == DRAFT
    assert queries.of_author(session, author, number) is back
    assert logged(session, back)[-2:] == ["proposal.discarded", "proposal.restored"]


def test_after_a_day_it_is_gone_for_good(session: Session, cast: Cast) -> None:
    """The author cannot bring it back even before the worker comes round."""
    thrown, kept = begun(session, cast), begun(session, cast, key="other")
    drafts.discard(session, thrown, by=cast.nasrin, at=NOW)
    session.flush()
    assert drafts.forget_discarded(session, at=NOW + DISCARDED_KEPT - SECOND) == []
    after = NOW + DISCARDED_KEPT
    assert drafts.restore(session, thrown.number, by=cast.nasrin, at=after) is None
    assert not queries.discarded_of_author(session, cast.nasrin.id, at=after)
    assert drafts.forget_discarded(session, at=after) == [thrown.number]
    assert session.scalars(select(Proposal.number)).all() == [kept.number]


def test_the_form_of_a_discarded_draft_begins_a_new_one(session: Session, cast: Cast) -> None:
    """A window that was left open saves its words; they do not fall into the bin with the rest."""
    proposal = begun(session, cast)
    drafts.discard(session, proposal, by=cast.nasrin, at=NOW)
    session.flush()
    other = begun(session, cast)
    assert other.number != proposal.number


def test_leaving_takes_discarded_ones_and_waiting_texts_along(session: Session, cast: Cast) -> None:
    proposal = begun(session, cast)
    drafts.discard(session, proposal, by=cast.nasrin, at=NOW)
    key = new_secret()
    visitors.begin(session, key, IDEA, form_key="f", at=NOW)
    session.flush()
    visitors.bind(session, key, email_key=cast.nasrin.email_key, made=cast.nasrin)
    session.commit()
    session.expunge_all()
    seen = account_by_id(session, cast.nasrin.id)
    assert seen is not None
    close(session, seen, at=NOW, link_of=lambda _: link_for)
    session.flush()
    assert session.scalars(select(Proposal)).all() == []
    assert session.scalars(select(VisitorDraft)).all() == []


# --- before signing in ---


def test_a_visitors_text_becomes_a_draft_where_they_sign_in(session: Session, cast: Cast) -> None:
    key, other = new_secret(), new_secret()
    visitors.begin(session, key, IDEA, form_key="f", at=NOW)
    visitors.begin(session, other, replace(IDEA, title="دیگری"), form_key="f", at=NOW)
    session.flush()
    [taken] = visitors.take_over(session, cast.nasrin, key=key, at=LATER)
    session.flush()
    assert (taken.author_id, taken.state) == (cast.nasrin.id, State.DRAFT)
    assert taken.draft == IDEA
    assert logged(session, taken) == ["proposal.started"]
    assert [one.title for one in session.scalars(select(VisitorDraft))] == ["دیگری"]
    assert visitors.take_over(session, cast.nasrin, key=key, at=LATER) == []
    assert visitors.take_over(session, cast.nasrin, key=None, at=LATER) == []


def test_a_text_follows_its_registration_to_another_device(session: Session, cast: Cast) -> None:
    """And to nobody else, even at the same browser."""
    key = new_secret()
    visitors.begin(session, key, IDEA, form_key="f", at=NOW)
    session.flush()
    visitors.bind(session, key, email_key=cast.nasrin.email_key, made=cast.nasrin)
    assert visitors.take_over(session, cast.kamran, key=key, at=LATER) == []
    [taken] = visitors.take_over(session, cast.nasrin, key=None, at=LATER)
    assert taken.author_id == cast.nasrin.id


def test_typing_an_address_gives_its_owner_nothing(session: Session, cast: Cast) -> None:
    """The address was known: only a sign-in at this very browser takes the text over.

    To a third person it looks as if the address had been unknown.
    """
    key = new_secret()
    visitors.begin(session, key, IDEA, form_key="f", at=NOW)
    session.flush()
    visitors.bind(session, key, email_key=cast.nasrin.email_key, made=None)
    assert visitors.take_over(session, cast.nasrin, key=None, at=LATER) == []
    assert visitors.take_over(session, cast.nasrin, key=new_secret(), at=LATER) == []
    assert visitors.take_over(session, cast.kamran, key=key, at=LATER) == []
    assert len(visitors.take_over(session, cast.nasrin, key=key, at=LATER)) == 1


def test_a_browser_keeps_a_few_texts_for_thirty_days(session: Session) -> None:
    key = new_secret()
    for place in range(MOST_VISITOR_DRAFTS):
        visitors.begin(session, key, IDEA, form_key=str(place), at=NOW)
        session.flush()
    with pytest.raises(visitors.TooMany):
        visitors.begin(session, key, IDEA, form_key="more", at=NOW)
    other = replace(IDEA, title="دوباره")
    again, is_kept = visitors.begin(session, key, other, form_key="0", at=NOW)
    assert (again.title, is_kept) == ("دوباره", True)
    visitors.begin(session, new_secret(), IDEA, form_key="0", at=NOW)
    session.flush()
    month = NOW + timedelta(days=30)
    assert len(visitors.kept(session, key, at=month - SECOND)) == MOST_VISITOR_DRAFTS
    assert visitors.kept(session, key, at=month) == []
    visitors.forget_old(session, at=month - SECOND)
    assert session.scalars(select(VisitorDraft.id)).first() is not None
    visitors.forget_old(session, at=month)
    assert session.scalars(select(VisitorDraft.id)).all() == []


def test_a_city_that_is_no_longer_offered_is_left_out(session: Session, cast: Cast) -> None:
    key = new_secret()
    idea = replace(IDEA, city_slugs=("atlantis", "barcelona"), topic_slug="no-such-topic")
    visitors.begin(session, key, idea, form_key="f", at=NOW)
    session.flush()
    [taken] = visitors.take_over(session, cast.nasrin, key=key, at=LATER)
    assert (taken.city_slugs, taken.topic_slug) == (["barcelona"], None)
