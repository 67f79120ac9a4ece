"""What is asked for when many join at once: a table of what came, and what decides."""

import json
from datetime import UTC, datetime, timedelta

import altcha
import pytest
from limits import parse

from citizen_diplomat.accounts.rush_rules import (
    COST,
    FEWEST_TURNS,
    MOST_TURNS,
    PROOF_GOOD_FOR,
    USUAL_ON_THE_SITE,
    USUAL_PER_NETWORK,
    WAIT,
    WAIT_GOOD_FOR,
    Paper,
    decisive,
    wait_after,
)
from citizen_diplomat.foundation.proof_of_work import (
    LONGEST_PROOF,
    Effort,
    ProofExpired,
    ProofWrong,
    challenge,
    check,
)
from citizen_diplomat.web.form_guard import UNTIMED
from citizen_diplomat.web.throttle import PER_ADDRESS

MILLISECOND = timedelta(milliseconds=1)
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
QUICK = Effort(cost=1, fewest=2, most=5)
SOON = datetime.now(UTC) + timedelta(hours=1)


@pytest.mark.parametrize(
    ("proof", "wait", "decides"),
    [
        (Paper.MISSING, Paper.MISSING, Paper.MISSING),
        (Paper.GOOD, Paper.MISSING, Paper.GOOD),
        (Paper.MISSING, Paper.GOOD, Paper.GOOD),
        (Paper.GOOD, Paper.EARLY, Paper.GOOD),
        # A browser whose work went wrong comes in by waiting, as everybody may.
        (Paper.WRONG, Paper.GOOD, Paper.GOOD),
        (Paper.EXPIRED, Paper.GOOD, Paper.GOOD),
        (Paper.USED, Paper.EARLY, Paper.USED),
        (Paper.MISSING, Paper.EARLY, Paper.EARLY),
        (Paper.MISSING, Paper.USED, Paper.USED),
        (Paper.MISSING, Paper.EXPIRED, Paper.EXPIRED),
        (Paper.EXPIRED, Paper.MISSING, Paper.EXPIRED),
        (Paper.WRONG, Paper.EXPIRED, Paper.WRONG),
    ],
)
def test_a_proof_or_a_wait_is_enough(proof: Paper, wait: Paper, decides: Paper) -> None:
    assert decisive(proof, wait) is decides


@pytest.mark.parametrize(
    ("waited", "paper"),
    [
        (timedelta(), Paper.EARLY),
        (WAIT - MILLISECOND, Paper.EARLY),
        (WAIT, Paper.GOOD),
        (WAIT_GOOD_FOR, Paper.GOOD),
        (WAIT_GOOD_FOR + MILLISECOND, Paper.EXPIRED),
    ],
)
def test_a_wait_is_good_for_a_while(waited: timedelta, paper: Paper) -> None:
    assert wait_after(waited) is paper


def test_the_numbers_fit_the_other_limits() -> None:
    """What a script may post at once is usual; a network is asked before it is refused."""
    untimed, usual = parse(UNTIMED), parse(USUAL_PER_NETWORK)
    assert (untimed.amount, untimed.get_expiry()) == (usual.amount, usual.get_expiry())
    assert usual.amount < parse(PER_ADDRESS.partition(";")[0]).amount
    assert usual.amount < parse(USUAL_ON_THE_SITE).amount
    assert WAIT < PROOF_GOOD_FOR
    # At the million iterations a second of a mid-range phone: one to three seconds.
    assert 1_000_000 <= COST * FEWEST_TURNS < COST * MOST_TURNS <= 3_000_000


def solved(made: str, **changed: object) -> str:
    """The proof for a challenge, parts of which somebody changed after it was worked out."""
    asked = altcha.Challenge.from_dict(json.loads(made))
    solution = altcha.solve_challenge(asked)
    assert solution is not None
    for name, value in changed.items():
        setattr(solution if hasattr(solution, name) else asked.parameters, name, value)
    return altcha.Payload(asked, solution).to_base64()


def test_work_that_was_done_is_known_again_by_its_mark() -> None:
    made = challenge(KEY, QUICK, expires_at=SOON)
    proof = check(KEY, solved(made))
    assert proof.mark == json.loads(made)["signature"]
    assert proof.expires_at == SOON.replace(microsecond=0)
    assert check(KEY, solved(challenge(KEY, QUICK, expires_at=SOON))).mark != proof.mark


@pytest.mark.parametrize(
    "proof",
    [
        "",
        "x",
        "e30=",  # {}
        "W10=",  # []
        "ی",
        "x" * (LONGEST_PROOF + 1),
        solved(challenge(OTHER_KEY, QUICK, expires_at=SOON)),
        solved(challenge(KEY, QUICK, expires_at=SOON), derived_key="00" * 32),
        solved(challenge(KEY, QUICK, expires_at=SOON), cost=2),
        solved(challenge(KEY, QUICK, expires_at=SOON), expires_at=2**40),
        solved(challenge(KEY, QUICK, expires_at=SOON), expires_at=None),
        solved(challenge(KEY, QUICK, expires_at=SOON), key_signature=None),
    ],
)
def test_what_was_not_worked_out_is_no_proof(proof: str) -> None:
    with pytest.raises(ProofWrong):
        check(KEY, proof)


def test_a_proof_expires_with_its_challenge() -> None:
    late = challenge(KEY, QUICK, expires_at=datetime.now(UTC) - timedelta(seconds=2))
    with pytest.raises(ProofExpired):
        check(KEY, solved(late))
