"""Kamran translates Nasrin's proposal, Sina checks it; then the original changes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cli.translation_run import follow_originals
from citizen_diplomat.directory.model import ProfileLanguage
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.moderation.office import office_clock
from citizen_diplomat.moderation.office_days import change_promises, promises_of
from citizen_diplomat.news import actions as news
from citizen_diplomat.news.model import News
from citizen_diplomat.translation import actions
from citizen_diplomat.translation.forget import forget
from citizen_diplomat.translation.glossary import GlossaryTerm
from citizen_diplomat.translation.model import (
    TranslationParagraph,
    TranslationVolunteer,
)
from citizen_diplomat.translation.queries import find, for_volunteer, paragraph_of
from citizen_diplomat.translation.rules import Original, SubjectKind
from citizen_diplomat.web.personal_data import export
from tests.cast import Cast
from tests.conftest import database_of, token_of
from tests.desk import decided, submitted
from tests.news import CHOIR, published
from tests.web.test_versions import answer, change

BrowserOf = Callable[[Account], FlaskClient]
Counting = Callable[[], AbstractContextManager[list[str]]]
ENGLISH = (
    "Grey water in old houses",
    "Shower water goes to the garden.",
    "They do so in Barcelona.",
    "One house costs 60 million tomans.",
)


@pytest.fixture
def number(session: Session, cast: Cast) -> int:
    """Nasrin's accepted proposal; Kamran and Sina speak Persian and English well, and volunteer."""
    for person in (cast.kamran, cast.stranger):
        volunteer(session, person)
    return decided(session, submitted(session, cast.nasrin), by=cast.hamid).subject_id


def volunteer(session: Session, person: Account) -> None:
    session.add_all(
        ProfileLanguage(account_id=person.id, code=code, level=level)
        for code, level in (("fa", "native"), ("en", "fluent"), ("de", "basic"))
    )
    session.add(
        TranslationVolunteer(
            account_id=person.id, is_active=True, may_be_named=True, changed_at=now()
        )
    )
    session.commit()


def send(browser: FlaskClient, address: str, **fields: object) -> TestResponse:
    return browser.post(address, data={"csrf_token": token_of(browser), **fields})


def rows_of(session: Session) -> list[TranslationParagraph]:
    session.expunge_all()
    rows = session.scalars(
        select(TranslationParagraph)
        .where(TranslationParagraph.position.is_not(None))
        .order_by(TranslationParagraph.position)
    ).all()
    session.commit()
    return list(rows)


def begun(browser: FlaskClient, number: int) -> str:
    place = send(browser, f"/en/me/translations/begin/proposal/{number}/en").location
    assert place is not None
    return place


def translated(session: Session, browser: FlaskClient, place: str) -> None:
    for row, text in zip(rows_of(session), ENGLISH, strict=True):
        saved = send(browser, f"{place}/{row.id}", action="save", text=text, version=row.version)
        assert saved.status_code == 303


def checked(session: Session, browser: FlaskClient, place: str) -> list[int]:
    return [
        send(browser, f"{place}/{row.id}", action="approve", version=row.version).status_code
        for row in rows_of(session)
        if row.state == "to_check"
    ]


def states(session: Session) -> list[str]:
    return [row.state for row in rows_of(session)]


