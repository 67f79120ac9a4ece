"""What the invented people wrote and what was decided on it, by the verbs of the rooms."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cli.demo.calls import ANSWER
from citizen_diplomat.cli.demo.people import DATA
from citizen_diplomat.cli.demo.questions import answers_of, needs_of
from citizen_diplomat.moderation import actions as moderation
from citizen_diplomat.moderation import appealing
from citizen_diplomat.moderation import changes as desk
from citizen_diplomat.moderation.claims import written
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind, Outcome
from citizen_diplomat.proposals import actions as proposals
from citizen_diplomat.proposals import changes
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import text_of_writer
from citizen_diplomat.proposals.rules import Cost, Draft, Duration, State
from citizen_diplomat.proposals.written import ProposalChange
from citizen_diplomat.web.links import absolute, link_to, statement_link

Row = dict[str, Any]


@dataclass
class Stage:
    """Who and what has appeared so far."""

    session: Session
    people: dict[str, Account]
    """Authors by the name in their proposals, staff by the first part of their address."""
    numbers: dict[str, int] = field(default_factory=dict)
    """Numbers of proposals by their id in the file."""
    calls: dict[str, int] = field(default_factory=dict)
    """Numbers of calls by their id in the file."""
    news: dict[str, int] = field(default_factory=dict)
    """Numbers of news by their id in the file."""


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
        case "change":
            _change(stage, row, scene, author, at)
        case "appeal":
            _appeal(stage, row, scene, author, at)
        case "withdraw":
            moderation.withdraw(stage.session, _proposal(stage, row), by=author, at=at)
        case _:
            _work_at_desk(stage, row, scene, at)


def _start(stage: Stage, row: Row, author: Account, at: datetime) -> Proposal:
    proposal = proposals.start(
        stage.session, _draft(stage, row), form_key=row["id"], by=author, at=at
    )
    # The database gives the proposal its number.
    stage.session.flush()
    stage.numbers[row["id"]] = proposal.number
    return proposal


def _draft(stage: Stage, row: Row, added: str = "") -> Draft:
    needs = needs_of(row["id"])
    return Draft(
        title=row["title"],
        summary=row["summary"],
        body=row["body"] + added,
        topic_slug=row["topic"],
        city_slugs=tuple(row["cities"]),
        language=row["lang"],
        skill_slugs=tuple(row["skills"]),
        beneficiaries=needs.get("beneficiaries", ""),
        partners=needs.get("partners", ""),
        own_part=needs.get("own_part", ""),
        cost=Cost(needs["cost"]) if "cost" in needs else None,
        duration=Duration(needs["duration"]) if "duration" in needs else None,
        answers=answers_of(stage.session, row["id"]),
        call_number=stage.calls.get(ANSWER.get(row["id"], "")),
    )


def _submit(stage: Stage, row: Row, scene: Row, author: Account, at: datetime) -> None:
    if row["id"] not in stage.numbers:
        _start(stage, row, author, at)
    proposal = _proposal(stage, row)
    if proposal.state == State.CHANGES_REQUESTED:
        proposals.save(
            stage.session,
            proposal,
            _draft(stage, row, scene["adds"]),
            version=proposal.version,
            by=author,
            at=at,
        )
    moderation.submit(
        stage.session, proposal, by=author, at=at, link=_own_page(author, proposal.number)
    )


def _change(stage: Stage, row: Row, scene: Row, author: Account, at: datetime) -> None:
    number = stage.numbers[row["id"]]
    # What the scene before wrote is found by a query.
    stage.session.flush()
    change = text_of_writer(stage.session, author.id, number, to_change=True)
    assert isinstance(change, ProposalChange), "only what was accepted is changed"
    body = change.body.replace(*scene["instead"]) + scene["adds"]
    draft = replace(change.draft, body=body)
    changes.save(stage.session, change, draft, version=change.version, by=author, at=at)
    desk.submit(stage.session, change, by=author, at=at, link=_own_page(author, number))


def _appeal(stage: Stage, row: Row, scene: Row, author: Account, at: datetime) -> None:
    proposal = _proposal(stage, row)
    link = _own_page(author, proposal.number)
    appealing.appeal(
        stage.session, proposal, scene["text"], form_key=row["id"], by=author, at=at, link=link
    )


def _work_at_desk(stage: Stage, row: Row, scene: Row, at: datetime) -> None:
    kind = ItemKind(scene.get("on", ItemKind.PROPOSAL))
    item, moderator = _item(stage, row, kind), stage.people[scene["by"]]
    if scene["does"] == "claim":
        moderation.claim(stage.session, item, by=moderator, at=at)
    elif scene["does"] == "note":
        moderation.add_note(stage.session, item, text=scene["text"], by=moderator, at=at)
    else:
        _decide(stage, scene, item, moderator, at)


def _decide(stage: Stage, scene: Row, item: QueueItem, moderator: Account, at: datetime) -> None:
    original = stage.numbers.get(scene.get("duplicate_of", ""))
    moderation.decide(
        stage.session,
        item,
        Outcome(scene["does"]),
        reason=scene["reason"],
        message=scene["message"],
        version=_version(stage, item),
        duplicate_of=original,
        by=moderator,
        at=at,
        link=link_to("member.own", number=item.subject_id),
        duplicate_link=link_to("public.proposal", number=original) if original else None,
        statement_link=statement_link,
    )


def _proposal(stage: Stage, row: Row) -> Proposal:
    # What the scene before wrote is found by a query.
    stage.session.flush()
    return stage.session.scalars(
        select(Proposal)
        .where(Proposal.number == stage.numbers[row["id"]])
        .options(selectinload(Proposal.cities), selectinload(Proposal.skills))
    ).one()


def _version(stage: Stage, item: QueueItem) -> int:
    text = written(stage.session, item)
    assert text is not None, "what waits in the queue is under way"
    return text.version


def _item(stage: Stage, row: Row, kind: ItemKind) -> QueueItem:
    # What the scene before wrote is found by a query.
    stage.session.flush()
    return stage.session.scalars(
        select(QueueItem)
        .where(QueueItem.kind == kind, QueueItem.subject_id == stage.numbers[row["id"]])
        .options(joinedload(QueueItem.proposal))
    ).one()


def _own_page(author: Account, number: int) -> str:
    return absolute(author.language, "member.own", number=number)
