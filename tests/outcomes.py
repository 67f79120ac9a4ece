"""How an outcome gets its steps, for stories that begin there."""

from datetime import date, datetime, timedelta
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community.model import Reported
from citizen_diplomat.community.rules import Ground
from citizen_diplomat.moderation import reports
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import ItemKind
from citizen_diplomat.outcomes import happened, trail
from citizen_diplomat.outcomes.happened import Asking
from citizen_diplomat.outcomes.happened_model import OutcomeAnswer
from citizen_diplomat.outcomes.trail_model import OutcomeTrail, StepDraft
from citizen_diplomat.outcomes.trail_queries import accepted_one
from citizen_diplomat.outcomes.trail_rules import StepKind
from citizen_diplomat.proposals.model import Proposal
from tests.desk import MONDAY

DAY = timedelta(days=1)
_keys = count()


def proposal(session: Session, number: int) -> Proposal:
    """An accepted proposal with its author."""
    found = accepted_one(session, number)
    assert found is not None
    return found


def begun(session: Session, number: int, owner: Account) -> OutcomeTrail:
    """The trail of a proposal, locked; the caller commits."""
    of = proposal(session, number)
    return trail.begin(session, number, owner_id=owner.id, begun_at=of.published_at or MONDAY)


def step(
    session: Session,
    number: int,
    text: str,
    *,
    by: Account,
    at: datetime,
    planned_on: date | None = None,
    kind: StepKind = StepKind.LETTER,
    partner: str = "",
    contact: str = "",
) -> int:
    """A step that was done on the day of `at`, or is planned; committed."""
    done_on = at.date() if planned_on is None else None
    draft = StepDraft(
        kind,
        text_en=text,
        owner_id=by.id,
        partner=partner,
        contact=contact,
        planned_on=planned_on,
        done_on=done_on,
    )
    row = trail.add_step(
        session, begun(session, number, by), draft, form_key=f"step {next(_keys)}", by=by.id, at=at
    )
    session.commit()
    session.expunge_all()
    session.rollback()
    return row.id


def completed(session: Session, number: int, *, by: Account, at: datetime) -> None:
    """An outcome that is done, its author asked; committed."""
    of, row = proposal(session, number), begun(session, number, by)
    link = f"http://localhost/en/me/proposals/{number}/outcome"
    trail.complete(
        session,
        row,
        of.author,
        of.title,
        version=row.version,
        by=by.id,
        at=at,
        link=lambda _person: link,
    )
    session.commit()
    session.expunge_all()
    session.rollback()


def taken_down(session: Session, number: int, *, reporter: Account, by: Account) -> None:
    """A proposal that staff took out of the public pages after a report; committed."""
    reports.report(
        session, proposal(session, number), Ground.OTHER, "", about=None, by=reporter, at=MONDAY
    )
    session.flush()
    item = session.scalars(select(QueueItem).where(QueueItem.kind == ItemKind.REPORT)).one()
    thing = session.get_one(Reported, item.subject_id)
    version = session.get_one(Proposal, number).version
    here = "http://localhost/en"
    reports.uphold(
        session, item, thing, Ground.OTHER, message="It names a neighbour.", version=version,
        by=by, at=MONDAY, links=dict.fromkeys(("fa", "en"), here),
        statement_link=lambda *_: here,
    )  # fmt: skip
    session.commit()
    session.expunge_all()
    session.rollback()


def asked(
    session: Session, number: int, organisation: str, *, by: Account, at: datetime
) -> tuple[OutcomeAnswer, str]:
    """A question to a partner, and the secret of its link; the caller commits."""
    row, token = happened.ask_partner(
        session,
        begun(session, number, by),
        Asking(organisation, "Marta Puig", "puig@example.org", "en"),
        proposal(session, number).title,
        form_key=f"ask {next(_keys)}",
        by=by.id,
        at=at,
        link=lambda secret: f"http://localhost/en/happened/{secret}",
        day=lambda moment: moment.date().isoformat(),
    )
    assert token is not None
    return row, token
