"""Calls, and the late codes that let somebody answer after closing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.calls.rules import (
    BACKGROUND_LENGTH,
    MOMENTS,
    MOST_LATE_DAYS,
    QUESTION_LENGTH,
    TITLE_LENGTH,
    Answerers,
    Moments,
    Phase,
    late_end,
    phase_of,
    tells_count,
)
from citizen_diplomat.foundation.database import Base, Document, Key, one_of

NO_MOMENTS = Moments()


@dataclass(frozen=True)
class Wording:
    """What a call says, complete or not; texts are cleaned, slugs are known ones."""

    title_fa: str = ""
    title_en: str = ""
    question_fa: str = ""
    question_en: str = ""
    background_fa: str = ""
    background_en: str = ""
    cities: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    who: Answerers = Answerers.EVERYONE
    hides_count: bool = False
    moments: Moments = NO_MOMENTS


class Call(Base):
    """A question of the municipality to the people of some cities, with its dates.

    Until it is published only coordinators see it. It has no stored state: see `rules.phase_of`.
    """

    __tablename__ = "call"
    __table_args__ = (
        one_of("who", Answerers),
        *(
            CheckConstraint(f"length({name}_{code}) <= {most}", name=f"{name}_{code}_length")
            for name, most in (
                ("title", TITLE_LENGTH),
                ("question", QUESTION_LENGTH),
                ("background", BACKGROUND_LENGTH),
            )
            for code in ("fa", "en")
        ),
        CheckConstraint(
            "published_at IS NULL OR (opens_at < closes_at AND closes_at < review_until"
            " AND review_until < answer_by)",
            name="moments_in_order",
        ),
        CheckConstraint(
            f"published_at IS NULL OR ({' AND '.join(f'{name} IS NOT NULL' for name in MOMENTS)})",
            name="moments_when_published",
        ),
        Index("ix_call_public", "published_at", "closes_at", "number"),
    )

    number: Mapped[int] = mapped_column(Key, primary_key=True)
    title_fa: Mapped[str] = mapped_column(Text, default="")
    title_en: Mapped[str] = mapped_column(Text, default="")
    question_fa: Mapped[str] = mapped_column(Text, default="")
    question_en: Mapped[str] = mapped_column(Text, default="")
    background_fa: Mapped[str] = mapped_column(Text, default="")
    background_en: Mapped[str] = mapped_column(Text, default="")
    city_slugs: Mapped[list[str]] = mapped_column(Document, default=list)
    topic_slugs: Mapped[list[str]] = mapped_column(Document, default=list)
    who: Mapped[str] = mapped_column(String(20), default=Answerers.EVERYONE)
    search_text: Mapped[str] = mapped_column(Text, default="")
    """All its texts in both languages, as `foundation.search` looks into them."""
    hides_count: Mapped[bool] = mapped_column(default=False)
    """Whether nobody is told how many have answered while it is open."""
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    review_until: Mapped[datetime | None]
    answer_by: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    __mapper_args__ = {"version_id_col": version}

    @property
    def moments(self) -> Moments:
        """Its four moments as a value."""
        return Moments(self.opens_at, self.closes_at, self.review_until, self.answer_by)

    @property
    def wording(self) -> Wording:
        """What it says, as a value."""
        return Wording(
            self.title_fa,
            self.title_en,
            self.question_fa,
            self.question_en,
            self.background_fa,
            self.background_en,
            tuple(self.city_slugs),
            tuple(self.topic_slugs),
            Answerers(self.who),
            self.hides_count,
            self.moments,
        )

    def phase(self, at: datetime) -> Phase:
        """Where it stands at a moment."""
        return phase_of(
            self.moments,
            published=self.published_at is not None,
            withdrawn=self.withdrawn_at is not None,
            at=at,
        )

    def tells_count(self, at: datetime) -> bool:
        """Whether everybody is told how many have answered."""
        return tells_count(self.phase(at), hides_count=self.hides_count)


class LateCode(Base):
    """Lets one member answer a call for some days after it has closed; only its hash is kept."""

    __tablename__ = "late_code"
    __table_args__ = (
        CheckConstraint(f"days BETWEEN 1 AND {MOST_LATE_DAYS}", name="days"),
        Index("ix_late_code_used_by", "used_by", "call_number"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    call_number: Mapped[int] = mapped_column(ForeignKey("call.number"), index=True)
    code_digest: Mapped[str] = mapped_column(String(64), unique=True)
    days: Mapped[int]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The first member who typed it; nobody else can use it then. None again once they left."""
    used_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship(lazy="raise_on_sql")
    maker: Mapped[Account] = relationship(lazy="raise_on_sql", foreign_keys=made_by)

    def ends_at(self, call: Call) -> datetime | None:
        """Until when it lets somebody answer."""
        return late_end(call.closes_at, self.days) if call.closes_at else None
