"""What members want to hear of and on which ways; whoever has not chosen has no row."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.mail import preferences
from citizen_diplomat.mail.preference_model import MailPreference
from citizen_diplomat.mail.preference_rules import DEFAULTS, Channel, Kind
from tests.cast import LONG_AGO, Cast


@pytest.mark.parametrize("kind", [Kind.MINE, Kind.NEWSLETTER])
def test_one_many_and_a_query_say_the_same(session: Session, cast: Cast, kind: Kind) -> None:
    every = set(Channel)
    preferences.change(session, cast.nasrin.id, {kind: frozenset(every)}, at=LONG_AGO)
    preferences.change(session, cast.kamran.id, {kind: frozenset()}, at=LONG_AGO)
    session.commit()
    people = (cast.nasrin.id, cast.kamran.id, cast.stranger.id)
    for channel in Channel:
        expected = {cast.nasrin.id} | ({cast.stranger.id} if channel in DEFAULTS[kind] else set())
        assert preferences.wanted(session, people, kind, channel) == expected
        condition = preferences.wants(Account.id, kind, channel)
        found = session.scalars(select(Account.id).where(Account.id.in_(people), condition))
        assert set(found) == expected
        one_by_one = {who for who in people if preferences.is_wanted(session, who, kind, channel)}
        assert one_by_one == expected


def test_a_row_stands_only_where_somebody_differs(session: Session, cast: Cast) -> None:
    quiet = {Kind.MINE: frozenset({Channel.INBOX}), Kind.CITY: DEFAULTS[Kind.CITY]}
    changed = preferences.change(session, cast.nasrin.id, quiet, at=LONG_AGO)
    assert list(changed) == [Kind.MINE]
    assert _rows(session) == 1
    assert preferences.choice_of(session, cast.nasrin.id) == {**DEFAULTS, **changed}
    back = {Kind.MINE: DEFAULTS[Kind.MINE]}
    assert preferences.change(session, cast.nasrin.id, back, at=LONG_AGO) == back
    assert _rows(session) == 0


def _rows(session: Session) -> int:
    session.flush()
    return session.scalar(select(func.count()).select_from(MailPreference)) or 0
