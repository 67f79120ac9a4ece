"""What goes on for the authors of a duplicate: they follow the original, and may write it along."""

from dataclasses import dataclass

from citizen_diplomat.community.follows import is_followed
from citizen_diplomat.community.rules import FollowKind
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.queries import public_one
from citizen_diplomat.proposals.rules import MAY_ASK, State
from citizen_diplomat.proposals.writers import authors_ever, bond_with
from citizen_diplomat.web.database import db
from citizen_diplomat.web.signin import signed_in


@dataclass(frozen=True)
class Joined:
    """The original of a duplicate: None while it is not public; whether the reader follows it."""

    number: int
    original: Proposal | None
    is_followed: bool
    may_ask: bool


def joined(proposal: Proposal) -> Joined | None:
    """How the reader stands to the original of their duplicate; None for anything else."""
    number, reader = proposal.duplicate_of, signed_in().id
    if State(proposal.state) is not State.DUPLICATE or number is None:
        return None
    original, bond = public_one(db(), number), bond_with(db(), reader, number)
    is_stranger = reader not in authors_ever(db(), number)
    may_ask = original is not None and is_stranger and (bond.bond if bond else None) in MAY_ASK
    followed = is_followed(db(), FollowKind.PROPOSAL, str(number), by=reader)
    return Joined(number, original, followed, may_ask)
