"""How bad an hour is for somebody who is to come to a meeting, and which hours are the fairest.

Badness is in minutes. A quarter of an hour within the working hours of 9 to 17 has none; any other
counts how far it lies from them, however one turns around the clock: 8:45 has 15, 20:00 has 195. A
quarter of the night, from 22 to 7 o'clock, has `NIGHT` more than that, so that any hour of night is
worse than any of day. On a day off it is `DAY_OFF` more, so that any day on which people work comes
before it. A meeting is as bad for a city as its worst quarter; a choice is as bad as it is for the
city that has it worst.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache, cached_property

QUARTER = 15
"""Minutes. All clocks of the world differ by whole quarters, and so do the hours of meetings."""
DAY_MINUTES = 24 * 60
WORK_BEGINS, WORK_ENDS = 9 * 60, 17 * 60
NIGHT_BEGINS, NIGHT_ENDS = 22 * 60, 7 * 60
"""Minutes since midnight."""
NIGHT = 480
"""The farthest of any minute from the working hours: that of 1 o'clock."""
DAY_OFF = DAY_MINUTES
STEP = 30
"""Minutes between the hours that are compared; a meeting lasts a multiple of it."""
SHORTEST, LONGEST = 30, 240
MOST_DAYS = 14
MOST_CITIES = 8


class Fairness(StrEnum):
    """How a meeting's hour is for one city, in words."""

    WORKING = "working"
    EARLY = "early"
    LATE = "late"
    NIGHT = "night"
    DAY_OFF = "day_off"


@dataclass(frozen=True)
class Quarter:
    """A quarter of an hour on the clock of one city."""

    minute: int
    """Of its begin, since midnight there; a multiple of `QUARTER`."""
    is_off: bool
    """Whether nobody works on that day there."""

    @property
    def fairness(self) -> Fairness:
        """In which part of which day it lies."""
        if self.is_off:
            return Fairness.DAY_OFF
        if self.minute >= NIGHT_BEGINS or self.minute < NIGHT_ENDS:
            return Fairness.NIGHT
        if self.minute < WORK_BEGINS:
            return Fairness.EARLY
        return Fairness.WORKING if self.minute < WORK_ENDS else Fairness.LATE

    @cached_property
    def badness(self) -> int:
        """Minutes, as the head of this file counts them."""
        end = self.minute + QUARTER
        if self.minute >= WORK_BEGINS and end <= WORK_ENDS:
            away = 0
        else:
            away = min((WORK_BEGINS - self.minute) % DAY_MINUTES, (end - WORK_ENDS) % DAY_MINUTES)
        is_night = self.minute >= NIGHT_BEGINS or self.minute < NIGHT_ENDS
        return away + NIGHT * is_night + DAY_OFF * self.is_off


@dataclass(frozen=True)
class Slot:
    """An hour for a meeting: when it begins, and the worst quarter of it in each city."""

    start: datetime
    worst: Mapping[str, Quarter]

    @property
    def place(self) -> tuple[list[int], datetime]:
        """What slots are sorted by: the worst of the cities, the second worst, then the begin."""
        return sorted((one.badness for one in self.worst.values()), reverse=True), self.start

    @property
    def fairness(self) -> Fairness:
        """What it is for whoever has it worst."""
        return max(self.worst.values(), key=lambda one: one.badness).fairness


@cache
def quarter(minute: int, is_off: bool) -> Quarter:
    """The quarter that begins so many minutes after midnight; there are 192, each made once."""
    return Quarter(minute, is_off)


def quarters(first: datetime, end: datetime) -> Iterator[datetime]:
    """The begin of every quarter from `first` until `end`, in UTC: no clock change can touch it."""
    moment = first.astimezone(UTC)
    while moment < end:
        yield moment
        moment += timedelta(minutes=QUARTER)


def fairest(
    first: datetime, end: datetime, minutes: int, cities: Mapping[str, Sequence[Quarter]]
) -> list[Slot]:
    """Every slot that begins from `first` on, before `end`, the fairest first.

    Args:
        first: aware, on a whole half hour.
        end: aware; a meeting may begin just before it.
        minutes: how long it lasts, a multiple of `STEP`.
        cities: of each its `Quarter`s, from `first` until at least `minutes` after `end`.

    A slot needs the same moment everywhere, which is why each city brings its own clock.
    """
    length, step = minutes // QUARTER, STEP // QUARTER
    slots = []
    for place, start in enumerate(quarters(first, end)):
        if place % step == 0:
            worst = {
                city: max(clock[place : place + length], key=lambda one: one.badness)
                for city, clock in cities.items()
            }
            slots.append(Slot(start, worst))
    return sorted(slots, key=lambda slot: slot.place)


def next_half_hour(moment: datetime) -> datetime:
    """The first whole half hour that is not before `moment`, in UTC."""
    of = moment.astimezone(UTC)
    whole = of.replace(minute=0, second=0, microsecond=0)
    steps = -((whole - of) // timedelta(minutes=STEP))
    return whole + timedelta(minutes=STEP) * steps
