"""People whom somebody looks for by name, as far as they show it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, case, or_
from sqlalchemy.orm import Session

from citizen_diplomat.directory.ladder import SEARCHED, found_by, may_see, profiles
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.directory.rules import Part, Reader
from citizen_diplomat.foundation.folding import fold, fold_tight, search_words, sort_key
from citizen_diplomat.foundation.sounds import sounds, sounds_like

LOOKED_AT = 40
"""So many people with the words anywhere in their profile are read, likely names first."""


@dataclass(frozen=True)
class Named:
    """Somebody as a list of names shows them."""

    account_id: int
    name: str
    latin_name: str
    city_slug: str | None


def named(session: Session, text: str, *, limit: int) -> Sequence[Named]:
    """People who show their name to staff, and have each word of `text` in it, in order.

    A word may be a part of a name or sound like one. In one query.
    """
    words = search_words(text)
    if not words:
        return ()
    heard = and_(*(sounds_like(SEARCHED[Reader.STAFF][1], word) for word in words))
    is_likely = or_(Profile.sort_key.contains(sort_key(text), autoescape=True), heard)
    rows = session.execute(
        profiles(Reader.STAFF)
        .where(may_see(Reader.STAFF, Part.NAME), found_by(Reader.STAFF, text))
        .order_by(case((is_likely, 0), else_=1), Profile.sort_key, Profile.account_id)
        .limit(LOOKED_AT)
    )
    people = [Named(row.account_id, row.name, row.latin_name or "", row.city_slug) for row in rows]
    return [one for one in people if _has(one, words)][:limit]


def _has(one: Named, words: list[str]) -> bool:
    names = (one.name, one.latin_name)
    spelt = f"{fold(' '.join(names))} {fold_tight(' '.join(names))}"
    return all(word in spelt or _sounds_so(names, word) for word in words)


def _sounds_so(names: tuple[str, ...], word: str) -> bool:
    heard = sounds(word)
    return bool(heard) and heard in sounds(*names)
