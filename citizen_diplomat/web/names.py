"""The names that people go by on the pages of a proposal: the one place that decides them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from flask import g
from flask_babel import gettext

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.proposals.bonds import Coauthor
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.writers import PenName, pen_names_kept
from citizen_diplomat.web.database import db


def shown_name(person: Account) -> str:
    """The name that a person chose; who closed their account has none any more."""
    return person.display_name or gettext("a former member")


def shown_author(proposal: Proposal) -> str:
    """The name that a proposal goes by, for everybody; its author must have been loaded."""
    return proposal.pen_name or shown_name(proposal.author)


def shown_coauthor(row: Coauthor) -> str:
    """The name of a co-author among the writers; its account must have been loaded.

    Who was the first author under a pen name keeps it there.
    """
    return row.pen_name or (shown_name(row.account) if row.account else "")


def name_on(person: Account, proposal: Proposal | None, said_at: datetime | None = None) -> str:
    """The name of somebody on the page of a proposal: its author goes by its pen name there.

    Who was the first author keeps the pen name of that time, whatever the next one chooses. What
    the next one said below it before, at `said_at`, keeps their own name: another one there would
    tell who it is.
    """
    if proposal is None:
        return shown_name(person)
    if person.id == proposal.author_id:
        name, since = proposal.pen_name, proposal.handed_over_at
    else:
        name, since = _kept_on(proposal).get(person.id, PenName("", None))
    said_before = said_at is not None and since is not None and said_at < since
    return shown_name(person) if said_before or not name else name


def look_up_names(proposals: Iterable[Proposal | None]) -> None:
    """Read at once what `name_on` has to know of these, for a list of many."""
    known: dict[int, Mapping[int, PenName]] = g.setdefault("pen_names", {})
    # Where nobody ever handed over there is nothing to be known.
    asked = {
        one.number for one in proposals if one and one.handed_over_at and one.number not in known
    }
    if asked:
        kept = pen_names_kept(db(), asked)
        known.update({number: kept.get(number, {}) for number in asked})


def _kept_on(proposal: Proposal) -> Mapping[int, PenName]:
    look_up_names([proposal])
    known: dict[int, Mapping[int, PenName]] = g.pen_names
    return known.get(proposal.number, {})
