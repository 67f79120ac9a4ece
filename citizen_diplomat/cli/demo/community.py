"""What the invented people said to accepted proposals and to news, by the verbs of the rooms."""

import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cli.demo.people import DATA
from citizen_diplomat.cli.demo.proposals import Row, Stage
from citizen_diplomat.community import actions
from citizen_diplomat.community.matters import Talked
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import CommentDraft, CommentState, FollowKind, Mark
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.moderation import comments
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.news.model import News
from citizen_diplomat.proposals.model import Proposal

READ_AFTER = timedelta(hours=1)


@cache
def community_file() -> dict[str, Any]:
    """What demo_community.json holds."""
    content: dict[str, Any] = json.loads((DATA / "demo_community.json").read_text("utf-8"))
    return content


def talk(stage: Stage, scene: Row, *, at: datetime) -> None:
    """Let somebody say something, and staff read it unless it shall wait."""
    session, by = stage.session, stage.people[scene["by"]]
    thing = _thing(stage, scene)
    answered = _said(session, scene["answers"]) if "answers" in scene else None
    draft = CommentDraft(
        scene["text"], Mark(scene.get("mark", "none")), answered.id if answered else None
    )
    if scene["does"] == "answer":
        actions.answer(session, thing, draft, form_key=scene["id"], by=by, at=at)
        return
    said = comments.write(session, thing, draft, form_key=scene["id"], by=by, at=at)
    if said.state == CommentState.WAITING and not scene.get("waits"):
        _approve(session, said, by=stage.people["hamid"], at=at + READ_AFTER)


def gather(stage: Stage, name: str, most: int, *, at: datetime) -> None:
    """Let some of those who live nearest support a proposal, and its topic be followed."""
    session = stage.session
    proposal = _proposal(session, stage.numbers[name])
    rows = session.scalars(
        select(Account)
        .join(Profile, Profile.account_id == Account.id)
        .where(Account.id != proposal.author_id)
        .order_by(Profile.city_slug.not_in(proposal.city_slugs), Account.id)
        .limit(most)
    ).all()
    for person in rows:
        actions.support(session, proposal, cities=proposal.city_slugs, by=person, at=at)
    for person in rows[:3]:
        actions.follow(session, FollowKind.TOPIC, proposal.topic_slug or "", by=person, at=at)


def _approve(session: Session, said: Comment, *, by: Account, at: datetime) -> None:
    # Its item was just written.
    session.flush()
    item = session.scalars(
        select(QueueItem)
        .where(QueueItem.kind == ItemKind.COMMENT, QueueItem.subject_id == said.id)
        .options(selectinload(QueueItem.proposal))
    ).one()
    comments.approve(session, item, said, version=said.version, by=by, at=at)


def _thing(stage: Stage, scene: Row) -> Talked:
    if "news" in scene:
        return stage.session.get_one(News, stage.news[scene["news"]])
    return _proposal(stage.session, stage.numbers[scene["proposal"]])


def _proposal(session: Session, number: int) -> Proposal:
    return session.scalars(
        select(Proposal)
        .where(Proposal.number == number)
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
    ).one()


def _said(session: Session, form_key: str) -> Comment:
    return session.scalars(select(Comment).where(Comment.form_key == form_key)).one()