def test_two_people_translate_and_a_change_makes_one_paragraph_stale(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, number: int,
    client: FlaskClient, outbox: Callable[[], list[OutboxMessage]],
) -> None:  # fmt: skip
    kamran, sina, nasrin, hamid = map(
        browser_of, (cast.kamran, cast.stranger, cast.nasrin, cast.hamid)
    )
    public = f"/en/proposals/{number}/in/en"
    assert f"/begin/proposal/{number}/en" in kamran.get("/en/me/translations/new").text
    assert send(nasrin, f"/en/me/translations/begin/proposal/{number}/en").status_code == 404
    assert send(kamran, f"/en/me/translations/begin/proposal/{number}/de").status_code == 404
    place = begun(kamran, number)
    assert begun(sina, number) == place
    translated(session, kamran, place)
    assert checked(session, kamran, place) == [409] * 4
    assert client.get(public).status_code == 404
    for lang in ("fa", "en"):
        own = sina.get(f"/{lang}/me/translations?shelf=check").text
        assert place.replace("/en/", f"/{lang}/", 1) in own
        assert sina.get(place.replace("/en/", f"/{lang}/", 1)).status_code == 200
    assert f'href="{place}"' not in kamran.get("/en/me/translations?shelf=check").text
    assert checked(session, sina, place) == [303] * 4

    page = client.get(public)
    assert page.headers["Cache-Control"].startswith("public")
    assert 'lang="en" dir="ltr">Grey water in old houses' in page.text
    assert "Kamran Dehghan" in page.text
    assert "Sina Mobini" in page.text
    assert f'href="/en/proposals/{number}"' in page.text
    assert "have changed" not in page.text
    assert cast.nasrin.display_name not in page.text
    assert client.get(f"/fa/proposals/{number}/in/en?beside=1").text.count('lang="fa" dir="rtl"')
    assert f"{public}" in client.get(f"/en/proposals/{number}").text

    change(nasrin, number)
    assert answer(hamid, session, number, "accept").status_code == 303
    page = client.get(public)
    assert page.text.count("s-changes") == 1
    assert "۸۵ میلیون" in page.text
    assert "60 million" in page.text
    with app.app_context():
        assert follow_originals(now()) == 1
        assert follow_originals(now()) == 0
    assert states(session) == ["checked", "checked", "checked", "stale"]
    assert f'href="{place}"' in kamran.get("/en/me/translations?shelf=stale").text
    last = rows_of(session)[-1]
    shown = kamran.get(f"{place}/{last.id}").text
    assert "What changed in the original" in shown
    assert "<ins" in shown
    again = send(
        sina, f"{place}/{last.id}", action="save", text="It costs 85.", version=last.version
    )
    assert again.status_code == 303
    assert "60 million" in client.get(public).text
    assert checked(session, kamran, place) == [303]
    assert "60 million" not in client.get(public).text
    assert "s-changes" not in client.get(public).text
    names = [row.name for row in outbox() if row.name == "translation_news"]
    assert len(names) == 2, "one a day for Kamran, one for Sina"


@pytest.mark.parametrize("kind", [SubjectKind.NEWS, SubjectKind.PAGE])
def test_news_and_pages_are_read_in_a_third_language(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient,
    kind: SubjectKind,
) -> None:  # fmt: skip
    """Both are written in Persian and English: nobody translates into these two."""
    for person in (cast.kamran, cast.stranger):
        volunteer(session, person)
    session.execute(update(ProfileLanguage).values(level="fluent"))
    session.commit()
    slug = "how-we-decide"
    number = slug if kind is SubjectKind.PAGE else str(published(session, cast.soheila).number)
    path = slug if kind is SubjectKind.PAGE else f"news/{number}"
    kamran, sina = browser_of(cast.kamran), browser_of(cast.stranger)
    begin = f"/en/me/translations/begin/{kind}/{number}"
    offered = kamran.get("/en/me/translations/new").text
    assert f"{begin}/de" in offered
    assert f"{begin}/en" not in offered
    assert send(kamran, f"{begin}/en").status_code == 404
    place = send(kamran, f"{begin}/de").location
    assert place is not None
    for row in rows_of(session):
        form = {"action": "save", "text": f"Absatz {row.position}", "version": row.version}
        assert send(kamran, f"{place}/{row.id}", **form).status_code == 303
    assert set(checked(session, sina, place)) == {303}
    page = client.get(f"/en/{path}/in/de")
    assert 'lang="de" dir="ltr">Absatz 0' in page.text
    assert "Sina Mobini" in page.text
    assert f"/en/{path}/in/de" in client.get(f"/en/{path}").text
    with app.app_context():
        assert follow_originals(now()) == 0
    if kind is SubjectKind.NEWS:
        correct(session, cast)
    else:
        promise_more(session, cast)
    assert client.get(f"/en/{path}/in/de").text.count("s-changes") == 1
    with app.app_context():
        assert follow_originals(now()) == 1
        assert follow_originals(now()) == 0
    [stale] = [row for row in rows_of(session) if row.state == "stale"]
    fits = {"text": "Ein neuer Absatz", "version": stale.version}
    assert send(kamran, f"{place}/{stale.id}", action="save", **fits).status_code == 303
    assert checked(session, sina, place) == [303]
    reading = client.get(f"/en/{path}/in/de").text
    assert "Ein neuer Absatz" in reading
    assert "s-changes" not in reading


def test_what_is_saved_of_a_page_is_of_what_it_promises_now(
    session: Session, cast: Cast, browser_of: BrowserOf
) -> None:
    """Kamran has the old promise before his eyes when he saves; the worker has not been round."""
    volunteer(session, cast.kamran)
    session.execute(update(ProfileLanguage).values(level="fluent"))
    session.commit()
    kamran = browser_of(cast.kamran)
    place = send(kamran, "/en/me/translations/begin/page/how-we-decide/de").location
    before = {row.id: row for row in rows_of(session)}
    promise_more(session, cast)
    assert send(kamran, f"{place}/{min(before)}", action="claim").status_code == 303
    [changed] = [row for row in rows_of(session) if row.original != before[row.id].original]
    form = {"action": "save", "text": "Absatz", "version": before[changed.id].version}
    assert send(kamran, f"{place}/{changed.id}", **form).status_code == 409
    form["version"] = changed.version
    assert send(kamran, f"{place}/{changed.id}", **form).status_code == 303
    assert [row.made_from for row in rows_of(session) if row.text] == [changed.original]


