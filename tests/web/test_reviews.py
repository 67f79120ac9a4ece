"""Several review one proposal: by themselves first, then with an eye on what the others gave."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.reviews import Review, next_to_review
from citizen_diplomat.moderation.rules import Outcome
from tests.cast import Cast
from tests.conftest import csrf
from tests.desk import BICYCLES, WATER, again, decided, resubmitted, submitted
from tests.web.account_pages import post

BrowserOf = Callable[[Account], FlaskClient]
SLUGS = ("relevance", "feasibility", "effect", "cost")
MARYAMS_WORDS = "The water board would have to agree."


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" type="hidden" value="([^"]*)"', page)
    assert found, name
    return found[1]


def give(
    browser: FlaskClient, item: QueueItem, *scores: int, code: str = "en", **fields: object
) -> TestResponse:
    """Post the form of the review page, scores in the order of the criteria."""
    address = f"/{code}/staff/queue/{item.id}"
    page = browser.get(address)
    kept = {name: hidden(page.text, name) for name in ("review_of", "review_version")}
    given = {f"score_{slug}": score for slug, score in zip(SLUGS, scores, strict=False)}
    data = {"csrf_token": csrf(page), "action": "give", **kept, **given, **fields}
    return browser.post(f"{address}/review", data=data)


def kept(session: Session) -> list[tuple[dict[str, int], str]]:
    """Scores and abstentions as the database has them."""
    rows = session.scalars(select(Review).options(selectinload(Review.rows))).all()
    found = [(row.scores, row.abstained_because) for row in rows]
    # A writing transaction left open would keep every browser waiting.
    session.expunge_all()
    session.rollback()
    return found


def reviews_of(page: str) -> str:
    """The panel of the review page."""
    return page.partition('aria-labelledby="reviews-title"')[2].partition("</section>")[0]


@pytest.mark.parametrize("name", ["hamid", "soheila"])
@pytest.mark.parametrize("how", ["scores", "abstention"])
def test_others_are_hidden_before_ones_own(
    session: Session, cast: Cast, browser_of: BrowserOf, name: str, how: str
) -> None:
    item = submitted(session, cast.nasrin)
    maryam = browser_of(cast.maryam)
    assert give(maryam, item, 5, 4, 4, 2, words_cost=MARYAMS_WORDS).status_code == 303
    reader = browser_of(getattr(cast, name))
    for page in (
        reader.get(f"/en/staff/queue/{item.id}").text,
        reader.get(f"/en/staff/queue/{item.id}?view=history").text,
        reader.get(f"/en/staff/queue/{item.id}/review").text,
        reader.get("/en/staff/queue").text,
    ):
        # A note can name her: that she works at the desk is no secret.
        told = re.sub(r'<select[^>]* id="mention".*?</select>', "", page)
        assert MARYAMS_WORDS not in told
        assert cast.maryam.display_name not in told
        assert "Weighted" not in told
    before = reviews_of(reader.get(f"/en/staff/queue/{item.id}").text)
    assert "1 review of this version" in before
    assert "You see what others wrote after your own review" in before
    if how == "scores":
        assert give(reader, item, 1, 2, 4, 4).status_code == 303
    else:
        said = give(reader, item, action="abstain", abstained_because="I know too little of it.")
        assert said.status_code == 303
    after = reviews_of(reader.get(f"/en/staff/queue/{item.id}").text)
    assert MARYAMS_WORDS in after
    assert cast.maryam.display_name in after
    if how == "scores":
        # relevance 5 and 1; weighted (3·5+3·4+3·4+2·2)/11 and (3·1+3·2+3·4+2·4)/11
        assert '3 <span class="meta">(1–5)' in after
        assert '3.3 <span class="meta">(2.6–3.9)' in after
    else:
        assert "I know too little of it." in after


def test_after_the_decision_everybody_at_the_desk_sees_them_and_nobody_changes_them(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    give(browser_of(cast.maryam), item, 5, 4, 4, 2, words_cost=MARYAMS_WORDS)
    hamid = browser_of(cast.hamid)
    token = csrf(hamid.get(f"/en/staff/queue/{item.id}"))
    decided(session, again(session, item), by=cast.soheila, at=now())
    page = reviews_of(hamid.get(f"/en/staff/queue/{item.id}").text)
    assert MARYAMS_WORDS in page
    assert "<form" not in page
    scores = {f"score_{slug}": 3 for slug in SLUGS}
    late = hamid.post(
        f"/en/staff/queue/{item.id}/review",
        data={"csrf_token": token, "review_of": 1, "review_version": 0, **scores},
    )
    assert late.status_code == 409
    assert "It was decided meanwhile." in late.text
    session.rollback()
    assert len(session.scalars(select(Review)).all()) == 1


def test_a_review_can_be_changed_and_a_stale_one_keeps_what_was_typed(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    hamid = browser_of(cast.hamid)
    assert give(hamid, item, 5, 5, 5, 5).status_code == 303
    stale = give(hamid, item, 1, 1, 1, 1, words_cost="Typed in a second window", review_version=0)
    assert stale.status_code == 409
    assert "Typed in a second window" in stale.text
    assert give(hamid, item, 2, 2, 2, 2).status_code == 303
    assert kept(session) == [(dict.fromkeys(SLUGS, 2), "")]
    said = give(hamid, item, action="abstain", abstained_because="He is my neighbour.")
    assert said.status_code == 303
    assert kept(session) == [({}, "He is my neighbour.")]
    done = session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.action.startswith("review."))
        .order_by(AuditEntry.id)
    ).all()
    assert done == ["review.written", "review.changed", "review.abstained"]


def test_another_version_is_another_review(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    give(browser_of(cast.maryam), item, 5, 5, 5, 5, words_cost=MARYAMS_WORDS)
    item = decided(session, again(session, item), Outcome.REQUEST_CHANGES, by=cast.hamid)
    resubmitted(session, item.of_proposal, "Another text.", at=now())
    hamid = browser_of(cast.hamid)
    assert MARYAMS_WORDS not in hamid.get(f"/en/staff/queue/{item.id}").text
    assert give(hamid, item, 3, 3, 3, 3, review_of=1).status_code == 409, "read the older text"
    assert give(hamid, item, 3, 3, 3, 3).status_code == 303
    assert next_to_review(session, viewer=cast.maryam.id) == item.id


@pytest.mark.parametrize("code", ["fa", "en"])
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"score_cost": ""}, "score_cost"),
        ({"score_cost": "6"}, "score_cost"),
        ({"score_relevance": "0"}, "score_relevance"),
        ({"words_cost": "x" * 1_001}, "words_cost"),
        ({"action": "abstain"}, "abstained_because"),
        ({"action": "abstain", "abstained_because": "x" * 501}, "abstained_because"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(
    session: Session,
    cast: Cast,
    browser_of: BrowserOf,
    code: str,
    fields: dict[str, object],
    field: str,
) -> None:
    item = submitted(session, cast.nasrin)
    typed = {"words_effect": "What I typed", **fields}
    answer = give(browser_of(cast.hamid), item, 1, 2, 3, 4, code=code, **typed)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert "What I typed" in answer.text
    session.rollback()
    assert session.scalars(select(Review)).all() == []


def test_the_item_with_the_fewest_reviews_comes_next(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Callable[[], object]
) -> None:
    first, second = submitted(session, cast.nasrin), submitted(session, cast.kamran, BICYCLES)
    third = submitted(session, cast.nasrin, WATER)
    maryam, hamid = browser_of(cast.maryam), browser_of(cast.hamid)
    address = "/en/staff/queue/next/to-review"

    def leads(browser: FlaskClient) -> str:
        return browser.get(address).headers["Location"].rpartition("/")[2]

    assert leads(hamid) == str(first.id), "the oldest of those without any"
    give(maryam, first, 3, 3, 3, 3)
    assert leads(hamid) == str(second.id)
    with queries() as statements:  # type: ignore[attr-defined]
        hamid.get(address)
    few = len(statements)
    give(hamid, second, 3, 3, 3, 3)
    assert leads(hamid) == str(third.id)
    give(hamid, third, 3, 3, 3, 3)
    assert leads(hamid) == str(first.id), "reviewed by others, and not by him"
    give(hamid, first, 3, 3, 3, 3)
    assert hamid.get(address).headers["Location"] == "/en/staff/queue"
    for _ in range(10):
        submitted(session, cast.nasrin)
    with queries() as statements:  # type: ignore[attr-defined]
        hamid.get(address)
    assert len(statements) == few <= 3, statements


def test_the_review_page_costs_the_same_whatever_was_written(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Callable[[], object]
) -> None:
    item = submitted(session, cast.nasrin)
    hamid, maryam, soheila = (browser_of(one) for one in (cast.hamid, cast.maryam, cast.soheila))

    def cost() -> int:
        with queries() as statements:  # type: ignore[attr-defined]
            assert hamid.get(f"/en/staff/queue/{item.id}").status_code == 200
        return len(statements)

    give(hamid, item, 3, 3, 3, 3)
    for question in ("How many?", "How long?"):
        post(hamid, f"/en/staff/queue/{item.id}/question", question=question)
    post(hamid, f"/en/staff/queue/{item.id}/notes", text="x", mention=cast.maryam.id)
    few = cost()
    give(maryam, item, 1, 2, 3, 4)
    give(soheila, item, action="abstain", abstained_because="Too little time.")
    for number in range(5):
        post(maryam, f"/en/staff/queue/{item.id}/question", question=f"Question {number}")
        post(maryam, f"/en/staff/queue/{item.id}/notes", text=f"{number}", mention=cast.hamid.id)
    assert cost() == few


def test_a_weight_changes_the_figure_and_no_score(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    item = submitted(session, cast.nasrin)
    hamid, mina = browser_of(cast.hamid), browser_of(cast.mina)
    give(hamid, item, 5, 5, 5, 1)
    assert "4.3 <span" in reviews_of(hamid.get(f"/en/staff/queue/{item.id}").text)
    address = "/en/staff/criteria/cost"
    page = mina.get(address)
    fields = dict(re.findall(r'name="(\w+)"[^>]*?value="([^"]*)"', page.text))
    fields["csrf_token"] = csrf(page)
    for wrong in ("11", "-1", "x", ""):
        assert mina.post(address, data=fields | {"weight": wrong}).status_code == 422, wrong
    assert mina.post(address, data=fields | {"weight": "۰"}).status_code == 303
    clash = mina.post(address, data=fields | {"weight": "7", "name_en": "Price"})
    assert clash.status_code == 409
    assert 'value="Price"' in clash.text
    shown = reviews_of(hamid.get(f"/en/staff/queue/{item.id}").text)
    assert "5 <span" in shown, "what cost weighs nothing any more"
    assert "with the weights of today" in shown
    session.rollback()
    assert session.scalars(select(Review)).one().version == 1


@pytest.mark.parametrize(
    ("name", "lists", "edits"),
    [
        ("mina", 200, 200),
        ("soheila", 200, 403),
        ("hamid", 403, 403),
        ("arash", 403, 403),
        ("nasrin", 403, 403),
    ],
)
def test_criteria_are_the_administrators(
    cast: Cast, browser_of: BrowserOf, name: str, lists: int, edits: int
) -> None:
    browser = browser_of(getattr(cast, name))
    assert browser.get("/fa/staff/criteria").status_code == lists
    assert browser.get("/fa/staff/criteria/cost").status_code == edits
    if edits == 200:
        assert browser.get("/fa/staff/criteria/nothing").status_code == 404
