"""Reports of mail servers are read for what they say; rubbish is read for what it is, quickly."""

from time import process_time

import pytest

from citizen_diplomat.mail.bounce_reports import Report, Sort, read
from citizen_diplomat.mail.bounce_rules import BounceKind, kind_of
from citizen_diplomat.mail.return_path import (
    LONGEST_BOUNCE_LOCAL_PART,
    LONGEST_LOCAL_PART,
    ReturnPaths,
)
from tests.mail import reports

HARD, SOFT = BounceKind.HARD, BounceKind.SOFT
REPORTS = {
    "postfix": (reports.POSTFIX, "5.1.1", HARD),
    "exim": (reports.EXIM, "550", HARD),
    "exchange": (reports.EXCHANGE, "5.1.10", HARD),
    "gmail, full": (reports.GMAIL_FULL, "5.2.2", SOFT),
    "delayed": (reports.DELAYED, "4.4.1", SOFT),
    "policy": (reports.POLICY, "5.7.26", None),
    "qmail": (reports.QMAIL, "5.1.1", HARD),
}


def kind(report: Report) -> BounceKind | None:
    return kind_of(report.code, report.words, is_delayed=report.is_delayed)


@pytest.mark.parametrize("name", REPORTS)
def test_what_came_back_is_understood(name: str) -> None:
    raw, code, expected = REPORTS[name]
    for given in (raw, raw.replace(b"\n", b"\r\n")):
        report = read(given)
        assert (report.sort, report.code, kind(report)) == (Sort.BOUNCE, code, expected)
        assert any(reports.PATH in text.lower() for text in report.return_paths)
        assert report.message_ids[:1] == (reports.LETTER,)


def test_without_a_return_address_the_letter_that_came_back_names_itself() -> None:
    report = read(reports.WITHOUT_A_PATH)
    assert (report.sort, report.message_ids) == (Sort.BOUNCE, (reports.LETTER,))


@pytest.mark.parametrize(
    ("raw", "sort"),
    [
        (reports.COMPLAINT, Sort.COMPLAINT),
        (reports.NOT_SPAM, Sort.NOTHING),
        (reports.HOLIDAY, Sort.NOTHING),
        (reports.ARRIVED, Sort.NOTHING),
        (reports.WITHIN_A_LETTER, Sort.NOT_UNDERSTOOD),
    ],
    ids=["complaint", "not spam", "holiday", "arrived", "passed on"],
)
def test_a_complaint_is_no_holiday(raw: bytes, sort: Sort) -> None:
    report = read(raw)
    assert report.sort is sort
    if sort is Sort.COMPLAINT:
        assert f"<{reports.PATH}>" in report.return_paths


@pytest.mark.parametrize("name", reports.RUBBISH)
def test_rubbish_is_not_understood_and_costs_little(name: str) -> None:
    used = process_time()
    report = read(reports.RUBBISH[name])
    assert report.sort is Sort.NOT_UNDERSTOOD
    assert len(report.id) == 64
    assert process_time() - used < 2


def test_lines_in_parts_in_parts_cost_little() -> None:
    """The parser asks at each line for the boundary of each part around it."""
    nested = reports.DEEP[: reports.DEEP.find(b'boundary="24"')]
    used = process_time()
    read(nested + b"\n" + b"a\n" * 60_000)
    assert process_time() - used < 3


def test_one_report_has_one_name_and_another_another() -> None:
    again = read(reports.POSTFIX + b"added on the way\n")
    assert read(reports.POSTFIX).id == again.id
    assert read(reports.POSTFIX).id != read(reports.EXIM).id


# --- return addresses ---


@pytest.mark.parametrize("letter", [1, 15, 10**9, 2**63 - 1])
def test_a_return_address_is_known_again_whatever_is_wrapped_round_it(letter: int) -> None:
    paths = ReturnPaths("b" * LONGEST_BOUNCE_LOCAL_PART + "@diplomat.example", "a secret")
    address = paths.of(letter)
    local = address.rpartition("@")[0]
    assert len(local) <= LONGEST_LOCAL_PART
    for wrapped in (
        address,
        f"<{address.upper()}>",
        f"SRS0=HHH=TT=diplomat.example={local}@forwarder.example",
        f"prvs=1234abcd={address}",
        f'"{local}"@diplomat.example',
    ):
        assert paths.letter_of(["nasrin@example.org", wrapped]) == letter


def test_nobody_makes_up_a_return_address() -> None:
    paths = ReturnPaths("bounce@diplomat.example", "a secret")
    good = paths.of(15)
    number, _, signature = good.partition("+")[2].partition("@")[0].partition("-")
    for forged in (
        good.replace(f"+{number}-", "+g-"),
        good.replace(signature, "a" * 16),
        good.replace(signature, signature[:15]),
        good.replace(signature, f"{signature}a"),
        ReturnPaths("bounce@diplomat.example", "another").of(15),
        f"bounce+{'z' * 13}-{signature}@diplomat.example",
        f"bounce+-{signature}@diplomat.example",
        "",
    ):
        assert paths.letter_of([forged]) is None, forged
    # Neither does a report full of them keep us busy.
    assert paths.letter_of(["+1-" + "a" * 16] * 10_000 + [good]) is None
