"""What the invented people wrote and what was decided on it, by the verbs of the rooms."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cli.demo.people import DATA
from citizen_diplomat.moderation import actions as moderation
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import Outcome
from citizen_diplomat.proposals import actions as proposals
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import Draft, State
from citizen_diplomat.web.links import absolute

Row = dict[str, Any]


@dataclass
class Stage:
    """Who and what has appeared so far."""

    session: Session
    people: dict[str, Account]
    """Authors by the name in their proposals, staff by the first part of their address."""
    numbers: dict[str, int] = field(default_factory=dict)
    """Numbers of proposals by their id in the file."""


@cache
def proposals_file() -> list[Row]:
    """The invented proposals, each with its story."""
    rows: list[Row] = json.loads((DATA / "demo_content.json").read_text("utf-8"))["proposals"]
    return rows


def play(stage: Stage, row: Row, scene: Row, *, at: datetime) -> None:
    """Let one scene of one proposal's story happen."""
    author = stage.people[row["author"]]
    match scene["does"]:
        case "start":
            _start(stage, row, author, at)
        case "submit":
            _submit(stage, row, scene, author, at)
        case "withdraw":
            moderation.withdraw(stage.session, _proposal(stage, row), by=author, at=at)
        case _:
            _work_at_desk(stage, row, scene, at)


def _start(stage: Stage, row: Row, author: Account, at: datetime) -> Proposal:
    proposal = proposals.start(stage.session, _draft(row), form_key=row["id"], by=author, at=at)
    # The database gives the proposal its number.
    stage.session.flush()
    stage.numbers[row["id"]] = proposal.number
    return proposal


def _draft(row: Row, added: str = "") -> Draft:
    return Draft(
        title=row["title"],
        summary=row["summary"],
        body=row["body"] + added,
        topic_slug=row["topic"],
        city_slugs=tuple(row["cities"]),
        language=row["lang"],
        skill_slugs=tuple(row["skills"]),
    )


def _submit(stage: Stage, row: Row, scene: Row, author: Account, at: datetime) -> None:
    if row["id"] not in stage.numbers:
        _start(stage, row, author, at)
    proposal = _proposal(stage, row)
    if proposal.state == State.CHANGES_REQUESTED:
        proposals.save(
            stage.session,
            proposal,
            _draft(row, scene["adds"]),
            version=proposal.version,
            by=author,
            at=at,
        )
    moderation.submit(
        stage.session, proposal, by=author, at=at, link=_own_page(author, proposal.number)
    )


def _work_at_desk(stage: Stage, row: Row, scene: Row, at: datetime) -> None:
    item, moderator = _item(stage, row), stage.people[scene["by"]]
    if scene["does"] == "claim":
        moderation.claim(stage.session, item, by=moderator, at=at)
    elif scene["does"] == "note":
        moderation.add_note(stage.session, item, text=scene["text"], by=moderator, at=at)
    else:
        _decide(stage, row, scene, item, moderator, at)


def _decide(
    stage: Stage, row: Row, scene: Row, item: QueueItem, moderator: Account, at: datetime
) -> None:
    author = stage.people[row["author"]]
    original = stage.numbers.get(scene.get("duplicate_of", ""))
    moderation.decide(
        stage.session,
        item,
        Outcome(scene["does"]),
        reason=scene["reason"],
        message=scene["message"],
        version=item.proposal.version,
        duplicate_of=original,
        by=moderator,
        at=at,
        link=_own_page(author, item.proposal_number),
        duplicate_link=(
            absolute(author.language, "public.proposal", number=original) if original else None
        ),
    )


def _proposal(stage: Stage, row: Row) -> Proposal:
    # What the scene before wrote is found by a query.
    stage.session.flush()
    return stage.session.scalars(
        select(Proposal)
        .where(Proposal.number == stage.numbers[row["id"]])
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
    ).one()


def _item(stage: Stage, row: Row) -> QueueItem:
    # What the scene before wrote is found by a query.
    stage.session.flush()
    return stage.session.scalars(
        select(QueueItem)
        .where(QueueItem.proposal_number == stage.numbers[row["id"]])
        .options(joinedload(QueueItem.proposal))
    ).one()


def _own_page(author: Account, number: int) -> str:
    return absolute(author.language, "member.own", number=number)
