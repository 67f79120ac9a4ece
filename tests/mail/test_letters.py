"""What every letter must be, in both languages: golden, bounded, self-contained, and safe."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from citizen_diplomat.accounts.rules import LINK_LIFETIME, UNVERIFIED_KEPT, LinkPurpose
from citizen_diplomat.digests.editions import (
    MOST_ANSWERS,
    MOST_BESIDE_WORK,
    MOST_DESKS,
    MOST_NOTICES,
    MOST_WORK,
    room_beside,
)
from citizen_diplomat.digests.messages import Digest
from citizen_diplomat.digests.notices import MATTERS
from citizen_diplomat.mail.letter import Envelope, HeaderInjection, Letter, compose
from citizen_diplomat.mail.message import Message
from citizen_diplomat.moderation.messages import DecisionMade
from citizen_diplomat.proposals.messages import ProposalReceived
from tests.mail import letters
from tests.mail.letter_checks import CHECKS, LARGEST_HTML, hrefs
from tests.mail.letters import Case

EVERY_LETTER = pytest.mark.parametrize(
    "case", letters.cases(), ids=lambda case: f"{case.name}.{case.language}"
)


def envelope(**changes: object) -> Envelope:
    values: dict[str, object] = {
        "sender": "Citizen Diplomat <noreply@diplomat.example>",
        "to_name": "نسرین بهرامی",
        "to_address": "nasrin@example.org",
        "language": "fa",
        "message_id": "0f8d4c",
        "host": "diplomat.example",
        "at": datetime(2026, 11, 21, 4, 30, tzinfo=UTC),
    }
    return Envelope(**{**values, **changes})  # type: ignore[arg-type]


@EVERY_LETTER
def test_a_letter_is_what_every_letter_must_be(case: Case) -> None:
    for check in CHECKS:
        check(case)


def test_no_golden_file_is_left_over() -> None:
    wanted = {case.golden(part) for case in letters.cases() for part in letters.parts(case.letter)}
    assert set(letters.GOLDEN.iterdir()) == wanted


@pytest.mark.parametrize(
    ("each", "has_work"),
    [
        *((each, False) for each in range(MOST_NOTICES + 1)),
        *((each, True) for each in range(MOST_BESIDE_WORK + 1)),
    ],
)
def test_the_longest_digest_is_small_too(each: int, has_work: bool) -> None:
    link = "https://diplomat.example/fa/proposals/1234567"
    title, summary = "ن" * 120, "سخن " * 75
    notice = {"title": title, "day": "2026-12-26", "link": link}
    notices = [
        {
            "news": news.value,
            "items": [{**notice, "city_names": ["سن‌پترزبورگ"] * 10}] * each,
            "more": 9,
            "link": link,
        }
        for news in MATTERS
        if each
    ]
    one = {**notice, "kind": "proposal", "last_day": "2026-11-20", "is_late": True}
    items = {"mine": [one] * MOST_WORK, "late": [one] * MOST_WORK}
    counts = {"mine_count": 900, "late_count": 900}
    week = {
        "desk": "میز خواهرشهرهای جنوب اروپا",
        "came": 400,
        "closed": 300,
        "open": 400,
        "late": 90,
    }
    work = {**items, **counts, "week": [week] * MOST_DESKS} if has_work else None
    digest = Digest(
        frequency="weekly",
        period_start="2026-11-14",
        period_end="2026-11-21",
        preferences_link=link,
        accepted=[
            {
                "title": title,
                "summary": summary,
                "link": link,
                "city_names": ["سن‌پترزبورگ"] * 10,
                "topic_name": "میراث فرهنگی",
            }
        ]
        * room_beside(notices, work),
        more=400,
        more_link=link,
        answers=[{"title": title, "state": "declined", "link": link}] * MOST_ANSWERS,
        notices=notices,
        queue={"open": 4000, "oldest_days": 90, "link": link, "work": work},
    )
    assert len(letters.write(digest, "fa").html.encode()) < LARGEST_HTML


def test_the_letters_tell_how_long_links_last() -> None:
    """The words "3 days", "one hour", "7 days", "one day" and "30 days" stand in templates."""
    assert LINK_LIFETIME[LinkPurpose.VERIFY] == timedelta(days=3)
    assert LINK_LIFETIME[LinkPurpose.RESET] == timedelta(hours=1)
    assert LINK_LIFETIME[LinkPurpose.INVITATION] == timedelta(days=7)
    assert LINK_LIFETIME[LinkPurpose.NEW_ADDRESS] == timedelta(days=1)
    assert LINK_LIFETIME[LinkPurpose.REFUSE_ADDRESS] == timedelta(days=7)
    assert timedelta(days=30) == UNVERIFIED_KEPT


# --- what people wrote ---


def received(title: str) -> ProposalReceived:
    return ProposalReceived(number=7, title=title, revision=1, link="https://diplomat.example/x")


def test_what_people_wrote_is_escaped_and_never_a_link() -> None:
    title = '<a href="https://evil.example">click</a> www.evil.example mail@evil.example'
    letter = letters.write(received(title), "en", to_name="<b>Sina</b> https://evil.example")
    assert hrefs(letter) == {"https://diplomat.example/x"}
    assert "<b>" not in letter.html
    for autolinked in ("https://evil", "evil.example", "mail@evil"):
        assert autolinked not in letter.text
        assert autolinked not in letter.html.partition("</head>")[2]


def test_a_title_cannot_become_a_section_of_the_letter() -> None:
    letter = letters.write(received("Bridge\n\nYour passphrase\n===\nhttps://evil.example"), "en")
    assert "\nYour passphrase" not in letter.text
    assert letter.subject == "Received: Bridge Your passphrase === https://evil.example"


def test_a_message_of_staff_stays_inside_its_quotation() -> None:
    decision = DecisionMade(
        number=7,
        title="Bridge",
        state="declined",
        reason="Reason",
        message="First line\n\n--\nYou get this because\n<script>x</script>",
        link="https://diplomat.example/x",
    )
    letter = letters.write(decision, "en")
    quoted = [line for line in letter.text.splitlines() if line.startswith(">")]
    assert len(quoted) == 7
    assert "\nYou get this because\n" not in letter.text
    assert "<script>" not in letter.html


def test_inserted_text_of_the_other_direction_is_kept_apart() -> None:
    letter = letters.write(received("Shade map"), "fa")
    assert "«\u2068Shade map\u2069»" in letter.text
    assert '<span dir="auto">Shade map</span>' in letter.html
    assert letter.subject == "رسید: \u2068Shade map\u2069"


# --- headers ---

LETTER = Letter("Subject", "text", "<p>html</p>")


def headers_of(raw: bytes) -> dict[str, str]:
    return dict(message_from_bytes(raw, policy=default).items())


@pytest.mark.parametrize(
    "name",
    ["Sina\r\nBcc: all@example.org", "Sina\nSubject: x", "Sina\r", "Sina\u2028x", "Sina\x00"],
)
def test_a_name_cannot_start_a_header(name: str) -> None:
    with pytest.raises(HeaderInjection):
        compose(LETTER, envelope(to_name=name))


@pytest.mark.parametrize("field", ["to_address", "message_id", "language", "thread"])
def test_no_other_value_can_either(field: str) -> None:
    with pytest.raises(HeaderInjection):
        compose(LETTER, envelope(**{field: "x@example.org\r\nBcc: all@example.org"}))


def test_a_subject_cannot_either() -> None:
    with pytest.raises(HeaderInjection):
        compose(Letter("Hello\r\nBcc: all@example.org", "", ""), envelope())


@pytest.mark.parametrize(
    "name",
    ["Foo, Inc", 'Sina "the" <evil@example.org>', "نسرین, <evil@example.org>", "=?utf-8?q?Bank?="],
)
def test_a_name_is_only_a_name(name: str) -> None:
    arrived = message_from_bytes(compose(LETTER, envelope(to_name=name)), policy=default)
    (to,) = arrived["To"].addresses
    assert (to.display_name, to.addr_spec) == (name, "nasrin@example.org")


@pytest.mark.parametrize(
    "sender",
    ["Isfahan, Iran <a@diplomat.example>", '"Isfahan, Iran" <a@diplomat.example>'],
)
def test_a_comma_in_the_name_of_the_sender_makes_no_list(sender: str) -> None:
    arrived = message_from_bytes(compose(LETTER, envelope(sender=sender)), policy=default)
    (from_,) = arrived["From"].addresses
    assert (from_.display_name, from_.addr_spec) == ("Isfahan, Iran", "a@diplomat.example")


def test_a_domain_in_persian_is_written_for_machines() -> None:
    raw = compose(LETTER, envelope(to_address="nasrin@مثال.example"))
    assert headers_of(raw)["To"].endswith("<nasrin@xn--mgbh0fb.example>")


def test_every_letter_says_that_a_machine_wrote_it() -> None:
    headers = headers_of(compose(LETTER, envelope()))
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Message-ID"] == "<0f8d4c@diplomat.example>"
    assert headers["Date"] == "Sat, 21 Nov 2026 04:30:00 +0000"
    assert headers["Content-Language"] == "fa"
    assert "List-Unsubscribe" not in headers


def test_a_digest_can_be_ended_with_one_click() -> None:
    raw = compose(LETTER, envelope(unsubscribe_link=letters.UNSUBSCRIBE, list_name="digest"))
    assert f"\r\nList-Unsubscribe: <{letters.UNSUBSCRIBE}>\r\n".encode() in raw
    headers = headers_of(raw)
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["List-Id"] == "<digest.diplomat.example>"


def test_letters_about_one_proposal_are_one_thread() -> None:
    headers = headers_of(compose(LETTER, envelope(thread="proposal-17")))
    assert headers["References"] == headers["In-Reply-To"] == "<proposal-17@diplomat.example>"


IN_THE_INBOX = {
    *{"newsletter", "published", "announced", "outcome_silent", "outcome_asks_author"},
    *{"received", "decision", "change_received", "change_decided", "answer_delayed", "digest"},
    *{"coauthor_news", "pen_name_lifted", "member_wrote", "text_removed", "report_outcome"},
    *{"sanction", "sanction_ended", "sanction_upheld", "skill_answered", "opinion_arrived"},
    *{"data_opened", "help_offered", "help_answered", "helper_changed", "mentioned"},
    *{"edits_offered", "edits_withdrawn", "office_asks", "question_answered", "taken_over"},
    *{"appeal_received", "appeal_decided", "certificate", "event_news"},
    *{"translation_news", "translation_withdrawn", "comment_news"},
}


def every_message(base: type[Message] = Message) -> Iterator[type[Message]]:
    for one in base.__subclasses__():
        yield one
        yield from every_message(one)


def test_each_message_decides_whether_it_lies_in_the_inbox() -> None:
    assert [one.name for one in every_message() if not hasattr(one, "headline")] == []
    kept = {one.name for one in every_message() if one.headline is not None}
    assert kept == IN_THE_INBOX
