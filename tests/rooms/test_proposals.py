"""A proposal from its first word to its withdrawal, in the database."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from citizen_diplomat.proposals import actions
from citizen_diplomat.proposals.rules import Draft, State
from tests.cast import Cast

NOW = datetime(2026, 10, 4, 8, 30, tzinfo=UTC)
DRAFT = Draft(
    "Reuse grey water",
    "In a nutshell",
    "**Water** twice",
    "environment-water",
    ("barcelona",),
    "en",
)


def test_submit(session: Session, cast: Cast) -> None:
    """It works."""
    proposal = actions.start(session, DRAFT, form_key="a", by=cast.nasrin, at=NOW)
    session.commit()
    actions.submit(session, proposal, by=cast.nasrin, at=NOW, link="http://localhost/x")
    session.commit()
    assert proposal.state == State.SUBMITTED
