"""Whoever has a conflict of interest does not see the item: declared, or found by itself."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.directory.actions import open_profile, save_profile
from citizen_diplomat.directory.queries import of_account
from citizen_diplomat.directory.rules import Audience
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation import queries
from citizen_diplomat.moderation.conditions import QueueFilters
from citizen_diplomat.moderation.conflicts import ConflictCause, exclude
from citizen_diplomat.moderation.declarations import colleagues, declare
from citizen_diplomat.moderation.desks import Desk, DeskRule
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.reviews import next_to_review
from citizen_diplomat.moderation.unshielding import ask
from citizen_diplomat.outcomes.model import HelpOffer
from citizen_diplomat.proposals.coauthors import sign
from tests.cast import Cast
from tests.conftest import token_of
from tests.desk import BICYCLES, MONDAY, WATER, again, claimed, submitted
from tests.web.account_pages import post
from tests.writers import joined

BrowserOf = Callable[[Account], FlaskClient]
REASON = "Her brother draws the plans."


def works_at(session: Session, person: Account, organisation: str) -> None:
    """Let somebody name an organisation in their profile, as its form does."""
    if of_account(session, person.id) is None:
        open_profile(session, session.get_one(Account, person.id), city_slug="barcelona")
        session.flush()
    profile = of_account(session, person.id)
    assert profile is not None
    assert profile.ladder().organisation is Audience.ONLY_ME
    draft = replace(profile.as_draft(), organisation=organisation)
    save_profile(session, profile, draft, by=person, at=MONDAY)
    session.commit()


def author(session: Session, cast: Cast) -> QueueItem:
    return submitted(session, cast.hamid)


def former_coauthor(session: Session, cast: Cast) -> QueueItem:
    item = submitted(session, cast.nasrin)
    bond = joined(session, item.subject_id, cast.hamid, by=cast.nasrin)
    bond.bond = "left"
    return again(session, item)


def helper(session: Session, cast: Cast) -> QueueItem:
    item = submitted(session, cast.nasrin)
    session.add(
        HelpOffer(
            proposal_number=item.subject_id,
            account_id=cast.hamid.id,
            hours_a_month=2,
            offered_at=MONDAY,
        )
    )
    return again(session, item)


def same_organisation(session: Session, cast: Cast) -> QueueItem:
    works_at(session, cast.nasrin, "دانشگاه هنر اصفهان")
    works_at(session, cast.hamid, "دانشگاه  هنرِ اصفهان")
    return submitted(session, cast.nasrin)


def of_a_coauthor(session: Session, cast: Cast) -> QueueItem:
    works_at(session, cast.kamran, "Stadtwerke Freiburg")
    works_at(session, cast.hamid, "STADTWERKE Freiburg")
    item = submitted(session, cast.nasrin)
    joined(session, item.subject_id, cast.kamran, by=cast.nasrin)
    return again(session, item)


def declared(session: Session, cast: Cast) -> QueueItem:
    item = submitted(session, cast.nasrin)
    declare(session, item, reason=REASON, by=cast.hamid, at=MONDAY)
    return again(session, item)


def first_reviewer(session: Session, cast: Cast) -> QueueItem:
    item = submitted(session, cast.nasrin)
    exclude(session, item, cast.hamid.id, ConflictCause.FIRST_REVIEWER, at=MONDAY)
    return again(session, item)


CAUSES = [
    *(author, former_coauthor, helper, same_organisation, of_a_coauthor, declared),
    first_reviewer,
]


@pytest.mark.parametrize("cause", CAUSES)
def test_nobody_in_conflict_finds_the_item_anywhere(
    session: Session, cast: Cast, cause: Callable[[Session, Cast], QueueItem]
) -> None:
    item = cause(session, cast)
    other = submitted(session, cast.stranger, BICYCLES, at=now())

    def found(viewer: int) -> dict[str, object]:
        at, typed = now(), QueueFilters(q=item.title[:12])
        named = QueueFilters(q=str(item.proposal_number))
        return {
            "list": [row.id for row in queries.open_items(
                session, QueueFilters(), viewer=viewer, at=at).items],
            "search": len(queries.open_items(session, typed, viewer=viewer, at=at).items),
            "number": len(queries.open_items(session, named, viewer=viewer, at=at).items),
            "counts": queries.counts(session, viewer=viewer, at=at).in_queue,
            "badge": queries.count_open(session, viewer=viewer),
            "page": queries.item_for_review(session, item.id, viewer=viewer) is not None,
            "next": queries.next_item(session, viewer=viewer, at=at),
            "to review": next_to_review(session, viewer=viewer),
            "proposal": queries.looks_after(session, item.subject_id, viewer=viewer),
        }  # fmt: skip

    hidden = found(cast.hamid.id)
    assert hidden == {
        "list": [other.id], "search": 0, "number": 0, "counts": 1, "badge": 1, "page": False,
        "next": other.id, "to review": other.id, "proposal": False,
    }  # fmt: skip
    seen = found(cast.maryam.id)
    assert seen == {
        "list": [item.id, other.id], "search": 1, "number": seen["number"], "counts": 2, "badge": 2,
        "page": True, "next": item.id, "to review": item.id, "proposal": True,
    }  # fmt: skip
    tellable = [person.id for person in colleagues(session, item, but=cast.maryam.id)]
    assert tellable == [cast.soheila.id], "a note cannot name who may not see the item"


def test_every_address_of_the_item_is_no_page_for_them(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = declared(session, cast)
    hamid = browser_of(cast.hamid)
    token, asked = token_of(hamid), 0
    values = {"lang": "en", "item": item.id, "number": item.proposal_number, "verb": "claim"}
    for rule in app.url_map.iter_rules():
        # The page about what nobody may judge belongs to coordinators.
        is_of_item = "/staff/queue/<number:item>" in rule.rule
        if not is_of_item and rule.endpoint != "staff.answer":
            continue
        given = {name: values[name] for name in rule.arguments}
        address = app.url_map.bind("localhost").build(rule.endpoint, given)
        for method in {"GET", "POST"} & (rule.methods or set()):
            answer = hamid.open(address, method=method, data={"csrf_token": token})
            # Some lead back to the item, whatever its number, and that page is none.
            leads_back = answer.headers.get("Location") == f"/en/staff/queue/{item.id}"
            assert answer.status_code == 404 or leads_back, f"{method} {rule}"
            asked += 1
    assert asked >= 25
    assert item.title not in hamid.get("/en/staff/queue").text
    like_it = submitted(session, cast.kamran, WATER)
    assert f'/staff/queue/{item.id}"' not in hamid.get(f"/en/staff/queue/{like_it.id}").text


def test_declaring_gives_the_claim_back_and_leads_to_the_next(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = claimed(session, submitted(session, cast.nasrin), by=cast.hamid, at=now())
    other = submitted(session, cast.kamran, BICYCLES)
    hamid = browser_of(cast.hamid)
    page = hamid.get(f"/en/staff/queue/{item.id}").text
    address = f"/en/staff/queue/{item.id}/conflict"
    assert f'href="{address}"' in page
    assert hamid.get(address).status_code == 200
    assert post(hamid, address, reason="x" * 501).status_code == 422
    answer = post(hamid, address, reason=REASON)
    assert answer.headers["Location"] == f"/en/staff/queue/{other.id}"
    assert hamid.get(f"/en/staff/queue/{item.id}").status_code == 404
    assert again(session, item).holder_id is None
    maryam = browser_of(cast.maryam)
    assert REASON not in maryam.get(f"/en/staff/queue/{item.id}?view=history").text
    assert maryam.get("/en/staff/conflicts").status_code == 403
    for head in (cast.soheila, cast.mina):
        assert REASON in browser_of(head).get("/en/staff/conflicts").text


def test_a_declaration_holds_for_all_of_the_proposal_and_a_coordinator_lifts_it(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = declared(session, cast)
    below = QueueItem(
        kind="appeal", subject_id=item.subject_id, proposal_number=item.proposal_number,
        opened_at=MONDAY, title="An appeal",
    )  # fmt: skip
    session.add(below)
    session.flush()
    assert queries.item_for_review(session, below.id, viewer=cast.hamid.id) is None
    assert queries.item_for_review(session, below.id, viewer=cast.maryam.id) is not None
    number = item.id
    session.commit()
    soheila = browser_of(cast.soheila)
    page = soheila.get("/en/staff/conflicts").text
    address = page.partition('/lift"')[0].rpartition('"')[2] + "/lift"
    assert post(browser_of(cast.hamid), address, reason="I can").status_code == 403
    assert post(soheila, address, reason=" ").status_code == 422
    assert post(soheila, address, reason="Another person of that name.").status_code == 303
    assert post(soheila, address, reason="Again").status_code == 404
    hamid = browser_of(cast.hamid)
    assert hamid.get(f"/en/staff/queue/{number}").status_code == 200
    assert post(hamid, f"/en/staff/queue/{number}/conflict").status_code == 303
    assert hamid.get(f"/en/staff/queue/{number}").status_code == 404, "declared once more"
    done = session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.action.startswith("conflict."))
        .order_by(AuditEntry.id)
    ).all()
    assert done == ["conflict.declared", "conflict.lifted", "conflict.declared"]


def test_what_nobody_may_judge_is_shown_to_coordinators_who_find_a_colleague(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    session.add(StaffScope(account_id=cast.maryam.id, city_slug="freiburg"))
    for person in (cast.hamid, cast.soheila):
        declare(session, item, reason="", by=person, at=MONDAY)
    session.commit()
    soheila, mina = browser_of(cast.soheila), browser_of(cast.mina)
    shown = soheila.get("/en/staff/conflicts").text
    address = f"/en/staff/conflicts/{item.id}/colleague"
    assert address in shown
    assert item.title not in shown, "she may not see it herself"
    assert item.title in mina.get("/en/staff/conflicts").text
    assert f'value="{cast.hamid.id}"' not in soheila.get(address).text
    assert post(soheila, address, colleague=cast.hamid.id).status_code == 422
    assert post(soheila, address, colleague=cast.maryam.id).status_code == 303
    assert browser_of(cast.maryam).get(f"/en/staff/queue/{item.id}").status_code == 200
    assert address not in soheila.get("/en/staff/conflicts").text
    assert soheila.get(address).status_code == 404


def test_an_item_is_given_to_nobody_who_must_not_judge_it(session: Session, cast: Cast) -> None:
    desk = Desk(name_fa="میز بارسلون", name_en="Barcelona desk")
    session.add(desk)
    session.flush()
    rule = {"desk_id": desk.id, "account_id": cast.hamid.id, "city_slug": "barcelona"}
    session.add(DeskRule(place="barcelona/", **rule))
    session.commit()
    theirs = submitted(session, cast.nasrin)
    assert theirs.assignee_id == cast.hamid.id
    assert submitted(session, cast.hamid).assignee_id is None
    theirs = again(session, theirs)
    declare(session, theirs, reason="", by=cast.hamid, at=MONDAY)
    assert again(session, theirs).assignee_id is None


def test_a_member_of_staff_in_conflict_does_not_answer_for_a_pen_name(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    sign(session, item.of_proposal, "سایه", by=cast.nasrin, at=MONDAY)
    row = ask(session, item.of_proposal, reason=REASON, by=cast.hamid, at=now())
    declare(session, item, reason="", by=cast.soheila, at=MONDAY)
    session.commit()
    soheila = browser_of(cast.soheila)
    assert "سایه" not in soheila.get("/en/staff/unshielding").text
    assert soheila.get(f"/en/staff/unshielding/{row.id}").status_code == 404
    assert "سایه" in browser_of(cast.mina).get("/en/staff/unshielding").text
