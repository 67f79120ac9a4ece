"""A call that Soheila has published, for stories that begin there."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.calls import actions
from citizen_diplomat.calls.model import Call, Wording
from citizen_diplomat.calls.rules import Answerers, Moments
from citizen_diplomat.foundation.clock import now

DAY = timedelta(days=1)
WATER = Wording(
    title_fa="زاینده‌رود: شهر شما با آب کم چه می‌کند؟",
    title_en="Zayandehrud: how does your city live with scarce water?",
    question_fa="کدام روش شهر شما را می‌توان در اصفهان آزمود؟",
    question_en="Which method of your city could Isfahan test?",
    background_fa="رودخانه بیشتر سال خشک است.",
    background_en="The river is dry for most of the year.",
    cities=("barcelona", "freiburg"),
    topics=("environment-water",),
    who=Answerers.CITIES,
)


def moments(*, opened: int = 10, closes_in: int = 20) -> Moments:
    """Open since `opened` days, closing in so many; then ten days each to read and to answer."""
    closes = now() + closes_in * DAY
    return Moments(now() - opened * DAY, closes, closes + 10 * DAY, closes + 20 * DAY)


def published(session: Session, by: Account, wording: Wording = WATER, *, opened: int = 10) -> Call:
    """A call that can be answered, committed."""
    call = actions.write(
        session, replace(wording, moments=moments(opened=opened)), by=by, at=now() - opened * DAY
    )
    actions.publish(session, call, by=by, at=now() - opened * DAY)
    session.commit()
    return call


def move(session: Session, call: Call, *, opened: int, closes_in: int) -> None:
    """Let time pass: the dates of a call as they look some days later."""
    call = session.get_one(Call, call.number, populate_existing=True)
    to = moments(opened=opened, closes_in=closes_in)
    call.opens_at, call.closes_at = to.opens_at, to.closes_at
    call.review_until, call.answer_by = to.review_until, to.answer_by
    session.commit()
