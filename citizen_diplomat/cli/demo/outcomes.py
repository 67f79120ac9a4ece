"""What became of some accepted proposals: one is done, one fell silent, one goes on."""

import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.cli.demo.people import DATA
from citizen_diplomat.cli.demo.proposals import Row, Stage
from citizen_diplomat.moderation.outcome_watch import decider_of
from citizen_diplomat.outcomes import happened, hours, offers, trail
from citizen_diplomat.outcomes.happened import Asking
from citizen_diplomat.outcomes.hours import Given
from citizen_diplomat.outcomes.offers import Links, Offer
from citizen_diplomat.outcomes.queries import offer_for, open_offer
from citizen_diplomat.outcomes.rules import Party
from citizen_diplomat.outcomes.trail_model import OutcomeTrail, StepDraft
from citizen_diplomat.outcomes.trail_queries import accepted_one
from citizen_diplomat.outcomes.trail_rules import Happened, StepKind
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.web.links import absolute, link_to

LINKS = Links(
    of_author=lambda person, number: absolute(person.language, "member.helpers", number=number),
    of_helper=lambda person: absolute(person.language, "member.my_help"),
)


@cache
def outcomes_file() -> list[dict[str, Any]]:
    """The scenes of demo_outcomes.json."""
    scenes: list[dict[str, Any]] = json.loads((DATA / "demo_outcomes.json").read_text("utf-8"))[
        "scenes"
    ]
    return scenes


def go_on(stage: Stage, scene: Row, *, at: datetime) -> None:
    """Let one thing happen to the outcome of a proposal."""
    # What the scene before wrote is found by a query.
    stage.session.flush()
    proposal = accepted_one(stage.session, stage.numbers[scene["proposal"]])
    assert proposal is not None, "only what was accepted has an outcome"
    by = stage.people[scene["by"]]
    match scene["does"]:
        case "step":
            _step(stage, proposal, scene, by, at)
        case "help":
            _help(stage, proposal, scene, by, at)
        case "hours":
            _hours(stage, proposal, scene, by, at)
        case "complete":
            _complete(stage, proposal, by, at)
        case _:
            _answer(stage, proposal, scene, by, at)


def _trail(stage: Stage, proposal: Proposal, at: datetime) -> OutcomeTrail:
    owner = decider_of(stage.session, proposal.number)
    begun_at = proposal.published_at or at
    return trail.begin(stage.session, proposal.number, owner_id=owner, begun_at=begun_at)


def _step(stage: Stage, proposal: Proposal, scene: Row, by: Account, at: datetime) -> None:
    day = at.astimezone(ISFAHAN).date()
    ahead = scene.get("planned_in")
    draft = StepDraft(
        kind=StepKind(scene["kind"]),
        text_fa=scene["text_fa"],
        text_en=scene["text_en"],
        owner_id=by.id,
        partner=scene.get("partner", ""),
        contact=scene.get("contact", ""),
        documents=scene.get("documents", ""),
        shows_documents=scene.get("shows_documents", False),
        planned_on=day + timedelta(days=scene["days_ago"] + ahead) if ahead else None,
        done_on=None if ahead else day,
    )
    key = f"{scene['proposal']}:{scene['days_ago']}"
    of = _trail(stage, proposal, at)
    trail.add_step(stage.session, of, draft, form_key=key, by=by.id, at=at)


def _help(stage: Stage, proposal: Proposal, scene: Row, by: Account, at: datetime) -> None:
    offer = Offer((), scene["hours_a_month"], scene["words"], may_be_named=True)
    row = offers.offer(stage.session, proposal, offer, by=by, at=at, links=LINKS)
    # Both answer what is in the database.
    stage.session.flush()
    found = offer_for(stage.session, proposal.number, row.id, to_change=True)
    assert found is not None, "it was just made"
    sides = ((Party.AUTHOR, stage.people[scene["author"]]), (Party.OFFICE, stage.people["soheila"]))
    for party, person in sides:
        offers.agree(stage.session, found, party, by=person, at=at, links=LINKS)


def _hours(stage: Stage, proposal: Proposal, scene: Row, by: Account, at: datetime) -> None:
    offer = open_offer(stage.session, proposal.number, by.id)
    assert offer is not None, "who gives hours helps"
    given = Given(scene["hours"], at.astimezone(ISFAHAN).date(), scene["words"])
    hours.note(stage.session, offer, given, form_key=scene["words"], by=by.id, at=at)


def _complete(stage: Stage, proposal: Proposal, by: Account, at: datetime) -> None:
    of = _trail(stage, proposal, at)
    link = link_to("member.happened_to_mine", number=proposal.number)
    trail.complete(
        stage.session,
        of,
        proposal.author,
        proposal.title,
        version=of.version,
        by=by.id,
        at=at,
        link=link,
    )


def _answer(stage: Stage, proposal: Proposal, scene: Row, by: Account, at: datetime) -> None:
    said, words = Happened(scene["answer"]), scene["words"]
    if scene["does"] == "author":
        mine = happened.of_author(stage.session, proposal.number, by.id)
        assert mine is not None, "the author was asked"
        happened.answer(stage.session, mine, said, words, by=by.id, at=at)
        return
    row, _ = happened.ask_partner(
        stage.session,
        _trail(stage, proposal, at),
        Asking(scene["organisation"], "", "", "en"),
        proposal.title,
        form_key=scene["organisation"][:64],
        by=by.id,
        at=at - timedelta(hours=9),
        link=lambda secret: absolute("en", "public.happened_question", token=secret),
        day=lambda moment: moment.date().isoformat(),
    )
    happened.answer(stage.session, row, said, words, by=None, at=at)
