"""The office asks for help: only those who allowed it, who fit, each once and not too often."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.directory.actions import stop_asking
from citizen_diplomat.directory.model import Profile, ProfileLanguage, ProfileSkill, Skill
from citizen_diplomat.directory.rules import Audience, Availability, LanguageLevel, SkillLevel
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.outcomes import answers, requests
from citizen_diplomat.outcomes.export import export_asks
from citizen_diplomat.outcomes.matching import Wanted, count, pick
from citizen_diplomat.outcomes.model import HelpAsk, HelpRequest
from citizen_diplomat.outcomes.queries import may_write
from citizen_diplomat.outcomes.requests import AnsweredAlready, AskLinks, Closed, RequestDraft
from citizen_diplomat.outcomes.rules import BATCH, MONTH, MOST_ASKED_A_MONTH, Answer, shown_number
from tests.cast import LONG_AGO, Cast
from tests.desk import MONDAY
from tests.helping import accepted
from tests.rooms.test_forget import leave
from tests.writers import joined

Outbox = Callable[[], list[OutboxMessage]]
LINKS = AskLinks(
    answer=lambda _person, number, said: f"http://localhost/en/asked/{number}?answer={said}",
    unsubscribe_token=lambda person: f"token-{person.id}",
)
INTERPRETER = Wanted(("lang-zh",), SkillLevel.GOOD, ("fa",), "xian", Availability.FEW_HOURS)
LEVELS, TIMES, TONGUES = list(SkillLevel), list(Availability), list(LanguageLevel)


def person(session: Session, **unlike: object) -> Account:
    """A member who fits INTERPRETER in all, but for what is named in `unlike`."""
    told = {
        "verified": True, "closed": False, "asked": True, "level": SkillLevel.GOOD,
        "willing": True, "city": "xian", "tongue": LanguageLevel.NATIVE,
        "time": Availability.DAY, "seen_by": Audience.STAFF, **unlike,
    }  # fmt: skip
    number = len(session.scalars(select(Account.id)).all())
    account = Account(
        email=f"{number}@example.org", email_key=f"{number}@example.org",
        display_name=f"Member {number}", language="en", time_zone="UTC", created_at=LONG_AGO,
        verified_at=LONG_AGO if told["verified"] else None,
        closed_at=LONG_AGO if told["closed"] else None,
    )  # fmt: skip
    session.add(account)
    session.flush()
    profile = Profile(
        account_id=account.id, city_slug=told["city"], availability=told["time"],
        may_be_asked=told["asked"], city_seen_by=told["seen_by"], skills_seen_by=told["seen_by"],
        languages_seen_by=told["seen_by"],
        skills=[ProfileSkill(skill_slug="lang-zh", level=told["level"], willing=told["willing"])],
        languages=[ProfileLanguage(code="fa", level=told["tongue"])],
    )  # fmt: skip
    session.add(profile)
    session.flush()
    return account


def looking(
    session: Session, by: Account, wanted: Wanted = INTERPRETER, key: str = "1"
) -> HelpRequest:
    draft = RequestDraft("", "An interpreter in Xi’an", "", "Three days in May.", wanted)
    row = requests.make(session, draft, form_key=key, by=by, at=MONDAY)
    session.flush()
    return row


def ask(session: Session, row: HelpRequest, by: Account) -> int:
    return requests.ask(session, row, by=by, at=MONDAY, links=LINKS)


def names(session: Session, row: HelpRequest) -> list[int]:
    return [one.id for one in pick(session, row, at=MONDAY)]


@pytest.mark.parametrize(
    "unlike",
    [
        {"asked": False}, {"verified": False}, {"closed": True}, {"level": SkillLevel.SOME},
        {"willing": False}, {"city": "freiburg"}, {"tongue": LanguageLevel.BASIC},
        {"time": Availability.NONE}, {"seen_by": Audience.ONLY_ME},
    ],
    ids=lambda unlike: next(iter(unlike)),
)  # fmt: skip
def test_who_does_not_fit_is_not_asked(
    session: Session, cast: Cast, unlike: dict[str, object]
) -> None:
    row = looking(session, cast.soheila)
    person(session, **unlike)
    assert (count(session, row, at=MONDAY), ask(session, row, cast.soheila)) == (0, 0)
    fits = person(session)
    assert count(session, row, at=MONDAY) == 1
    assert names(session, row) == [fits.id]


PEOPLE = st.lists(
    st.fixed_dictionaries({
        "verified": st.booleans(), "closed": st.booleans(), "asked": st.booleans(),
        "level": st.sampled_from(LEVELS), "willing": st.booleans(),
        "city": st.sampled_from(["xian", "freiburg", None]), "tongue": st.sampled_from(TONGUES),
        "time": st.sampled_from(TIMES), "seen_by": st.sampled_from(list(Audience)),
    }),
    min_size=1, max_size=12,
)  # fmt: skip


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(people=PEOPLE, level=st.sampled_from(LEVELS), time=st.sampled_from(TIMES))
def test_nobody_is_asked_who_did_not_allow_it_or_does_not_fit(
    session: Session,
    cast: Cast,
    people: list[dict[str, object]],
    level: SkillLevel,
    time: Availability,
) -> None:
    wanted = Wanted(("lang-zh",), level, (), None, time)
    known = {person(session, **told).id: told for told in people}
    row = looking(session, cast.soheila, wanted)
    ask(session, row, cast.soheila)
    asked = set(session.scalars(select(HelpAsk.account_id)))
    fitting = {
        number
        for number, told in known.items()
        if told["verified"] and not told["closed"] and told["asked"] and told["willing"]
        and told["seen_by"] != Audience.ONLY_ME
        and LEVELS.index(told["level"]) >= LEVELS.index(level)  # type: ignore[arg-type]
        and TIMES.index(told["time"]) >= TIMES.index(time)  # type: ignore[arg-type]
    }  # fmt: skip
    assert asked == fitting
    session.rollback()


def test_the_best_are_asked_first_and_always_in_the_same_order(
    session: Session, cast: Cast
) -> None:
    good = person(session)
    busy = person(session, time=Availability.FEW_HOURS)
    best = person(session, level=SkillLevel.PROFESSIONAL, tongue=LanguageLevel.FLUENT)
    second = person(session)
    row = looking(session, cast.soheila)
    assert names(session, row) == [best.id, good.id, second.id, busy.id]
    assert names(session, row) == names(session, row)


def test_each_is_asked_once_by_one_letter_in_batches(
    session: Session, cast: Cast, outbox: Outbox
) -> None:
    for _ in range(BATCH + 2):
        person(session)
    row = looking(session, cast.soheila)
    assert [ask(session, row, cast.soheila) for _ in range(3)] == [BATCH, 2, 0]
    session.commit()
    letters = [one for one in outbox() if one.name == "help_asked"]
    assert len(letters) == len({one.to_key for one in letters}) == BATCH + 2
    assert all(one.unsubscribe_token for one in letters)


def test_nobody_is_asked_too_often(session: Session, cast: Cast) -> None:
    person(session)
    rows = [looking(session, cast.soheila, key=str(key)) for key in range(MOST_ASKED_A_MONTH + 1)]
    assert [ask(session, row, cast.soheila) for row in rows] == [1] * MOST_ASKED_A_MONTH + [0]
    assert count(session, rows[-1], at=MONDAY + MONTH + timedelta(days=1)) == 1


def test_who_writes_it_alone_or_along_is_not_asked_for_it(session: Session, cast: Cast) -> None:
    author, along, other = person(session), person(session), person(session)
    number = accepted(session, cast, author)
    joined(session, number, along, by=author)
    row = looking(session, cast.soheila)
    row.proposal_number = number
    session.flush()
    assert names(session, row) == [other.id]


def test_a_merged_skill_is_another_name(session: Session, cast: Cast) -> None:
    fits = person(session)
    old = session.get_one(Skill, "pottery")
    old.merged_into = "lang-zh"
    row = looking(session, cast.soheila, Wanted(("pottery",)))
    assert names(session, row) == [fits.id]


def test_a_yes_tells_who_and_a_no_tells_nothing(session: Session, cast: Cast) -> None:
    yes, no = person(session), person(session)
    row = looking(session, cast.soheila)
    ask(session, row, cast.soheila)
    for who, said in ((yes, Answer.YES), (no, Answer.NO)):
        number = session.scalars(select(HelpAsk.id).where(HelpAsk.account_id == who.id)).one()
        question = answers.ask_of(session, who.id, number)
        assert question is not None
        requests.answer(session, question, said, at=MONDAY)
        with pytest.raises(AnsweredAlready):
            requests.answer(session, question, Answer.YES, at=MONDAY)
    assert [one.account_id for one in answers.those_who_said_yes(session, row.id)] == [yes.id]
    assert answers.answers_to(session, [row.id])[row.id] == answers.Answers(2, 1, 1)
    assert may_write(session, cast.soheila.id, yes.id)
    assert not may_write(session, cast.soheila.id, no.id)
    assert export_asks(session, no.id)[0]["answer"] == "no"
    assert [shown_number(number) for number in (0, 4, 5)] == [None, None, 5]


def test_a_closed_request_asks_nobody_and_takes_no_yes(session: Session, cast: Cast) -> None:
    who = person(session)
    row = looking(session, cast.soheila)
    ask(session, row, cast.soheila)
    requests.close(session, row, by=cast.soheila, at=MONDAY)
    question = session.scalars(select(HelpAsk)).one()
    found = answers.ask_of(session, who.id, question.id)
    assert found is not None
    with pytest.raises(Closed):
        requests.answer(session, found, Answer.YES, at=MONDAY)
    with pytest.raises(Closed):
        ask(session, row, cast.soheila)
    assert answers.asked_of(session, who.id) == []


def test_who_takes_the_consent_back_is_not_asked(session: Session, cast: Cast) -> None:
    who = person(session)
    row = looking(session, cast.soheila)
    assert stop_asking(session, who.id, at=MONDAY)
    assert not stop_asking(session, who.id, at=MONDAY)
    assert ask(session, row, cast.soheila) == 0


def test_staff_see_requests_that_they_look_after(session: Session, cast: Cast) -> None:
    row = looking(session, cast.mina)
    assert answers.request_for(session, row.id, viewer=cast.soheila.id) is not None
    session.add(StaffScope(account_id=cast.soheila.id, city_slug="barcelona"))
    session.flush()
    assert answers.request_for(session, row.id, viewer=cast.soheila.id) is None
    session.add(StaffScope(account_id=cast.soheila.id, city_slug="xian"))
    session.flush()
    assert answers.request_for(session, row.id, viewer=cast.soheila.id) is not None


def test_who_was_asked_and_leaves_is_forgotten(session: Session, cast: Cast) -> None:
    session.get_one(Profile, cast.kamran.id).may_be_asked = True
    row = looking(session, cast.soheila, Wanted(languages=("fa",)))
    session.add(HelpAsk(request_id=row.id, account_id=cast.kamran.id, asked_at=MONDAY))
    session.commit()
    leave(session, cast.kamran)
    assert session.scalars(select(HelpAsk)).all() == []
