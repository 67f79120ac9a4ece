"""What happened before you came: everything in the order of its time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.rules import Duty, may
from citizen_diplomat.cli.demo import people
from citizen_diplomat.cli.demo.profiles import describe, subscribe
from citizen_diplomat.cli.demo.proposals import Row, Stage, play, proposals_file
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.mail.model import OutboxMessage

STAFF_CAME = timedelta(days=95)
AUTHORS_CAME = timedelta(days=80)
NEIGHBOURS_CAME = timedelta(days=60)
BETWEEN_TWO = timedelta(hours=19)
READER = "nasrin@example.org"
LETTERS_LEFT = 2
"""So many of the reader's newest mails are sent after all, so that the mailbox is not empty."""


@dataclass(frozen=True)
class Scene:
    """Something that happens at one time."""

    at: datetime
    happen: Callable[..., None]


def tell(session: Session, *, hashed: str, at: datetime) -> None:
    """Let it all happen, up to the moment `at`."""
    stage = Stage(session, {})
    scenes = [
        *_staff(stage, hashed, at),
        *_authors(stage, hashed, at),
        *_neighbours(stage, hashed, at),
        *_proposals(stage, at),
    ]
    for scene in sorted(scenes, key=lambda scene: scene.at):
        scene.happen(at=scene.at)
    # What follows looks for the letters of all scenes.
    session.flush()
    _keep_old_mails_from_leaving(session, at)


def _staff(stage: Stage, hashed: str, at: datetime) -> list[Scene]:
    def arrive(person: people.Person, *, at: datetime) -> None:
        name = person.email.partition("@")[0]
        account = people.admit(stage.session, person, hashed=hashed, at=at)
        stage.people[name] = account
        if may(account.roles, Duty.REVIEW):
            subscribe(stage.session, account, Frequency.WEEKLY, at=at)

    return _one_after_another(
        at - STAFF_CAME, [partial(arrive, person) for person in people.staff()]
    )


def _authors(stage: Stage, hashed: str, at: datetime) -> list[Scene]:
    def arrive(author: Row, *, at: datetime) -> None:
        first = _first_proposal(author["known_as"])
        person = people.as_person(author, first["cities"][0])
        account = people.admit(stage.session, person, hashed=hashed, at=at)
        stage.people[author["known_as"]] = account
        describe(stage.session, account, author, first, at=at + timedelta(minutes=11))

    return _one_after_another(
        at - AUTHORS_CAME, [partial(arrive, author) for author in people.authors()]
    )


def _neighbours(stage: Stage, hashed: str, at: datetime) -> list[Scene]:
    def arrive(person: people.Person, *, at: datetime) -> None:
        people.admit(stage.session, person, hashed=hashed, at=at)

    return _one_after_another(
        at - NEIGHBOURS_CAME, [partial(arrive, person) for person in people.neighbours()]
    )


def _proposals(stage: Stage, at: datetime) -> list[Scene]:
    return [
        Scene(at - timedelta(days=scene["days_ago"]), partial(play, stage, row, scene))
        for row in proposals_file()
        for scene in row["story"]
    ]


def _one_after_another(begin: datetime, happenings: list[Callable[..., None]]) -> list[Scene]:
    return [Scene(begin + place * BETWEEN_TWO, happen) for place, happen in enumerate(happenings)]


def _first_proposal(known_as: str) -> dict[str, Any]:
    return next(row for row in proposals_file() if row["author"] == known_as)


def _keep_old_mails_from_leaving(session: Session, at: datetime) -> None:
    """Nobody wants a mailbox filled with letters of weeks ago on their first look."""
    mails = session.scalars(select(OutboxMessage).order_by(OutboxMessage.created_at.desc())).all()
    left = [mail for mail in mails if mail.to_key == READER][:LETTERS_LEFT]
    for mail in mails:
        if mail in left:
            mail.due_at = at
        else:
            mail.done, mail.stopped_at, mail.values = True, at, {}
            mail.last_error = "demo data of before the site began"
