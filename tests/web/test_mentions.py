"""A private note names a colleague, who gets a letter and an entry in the inbox; nobody else."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account, StaffScope
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.declarations import declare
from citizen_diplomat.moderation.mentions import named_in
from tests.cast import Cast
from tests.desk import MONDAY, submitted
from tests.web.account_pages import post

BrowserOf = Callable[[Account], FlaskClient]
Outbox = Callable[[], list[OutboxMessage]]


def letters(outbox: Outbox) -> list[tuple[str, str]]:
    """Who was told of a mention, by which key."""
    return [(row.to_address, row.key) for row in outbox() if row.name == "mentioned"]


@pytest.mark.parametrize("how", ["typed", "chosen", "both"])
def test_a_colleague_is_told_once(
    session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox, how: str
) -> None:
    item = submitted(session, cast.nasrin)
    name = f"@{cast.maryam.display_name}" if how != "chosen" else "maryam"
    chosen = cast.maryam.id if how != "typed" else ""
    hamid, maryam = browser_of(cast.hamid), browser_of(cast.maryam)
    page = hamid.get(f"/en/staff/queue/{item.id}").text
    assert f'<option value="{cast.maryam.id}">' in page
    assert f'<option value="{cast.hamid.id}">' not in page
    text = f"What says {name} of the <b>water</b>?"
    kept = post(hamid, f"/en/staff/queue/{item.id}/notes", text=text, mention=chosen)
    assert kept.status_code == 303
    [(address, key)] = letters(outbox)
    assert (address, key.partition(":")[0]) == (cast.maryam.email, "mentioned")
    [letter] = [row for row in outbox() if row.name == "mentioned"]
    assert letter.values["link"].endswith(f"/staff/queue/{item.id}")
    assert "water" not in str(letter.values), "private words do not travel by mail"
    assert cast.hamid.display_name in maryam.get("/en/me/inbox").text
    noted = maryam.get(f"/en/staff/queue/{item.id}").text
    assert "&lt;b&gt;water&lt;/b&gt;" in noted
    assert (f"<strong><bdi>@{cast.maryam.display_name}</bdi></strong>" in noted) is (
        how != "chosen"
    )
    assert f"told: <bdi>{cast.maryam.display_name}</bdi>" in noted


def test_who_may_not_see_the_item_cannot_be_named(
    session: Session, cast: Cast, browser_of: BrowserOf, outbox: Outbox
) -> None:
    item = submitted(session, cast.nasrin)
    declare(session, item, reason="", by=cast.maryam, at=MONDAY)
    session.add(StaffScope(account_id=cast.soheila.id, city_slug="freiburg"))
    session.commit()
    hamid = browser_of(cast.hamid)
    address = f"/en/staff/queue/{item.id}"
    assert 'id="mention"' not in hamid.get(address).text, "there is nobody to choose"
    for person in (cast.maryam, cast.soheila, cast.arash, cast.nasrin, cast.hamid):
        text = f"@{person.display_name}, look at this"
        assert post(hamid, f"{address}/notes", text=text, mention=person.id).status_code == 303
    assert post(hamid, f"{address}/notes", text="x", mention="1; DROP").status_code == 303
    assert letters(outbox) == []
    assert "told:" not in hamid.get(address).text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@مریم رستمی ببین", {1}),
        ("@مريم رستمي", {1}),
        ("@مریم\u200cرستمی", {1}),
        ("مریم رستمی", set()),
        ("@ali and @Ali Reza", {2, 3}),
        ("@nobody", set()),
    ],
)
def test_names_are_read_in_any_spelling(text: str, found: set[int]) -> None:
    assert named_in(text, {1: "مریم رستمی", 2: "Ali", 3: "Ali Reza", 4: ""}) == found
