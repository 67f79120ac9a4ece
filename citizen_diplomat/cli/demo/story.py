"""What happened before you came: everything in the order of its time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.rules import Duty, Role, may
from citizen_diplomat.audit.receipts import Occasion
from citizen_diplomat.audit.rules import AccessReason
from citizen_diplomat.cli.demo import calls, cities, events, news, outcomes, people, translations
from citizen_diplomat.cli.demo.certificates import certify
from citizen_diplomat.cli.demo.community import community_file, gather, talk
from citizen_diplomat.cli.demo.profiles import describe, subscribe
from citizen_diplomat.cli.demo.proposals import Row, Stage, play, proposals_file
from citizen_diplomat.cli.demo.questions import ask_all
from citizen_diplomat.digests.rules import Frequency
from citizen_diplomat.directory.contact import open_contact
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.web.links import absolute

STAFF_CAME = timedelta(days=95)
AUTHORS_CAME = timedelta(days=80)
NEIGHBOURS_CAME = timedelta(days=60)
CITIES_WRITTEN = timedelta(days=50)
SUPPORTERS_CAME = timedelta(days=2)
BETWEEN_TWO = timedelta(hours=19)
CONTACT_OPENED = timedelta(days=40)
CERTIFIED = timedelta(days=30)
REGISTERED_AFTER = timedelta(days=1)
TOLD_AFTER = timedelta(days=3)
"""After an event, until its minutes are written."""
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
        *_calls(stage, at),
        Scene(at - CITIES_WRITTEN, partial(_cities, stage, now=at)),
        *_events(stage, at),
        *_proposals(stage, at),
        *_outcomes(stage, at),
        *_news(stage, at),
        Scene(at - CONTACT_OPENED, partial(_open_contact, stage)),
        Scene(at - CERTIFIED, partial(_certify, stage)),
        *_community(stage, at),
        *_translations(stage, at),
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
        if Role.COORDINATOR in account.roles:
            ask_all(stage.session, by=account, at=at)

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


def _outcomes(stage: Stage, at: datetime) -> list[Scene]:
    return [
        Scene(at - timedelta(days=scene["days_ago"]), partial(outcomes.go_on, stage, scene))
        for scene in outcomes.outcomes_file()
    ]


def _calls(stage: Stage, at: datetime) -> list[Scene]:
    def ask(row: Row, *, at: datetime, now: datetime) -> None:
        by = stage.people["soheila"]
        stage.calls[row["id"]] = calls.publish(stage.session, row, by=by, now=now, at=at)

    return [
        Scene(at - timedelta(days=row["written_days_ago"]), partial(ask, row, now=at))
        for row in calls.calls_file()
    ]


def _cities(stage: Stage, *, now: datetime, at: datetime) -> None:
    cities.write_down(stage.session, by=stage.people["soheila"], now=now, at=at)


def _events(stage: Stage, at: datetime) -> list[Scene]:
    numbers: dict[str, int] = {}
    scenes = []
    for row in events.events_file():
        written = at - timedelta(days=row["written_days_ago"])
        publish = partial(events.publish, stage, row, numbers, now=at)
        register = partial(events.register, stage, row, numbers)
        scenes += [Scene(written, publish), Scene(written + REGISTERED_AFTER, register)]
        if row["result"]:
            held = at + timedelta(days=row["starts_in_days"])
            scenes.append(Scene(held + TOLD_AFTER, partial(events.tell, stage, row, numbers)))
    return scenes


def _news(stage: Stage, at: datetime) -> list[Scene]:
    told = news.news_file()
    scenes = [
        Scene(at - timedelta(days=row["published_days_ago"]), partial(news.publish, stage, row))
        for row in told["news"]
    ]
    scenes += [
        Scene(at - timedelta(days=row["corrected"]["days_ago"]), partial(news.correct, stage, row))
        for row in told["news"]
        if "corrected" in row
    ]
    said = [
        Scene(at - timedelta(days=scene["days_ago"]), partial(talk, stage, scene))
        for scene in told["scenes"]
    ]
    return [*scenes, *said]


def _open_contact(stage: Stage, *, at: datetime) -> None:
    """Somebody at the desk needs the address of the reader, who is told why."""
    occasion = Occasion(
        AccessReason.INVITATION, "دعوت به دیدار آنلاین هیئت بارسلون با استادکاران اصفهان."
    )
    reader = next(person for person in stage.people.values() if person.email == READER)
    # Accounts are looked for in the database.
    stage.session.flush()
    open_contact(
        stage.session,
        reader.id,
        occasion,
        by=stage.people["hamid"],
        at=at,
        link_for=lambda language: absolute(language, "member.access"),
    )


def _certify(stage: Stage, *, at: datetime) -> None:
    """The reader interpreted, and has it on paper."""
    reader = next(person for person in stage.people.values() if person.email == READER)
    certify(stage.session, reader, by=stage.people["soheila"], at=at)


def _community(stage: Stage, at: datetime) -> list[Scene]:
    told = community_file()
    said = [
        Scene(at - timedelta(days=scene["days_ago"]), partial(talk, stage, scene))
        for scene in told["scenes"]
    ]
    gathered = [
        Scene(at - SUPPORTERS_CAME, partial(gather, stage, name, most))
        for name, most in told["supporters"].items()
    ]
    return [*said, *gathered]


def _translations(stage: Stage, at: datetime) -> list[Scene]:
    return [
        Scene(at - timedelta(days=row["days_ago"]), partial(translations.translate, stage, row))
        for row in translations.translations_file()
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
