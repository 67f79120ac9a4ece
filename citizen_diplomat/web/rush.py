"""What the form for joining asks for when unusually many join at once; otherwise nothing.

A proof of work, or without JavaScript a wait; each is good for one account. Counted is what is
posted with every field right, whether its address is known or not, so that the moment at which it
begins tells nothing about addresses. Why it is like this:
docs/decisions/0022-proof-of-work-when-many-join.md.
"""

from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import ceil
from typing import Any

from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from citizen_diplomat.accounts import rush_rules, spent_proofs
from citizen_diplomat.accounts.rush_rules import WAIT, WAIT_GOOD_FOR, Paper
from citizen_diplomat.foundation import proof_of_work
from citizen_diplomat.foundation.proof_of_work import Effort, Proof, ProofExpired, ProofWrong
from citizen_diplomat.foundation.tokens import TokenExpired, TokenInvalid, digest, new_secret
from citizen_diplomat.web.database import reading
from citizen_diplomat.web.form_guard import GuardedForm
from citizen_diplomat.web.forms import KeptField
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.throttle import is_within, would_be_within

EFFORT = Effort(rush_rules.COST, rush_rules.FEWEST_TURNS, rush_rules.MOST_TURNS)
PURPOSE = "rush"
POSTED = "right registration"
SITE = "the whole site"
# What is right for those whose browser works for them and for those who wait stands at the button.
COMES_BACK = {
    Paper.MISSING: lazy_gettext(
        "Many people are joining at the moment, so this needs one more step. What you typed is"
        " kept; please choose your passphrase again. Above the button it says when you can send."
    ),
    Paper.EARLY: lazy_gettext(
        "Many people are joining at the moment, and the wait is not over yet. What you typed is"
        " kept; please choose your passphrase again. Above the button it says when you can send."
    ),
    Paper.EXPIRED: lazy_gettext(
        "Many people are joining at the moment, and this page was open for too long. What you typed"
        " is kept; please choose your passphrase again. Above the button it says when you can send."
    ),
    Paper.USED: lazy_gettext(
        "Many people are joining at the moment, and this page was sent before: it counts once. What"
        " you typed is kept; please choose your passphrase again. Above the button it says when you"
        " can send."
    ),
    Paper.WRONG: lazy_gettext(
        "Many people are joining at the moment, and what came with this form is not from this page."
        " What you typed is kept; please choose your passphrase again. Above the button it says"
        " when you can send."
    ),
}


class RushForm(GuardedForm):
    """A form that asks for a proof of work, or a wait, while unusually many are posted."""

    proof = KeptField()
    wait = KeptField()
    seconds_of_a_wait = int(WAIT.total_seconds())
    _spending: Proof | None = None

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the form is right, and comes at a usual rate or with a proof or a wait."""
        if not super().validate(extra_validators):
            return False
        if _counted_as_usual():
            return True
        # What was counted in is no longer what a next one would find.
        self.is_rush = True
        return self._judge()

    def spend(self, session: Session) -> bool:
        """Use up, in the caller's transaction, what came with this form.

        False when the same came with another one meanwhile; the form then says so.
        """
        one = self._spending
        if one is None or spent_proofs.spend(session, one.mark, expires_at=one.expires_at):
            return True
        self._come_back(Paper.USED)
        return False

    @cached_property
    def is_rush(self) -> bool:
        """Whether the next right form of this network would be asked for a proof."""
        return not (
            would_be_within(rush_rules.USUAL_PER_NETWORK, POSTED)
            and would_be_within(rush_rules.USUAL_ON_THE_SITE, POSTED, of=SITE)
        )

    @cached_property
    def challenge(self) -> str | None:
        """The work for the browser, unless nothing is asked or the work is done."""
        if not self.is_rush or self.proof.data:
            return None
        expires_at = request_time() + rush_rules.PROOF_GOOD_FOR
        return proof_of_work.challenge(_key(type(self)), EFFORT, expires_at=expires_at)

    @property
    def seconds_to_wait(self) -> int | None:
        """In how many seconds the wait of this page is over; None when it gave none."""
        waited = _waited(type(self), self.wait.data)
        return max(0, ceil((WAIT - waited[1]).total_seconds())) if waited else None

    def _judge(self) -> bool:
        proof, work = self._paper_of_proof()
        wait, pause = self._paper_of_wait()
        decisive = rush_rules.decisive(proof, wait)
        if decisive is Paper.GOOD:
            self._spending = work if proof is Paper.GOOD else pause
            return True
        self._come_back(decisive, keeps_wait=wait is Paper.EARLY)
        return False

    def _paper_of_proof(self) -> tuple[Paper, Proof | None]:
        if not self.proof.data:
            return Paper.MISSING, None
        try:
            proof = proof_of_work.check(_key(type(self)), self.proof.data)
        except ProofExpired:
            return Paper.EXPIRED, None
        except ProofWrong:
            return Paper.WRONG, None
        return (Paper.USED if _is_spent(proof) else Paper.GOOD), proof

    def _paper_of_wait(self) -> tuple[Paper, Proof | None]:
        waited = _waited(type(self), self.wait.data)
        if waited is None:
            return (Paper.EXPIRED if self.wait.data else Paper.MISSING), None
        pause, duration = waited
        return (Paper.USED if _is_spent(pause) else rush_rules.wait_after(duration)), pause

    def _come_back(self, paper: Paper, *, keeps_wait: bool = False) -> None:
        self.form_errors = [*self.form_errors, COMES_BACK[paper]]
        self.proof.data = ""
        if not keeps_wait:
            self.wait.data = _new_wait(type(self))


def _counted_as_usual() -> bool:
    """Count a right form; both counts go on, whichever of them is full."""
    of_network = is_within(rush_rules.USUAL_PER_NETWORK, POSTED)
    of_site = is_within(rush_rules.USUAL_ON_THE_SITE, POSTED, of=SITE)
    return of_network and of_site


def _key(form: type[RushForm]) -> bytes:
    return services().signer.key(f"{PURPOSE}.{form.__name__}")


def _is_spent(proof: Proof) -> bool:
    # Before the passphrase is hashed; `spend` has the last word.
    with reading() as session:
        return spent_proofs.is_spent(session, proof.mark)


def _new_wait(form: type[RushForm]) -> str:
    """A signed beginning of a wait, good for one form of this kind."""
    value = [form.__name__, new_secret(), request_time().timestamp()]
    return services().signer.sign(PURPOSE, value)


def _waited(form: type[RushForm], token: str | None) -> tuple[Proof, timedelta] | None:
    """The wait that a token stands for, and how long ago it began; None when it is none of ours."""
    try:
        value = services().signer.read(PURPOSE, token or "", 2 * WAIT_GOOD_FOR)
    except (TokenExpired, TokenInvalid):
        return None
    match value:
        case [form.__name__, str(secret), float(began)]:
            start = datetime.fromtimestamp(began, UTC)
            return Proof(digest(secret), start + WAIT_GOOD_FOR), request_time() - start
    return None
