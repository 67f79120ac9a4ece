"""Where a relation stands, by all that happened in it; and days that are known only roughly."""

from datetime import date
from random import Random

import pytest

from citizen_diplomat.cities.rules import CityStatus, EventKind, Happening, Side, status_of
from citizen_diplomat.foundation.periods import (
    Period,
    Precision,
    format_period,
    parse_period,
    written_period,
    year_of,
)

SIDES = {"": Side.BOTH, "by isfahan": Side.ISFAHAN, "by partner": Side.PARTNER}


def happened(line: str) -> Happening:
    """ "2005 dormancy by partner" as a value; a month or a year begins on its first day."""
    when, kind, *by = line.split()
    period = parse_period(when)
    assert period is not None
    return Happening(EventKind(kind), period.first, SIDES[" ".join(by)])


STORIES = [
    ("preparation", []),
    ("preparation", ["2020 council_decision by isfahan"]),
    ("preparation", ["2019 letter_of_intent", "2025-09-11 milestone by isfahan"]),
    ("preparation", ["2019 letter_of_intent", "2021 dormancy"]),
    ("preparation", ["2021 road_map"]),
    ("memorandum", ["2019 letter_of_intent", "2021-07 memorandum"]),
    ("memorandum", ["2021 memorandum", "2022 dormancy", "2023 revival"]),
    ("dormant", ["2021 memorandum", "2022 dormancy"]),
    ("twinned", ["1989-05-07 agreement"]),
    ("twinned", ["2021-05 memorandum", "2021-07 agreement"]),
    # A memorandum of a signed relation, or a road map, changes nothing of it.
    ("twinned", ["2000-01-14 agreement", "2010 memorandum", "2021 road_map"]),
    ("dormant", ["1999-05-10 agreement", "2022 dormancy by isfahan", "2025-01 milestone"]),
    ("dormant", ["2000 agreement", "2005 dormancy", "2014 revival", "2020 dormancy"]),
    ("revived", ["2000-01-14 agreement", "1398 revival"]),
    ("revived", ["2000 agreement", "2005 dormancy", "2014-10 revival"]),
    # Of one day, what lay at rest is revived, not the other way round.
    ("revived", ["2000 agreement", "2014 revival", "2014 dormancy"]),
    ("twinned", ["2000 agreement", "2005 dormancy", "2014 revival", "2023 renewal"]),
    ("twinned", ["2000 agreement", "2005 dormancy", "2014 agreement"]),
    ("suspended", ["2000 agreement", "2023-01-31 suspension by partner"]),
    (
        "suspended",
        ["2000 agreement", "2005 dormancy", "2014 revival", "2023 suspension by partner"],
    ),
    ("suspended", ["2000 agreement", "2022 suspension by partner", "2024 dormancy"]),
    ("suspended", ["2020 letter_of_intent", "2022 suspension by isfahan"]),
    # Whoever suspended takes it back; the other side cannot do it for them.
    ("suspended", ["2000 agreement", "2022 suspension by partner", "2023 revival by isfahan"]),
    ("revived", ["2000 agreement", "2022 suspension by partner", "2023 revival by partner"]),
    ("revived", ["2000 agreement", "2022 suspension by isfahan", "2023 revival"]),
    ("suspended", ["2000 agreement", "2022 suspension", "2023 revival by partner"]),
    ("twinned", ["2000 agreement", "2022 suspension", "2023-03-01 renewal"]),
    # A month is its first day: what came on a day of it came later.
    ("suspended", ["2000 agreement", "2023-01 revival", "2023-01-31 suspension by partner"]),
    ("revived", ["2000 agreement", "2023-02 revival", "2023-01-31 suspension by partner"]),
]


@pytest.mark.parametrize(("status", "story"), STORIES)
def test_the_status_follows_from_the_events_in_whichever_order_they_come(
    status: str, story: list[str]
) -> None:
    events = list(map(happened, story))
    assert status_of(events) is CityStatus(status)
    Random(7).shuffle(events)
    assert status_of(events) is CityStatus(status)
    assert status_of(reversed(events)) is CityStatus(status)


@pytest.mark.parametrize(
    ("written", "precision", "first", "last", "english", "persian", "years"),
    [
        ("2000-01-14", "day", "2000-01-14", "2000-01-14",
         "14 January 2000 (24 Dey 1378)", "۲۴ دی ۱۳۷۸ (۱۴ ژانویه ۲۰۰۰)", ("2000", "۱۳۷۸")),
        ("2021-07", "month", "2021-07-01", "2021-07-31",
         "July 2021 (Tir to Mordad 1400)", "تیر تا مرداد ۱۴۰۰ (ژوئیه ۲۰۲۱)", ("2021", "۱۴۰۰")),
        ("۲۰۲۵/۰۳", "month", "2025-03-01", "2025-03-31",
         "March 2025 (Esfand 1403 to Farvardin 1404)",
         "اسفند ۱۴۰۳ تا فروردین ۱۴۰۴ (مارس ۲۰۲۵)", ("2025", "۲۰۲۵")),
        ("2005", "year", "2005-01-01", "2005-12-31",
         "2005 (1383 to 1384)", "۱۳۸۳ تا ۱۳۸۴ (۲۰۰۵)", ("2005", "۲۰۰۵")),
        ("1400-04", "jalali_month", "2021-06-22", "2021-07-22",
         "June to July 2021 (Tir 1400)", "تیر ۱۴۰۰ (ژوئن تا ژوئیه ۲۰۲۱)", ("2021", "۱۴۰۰")),
        ("1403", "jalali_year", "2024-03-20", "2025-03-20",
         "2024 to 2025 (1403)", "۱۴۰۳ (۲۰۲۴ تا ۲۰۲۵)", ("2024", "۱۴۰۳")),
    ],
)  # fmt: skip
def test_a_day_is_told_in_both_calendars_no_more_exactly_than_it_is_known(
    written: str,
    precision: str,
    first: str,
    last: str,
    english: str,
    persian: str,
    years: tuple[str, str],
) -> None:
    period = parse_period(written)
    assert period == Period(date.fromisoformat(first), Precision(precision))
    assert period.last == date.fromisoformat(last)
    assert (format_period(period, "en"), format_period(period, "fa")) == (english, persian)
    assert (year_of(period, "en"), year_of(period, "fa")) == years
    assert parse_period(written_period(period)) == period


@pytest.mark.parametrize("text", ["", "soon", "2021-13", "1400-31", "20", "2021-07-32", "1200"])
def test_what_is_no_day_is_none(text: str) -> None:
    assert parse_period(text) is None
