"""What reviewers score: the criteria, what the ends of their scale mean, and how much each counts.

They come with the release once; from then on they are the administrators' to word and to weigh.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import Base
from citizen_diplomat.foundation.reference_file import load, read_rows

FILE = Path(__file__).parent / "data" / "criteria.json"
CRITERION_NAME_LENGTH = 60
CRITERION_MEANING_LENGTH = 160
HIGHEST_WEIGHT = 10


class ChangedMeanwhile(Exception):  # noqa: N818 - named for what happened
    """Somebody else changed the criterion since its form was opened."""


@dataclass(frozen=True)
class Wording:
    """What an administrator writes about a criterion: `low` is what 1 means, `high` what 5 means.

    A weight of 0 leaves its scores out of the weighted figure.
    """

    name_fa: str
    name_en: str
    low_fa: str
    low_en: str
    high_fa: str
    high_en: str
    weight: int


class ReviewCriterion(Base):
    """One thing that reviewers score from 1 to 5."""

    __tablename__ = "review_criterion"
    __table_args__ = (CheckConstraint(f"weight BETWEEN 0 AND {HIGHEST_WEIGHT}", name="weight"),)

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_fa: Mapped[str] = mapped_column(String(CRITERION_NAME_LENGTH))
    name_en: Mapped[str] = mapped_column(String(CRITERION_NAME_LENGTH))
    low_fa: Mapped[str] = mapped_column(String(CRITERION_MEANING_LENGTH))
    low_en: Mapped[str] = mapped_column(String(CRITERION_MEANING_LENGTH))
    high_fa: Mapped[str] = mapped_column(String(CRITERION_MEANING_LENGTH))
    high_en: Mapped[str] = mapped_column(String(CRITERION_MEANING_LENGTH))
    weight: Mapped[int]
    position: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def wording(self) -> Wording:
        """What stands in its form."""
        return Wording(**{name: getattr(self, name) for name in Wording.__dataclass_fields__})


def load_reference(session: Session) -> None:
    """Add the criteria of the release that are missing; those that are there are not touched."""
    known = set(session.scalars(select(ReviewCriterion.slug)))
    if not known:
        load(session, ReviewCriterion, read_rows(FILE))


def criteria(session: Session) -> Sequence[ReviewCriterion]:
    """All criteria in the office's order."""
    return session.scalars(
        select(ReviewCriterion).order_by(ReviewCriterion.position, ReviewCriterion.slug)
    ).all()


def find(session: Session, slug: str, *, to_change: bool = False) -> ReviewCriterion | None:
    """One criterion; with `to_change` its row is locked until the transaction ends."""
    wanted = select(ReviewCriterion).where(ReviewCriterion.slug == slug)
    return session.scalar(wanted.with_for_update() if to_change else wanted)


def change(
    session: Session,
    criterion: ReviewCriterion,
    wording: Wording,
    *,
    version: int,
    by: Account,
    at: datetime,
) -> None:
    """Word and weigh a criterion anew; scores that were given stay as they are.

    Raises ChangedMeanwhile for a form of an older version.
    """
    if criterion.version != version:
        raise ChangedMeanwhile
    before = criterion.weight
    for name, value in asdict(wording).items():
        setattr(criterion, name, value)
    record(
        session,
        "criterion.changed",
        f"criterion:{criterion.position + 1}",
        by=by.id,
        at=at,
        criterion=criterion.slug,
        weight_before=before,
        weight=criterion.weight,
    )
