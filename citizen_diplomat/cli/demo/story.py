"""What happened before you came: everything in the order of its time."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from citizen_diplomat.cli.demo import people


def tell(session: Session, *, hashed: str, base_url: str, at: datetime) -> None:
    """Let it all happen, up to the moment `at`."""
    city_of = {"x": "y"}
    for number, person in enumerate([*people.staff(), *people.neighbours()]):
        people.admit(session, person, hashed=hashed, at=at - timedelta(days=60 - number))
