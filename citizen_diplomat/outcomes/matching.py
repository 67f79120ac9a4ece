"""Whom the office can ask for help: who allowed it, who fits, and who is not asked too often.

A part of a profile that its owner hides even from staff fits nothing: who looks for somebody learns
no more by asking than by looking.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.sanctions import may_come_in
from citizen_diplomat.directory.ladder import may_see
from citizen_diplomat.directory.model import Profile, ProfileLanguage, ProfileSkill, Skill
from citizen_diplomat.directory.rules import (
    Availability,
    LanguageLevel,
    Part,
    Reader,
    SkillLevel,
)
from citizen_diplomat.outcomes.model import HelpAsk, HelpOffer, HelpRequest
from citizen_diplomat.outcomes.rules import (
    BATCH,
    LEAST_LANGUAGE_LEVEL,
    MONTH,
    MOST_ASKED_A_MONTH,
    OPEN,
)
from citizen_diplomat.proposals.model import ProposalCity
from citizen_diplomat.proposals.writers import accounts_writing


@dataclass(frozen=True)
class Wanted:
    """Who is looked for; what is empty does not narrow the search."""

    skill_slugs: tuple[str, ...] = ()
    """Any one of these, so well as `level`, and willing to help with it."""
    level: SkillLevel = SkillLevel.SOME
    languages: tuple[str, ...] = ()
    """All of these, in conversation at least."""
    city: str | None = None
    availability: Availability = Availability.NONE
    """At least so much time."""


def wanted_of(request: HelpRequest) -> Wanted:
    """Whom a request looks for."""
    return Wanted(
        skill_slugs=tuple(request.skill_slugs),
        level=SkillLevel(request.least_level),
        languages=tuple(request.language_codes),
        city=request.city_slug,
        availability=Availability(request.availability),
    )


def count(session: Session, request: HelpRequest, *, at: datetime) -> int:
    """How many members could be asked now who were not asked for this yet."""
    found = select(func.count()).select_from(_askable(session, request, at).subquery())
    return session.scalar(found) or 0


def pick(
    session: Session, request: HelpRequest, *, at: datetime, limit: int = BATCH
) -> Sequence[Account]:
    """Whom to ask next, the best first, always in the same order.

    First who does it best, then who lives in a city of the proposal, speaks the languages best,
    has most time, was asked least often lately, and came first.
    """
    wanted = wanted_of(request)
    skills = _current(session, wanted.skill_slugs)
    order = (
        _best_level(skills).desc(),
        _lives_near(request).desc(),
        _fluency(wanted.languages).desc(),
        _rank(Profile.availability, Availability).desc(),
        _times_asked(at),
        Profile.account_id,
    )
    rows = _askable(session, request, at).order_by(*order).limit(limit)
    numbers = list(session.scalars(rows))
    people = session.scalars(select(Account).where(Account.id.in_(numbers)))
    return sorted(people, key=lambda person: numbers.index(person.id))


def _askable(session: Session, request: HelpRequest, at: datetime) -> Select[int]:
    return (
        select(Profile.account_id)
        .join(Profile.account)
        .where(
            may_come_in(),
            # The consent: nobody is asked without it, whatever else fits.
            Profile.may_be_asked,
            *_fits(session, wanted_of(request)),
            _times_asked(at) < MOST_ASKED_A_MONTH,
            ~_was_asked(request),
            ~_has_part(request),
        )
    )


def _fits(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    sees_skills = may_see(Reader.STAFF, Part.SKILLS)
    if wanted.skill_slugs:
        fitting = _own_skills(_current(session, wanted.skill_slugs)).where(
            ProfileSkill.willing, ProfileSkill.level.in_(_from(SkillLevel, wanted.level))
        )
        conditions += [sees_skills, fitting.exists()]
    if wanted.city:
        lives_there = Profile.city_slug == wanted.city
        conditions += [may_see(Reader.STAFF, Part.CITY), lives_there]
    for code in wanted.languages:
        well = ProfileLanguage.level.in_(_from(LanguageLevel, LEAST_LANGUAGE_LEVEL))
        spoken = _own_languages([code]).where(well)
        conditions += [may_see(Reader.STAFF, Part.LANGUAGES), spoken.exists()]
    if wanted.availability is not Availability.NONE:
        enough = Profile.availability.in_(_from(Availability, wanted.availability))
        conditions += [sees_skills, enough]
    return conditions


def _current(session: Session, slugs: Sequence[str]) -> list[str]:
    """The skills that are meant today: one that was merged is another name of another."""
    meant = select(func.coalesce(Skill.merged_into, Skill.slug)).where(Skill.slug.in_(slugs))
    return sorted(set(session.scalars(meant)))


def _own_skills(slugs: Sequence[str]) -> Select[str]:
    mine = ProfileSkill.account_id == Profile.account_id
    return select(ProfileSkill.skill_slug).where(mine, ProfileSkill.skill_slug.in_(slugs))


def _own_languages(codes: Sequence[str]) -> Select[str]:
    mine = ProfileLanguage.account_id == Profile.account_id
    return select(ProfileLanguage.code).where(mine, ProfileLanguage.code.in_(codes))


def _best_level(slugs: Sequence[str]) -> ColumnElement[int]:
    best = _own_skills(slugs).where(ProfileSkill.willing)
    ranks = best.with_only_columns(func.max(_rank(ProfileSkill.level, SkillLevel)))
    return func.coalesce(ranks.correlate(Profile).scalar_subquery(), 0)


def _fluency(codes: Sequence[str]) -> ColumnElement[int]:
    ranks = _own_languages(codes).with_only_columns(
        func.sum(_rank(ProfileLanguage.level, LanguageLevel))
    )
    return func.coalesce(ranks.correlate(Profile).scalar_subquery(), 0)


def _lives_near(request: HelpRequest) -> ColumnElement[int]:
    if request.proposal_number is None:
        return literal(0)
    number = request.proposal_number
    cities = select(ProposalCity.city_slug).where(ProposalCity.proposal_number == number)
    near = and_(may_see(Reader.STAFF, Part.CITY), Profile.city_slug.in_(cities))
    return case((near, 1), else_=0)


def _times_asked(at: datetime) -> ColumnElement[int]:
    lately = (HelpAsk.account_id == Profile.account_id, HelpAsk.asked_at > at - MONTH)
    asked = select(func.count()).select_from(HelpAsk).where(*lately)
    return asked.correlate(Profile).scalar_subquery()


def _was_asked(request: HelpRequest) -> ColumnElement[bool]:
    same = (HelpAsk.account_id == Profile.account_id, HelpAsk.request_id == request.id)
    return select(HelpAsk.id).where(*same).exists()


def _has_part(request: HelpRequest) -> ColumnElement[bool]:
    """Whether somebody has to do with it already: asks themselves, writes it, or offers help."""
    number = request.proposal_number
    helpers = select(HelpOffer.account_id).where(
        HelpOffer.proposal_number == number, HelpOffer.state.in_(sorted(OPEN))
    )
    me = Profile.account_id
    return or_(me == request.made_by, me.in_(accounts_writing(number)), me.in_(helpers))


def _rank(column: InstrumentedAttribute[str], scale: type[StrEnum]) -> ColumnElement[int]:
    return case({str(rung): place for place, rung in enumerate(scale)}, value=column, else_=0)


def _from(scale: type[StrEnum], least: StrEnum) -> list[str]:
    """A rung of a rising scale and all above it."""
    rungs = [str(rung) for rung in scale]
    return rungs[rungs.index(least) :]