def promise_more(session: Session, cast: Cast) -> None:
    """Soheila promises a first answer within four working days."""
    row = office_clock(session, to_change=True)
    promises = replace(promises_of(row), answer_days=4)
    change_promises(session, promises, version=row.version, by=cast.soheila, at=now())
    session.commit()


def correct(session: Session, cast: Cast) -> None:
    """Soheila finds that they are forty singers."""
    row = session.scalars(select(News)).one()
    words = replace(CHOIR.words, summary_fa="چهل خواننده در بهار مهمان ما خواهند بود.")
    wording = replace(CHOIR, words=words)
    news.change(session, row, wording, version=row.version, by=cast.soheila, at=now())
    session.commit()


def test_who_comes_second_keeps_what_they_typed(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    kamran, sina = map(browser_of, (cast.kamran, cast.stranger))
    place = begun(kamran, number)
    first, second, *_ = rows_of(session)
    at = f"{place}/{first.id}"
    assert send(kamran, at, action="claim").location == at
    clash = send(sina, at, action="save", text="Sina’s words", version=first.version)
    assert clash.status_code == 409
    assert "Sina’s words" in clash.text
    assert "Somebody else works on this paragraph now" in clash.text
    assert send(kamran, at, action="save", text="Mine", version=first.version).status_code == 303
    clash = send(sina, at, action="save", text="Sina’s words", version=first.version)
    assert clash.status_code == 409
    assert "Sina’s words" in clash.text
    assert ">Mine<" in clash.text
    link = send(
        sina,
        f"{place}/{second.id}",
        action="save",
        text="https://spam.example",
        version=second.version,
    )
    assert link.status_code == 422
    assert send(sina, at, action="save", text="", version=2).status_code == 422
    assert send(sina, at, action="nonsense").status_code == 404


def test_of_two_who_save_at_once_one_is_kept_and_the_other_is_told(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    people = {"Kamran’s": browser_of(cast.kamran), "Sina’s": browser_of(cast.stranger)}
    place = begun(people["Kamran’s"], number)
    for row in rows_of(session):
        ends = saved_at_once(people, f"{place}/{row.id}", row.version)
        assert sorted(ends.values()) == [303, 409]
        [kept] = [one.text for one in rows_of(session) if one.id == row.id]
        assert ends[kept] == 303


def saved_at_once(people: dict[str, FlaskClient], place: str, version: int) -> dict[str, int]:
    """What each is answered who saves these words at the same moment."""
    start, answers = Barrier(len(people)), dict[str, int]()

    def save(words: str, token: str) -> None:
        form = {"action": "save", "text": words, "version": version, "csrf_token": token}
        start.wait()
        answers[words] = people[words].post(place, data=form).status_code

    threads = [Thread(target=save, args=(words, token_of(who))) for words, who in people.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


@pytest.mark.parametrize("for_staff", [True, False])
def test_who_waited_for_a_paragraph_reads_what_stands_there_now(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, number: int, for_staff: bool
) -> None:
    """Sina has looked before Kamran saves, and gets the lock after him."""
    kamran = browser_of(cast.kamran)
    place = begun(kamran, number)
    first = rows_of(session)[0]
    tongues = ("fa", "en")
    with database_of(app).writing() as sina:
        row = for_volunteer(sina, first.translation_id, tongues)
        assert row is not None
        seen = paragraph_of(sina, row, first.id)
        # On SQLite nobody could write while this one reads.
        sina.commit()
        saved = send(kamran, f"{place}/{first.id}", text="Kamran’s", version=first.version)
        assert saved.status_code == 303
        locked = (
            find(sina, first.translation_id, to_change=True)
            if for_staff
            else for_volunteer(sina, first.translation_id, tongues, to_change=True)
        )
        assert locked is row
        assert row.changed_at > row.begun_at
        there = paragraph_of(sina, row, first.id, to_change=True)
        assert there is seen
        assert there is not None
        assert (there.text, there.version) == ("Kamran’s", first.version + 1)


def test_the_database_refuses_that_one_person_does_both(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    place = begun(browser_of(cast.kamran), number)
    translated(session, browser_of(cast.kamran), place)
    with pytest.raises(IntegrityError):
        session.execute(
            update(TranslationParagraph).values(checked_by=TranslationParagraph.translated_by)
        )
    session.rollback()


def test_staff_take_a_paragraph_back_and_a_member_leaves(
    app: Flask, session: Session, cast: Cast, browser_of: BrowserOf, number: int,
    client: FlaskClient, outbox: Callable[[], list[OutboxMessage]],
) -> None:  # fmt: skip
    kamran, sina, hamid = map(browser_of, (cast.kamran, cast.stranger, cast.hamid))
    place = begun(kamran, number)
    translated(session, kamran, place)
    checked(session, sina, place)
    row = rows_of(session)[2]
    desk = f"/en/staff/translations/{row.translation_id}"
    assert "Kamran Dehghan" in hamid.get(desk).text
    assert hamid.get(f"{desk}/{row.id}").status_code == 200
    assert send(hamid, f"{desk}/{row.id}", version=row.version).status_code == 422
    reason = {"reason": "It says the opposite."}
    stale = send(hamid, f"{desk}/{row.id}", version=row.version - 1, **reason)
    assert stale.status_code == 409
    assert "It says the opposite." in stale.text
    assert send(hamid, f"{desk}/{row.id}", version=row.version, **reason).status_code == 303
    page = client.get(f"/en/proposals/{number}/in/en").text
    assert ENGLISH[2] not in page
    assert "Not translated yet" in page
    letter = outbox()[-1]
    assert (letter.name, letter.values["reason"]) == ("translation_withdrawn", reason["reason"])
    assert "translation.withdrawn" in set(session.scalars(select(AuditEntry.action)))
    own = export(session, session.get_one(Account, cast.kamran.id), at=now())["translations"]
    assert len(own["paragraphs"]) == 3
    assert [one["reason"] for one in own["taken_back_by_office"]] == [reason["reason"]]
    session.commit()
    with database_of(app).writing() as writing:
        forget(writing, writing.get_one(Account, cast.kamran.id))
        writing.commit()
    page = client.get(f"/fa/proposals/{number}/in/en").text
    assert ENGLISH[3] in page
    assert "Kamran" not in page


def test_the_list_asks_few_questions(
    session: Session, cast: Cast, browser_of: BrowserOf, queries: Counting, number: int
) -> None:
    kamran = browser_of(cast.kamran)
    counts = []
    for upto in (1, 3, 30):
        for subject in range(1000, 1000 + upto):
            original = Original(SubjectKind.PROPOSAL, str(subject), "fa", "عنوان", ("یک", "دو"), 1)
            actions.begin(session, original, "en", by=cast.kamran, at=now())
        session.commit()
        with queries() as asked:
            page = kamran.get("/en/me/translations")
        counts.append(len(asked))
        assert page.text.count("2 paragraphs") + page.text.count("3 paragraphs") == min(upto, 20)
    assert counts[0] == counts[1] == counts[2]
    assert counts[0] <= 7, "who asks and what lies unread, then five of its own"


def test_members_volunteer_and_a_limit_stops_them(
    session: Session, cast: Cast, browser_of: BrowserOf, number: int
) -> None:
    nasrin = browser_of(cast.nasrin)
    for lang in ("fa", "en"):
        assert nasrin.get(f"/{lang}/me/translations").status_code == 200
    assert send(nasrin, "/en/me/translations", is_active="y").status_code == 303
    assert "fluent or a native speaker" in nasrin.get("/en/me/translations").text
    row = session.get_one(TranslationVolunteer, cast.nasrin.id)
    assert (row.is_active, row.may_be_named) == (True, False)
    session.commit()
    place = begun(browser_of(cast.kamran), number)
    assert browser_of(cast.hamid).get(place).status_code == 404
    assert nasrin.get(place).status_code == 404


def test_the_glossary_is_read_by_all_and_written_by_coordinators(
    session: Session, cast: Cast, browser_of: BrowserOf, client: FlaskClient
) -> None:
    soheila = browser_of(cast.soheila)
    new = {
        "term_fa": "هم‌اندیشی", "term_en": "consultation", "note_fa": "", "note_en": "",
        "others": "de: Beratung\nes: consulta",
    }  # fmt: skip
    assert send(soheila, "/en/staff/glossary/new", **new).status_code == 303
    bad = send(soheila, "/en/staff/glossary/new", **{**new, "others": "Beratung"})
    assert bad.status_code == 422
    at = "/en/staff/glossary/consultation"
    assert "de: Beratung" in soheila.get(at).text
    assert "consultation" in client.get("/fa/glossary").text
    changed = {**new, "term_en": "deliberation"}
    assert send(soheila, at, version=1, **changed).status_code == 303
    stale = send(soheila, at, version=1, **{**new, "term_en": "my own word"})
    assert stale.status_code == 409
    assert "my own word" in stale.text
    assert send(soheila, at, action="retire").status_code == 303
    assert "deliberation" not in client.get("/en/glossary").text
    assert "deliberation" in soheila.get("/fa/staff/glossary").text
    row = session.get_one(GlossaryTerm, "consultation")
    assert row.others == {"de": "Beratung", "es": "consulta"}
