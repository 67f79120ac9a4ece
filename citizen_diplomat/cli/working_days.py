"""`flask working-days`: the office's calendar, counted."""

import click

from citizen_diplomat.cli.commands import command, require_schema
from citizen_diplomat.foundation.calendar import format_date_both, jalali, parse_date
from citizen_diplomat.foundation.working_days import NeverOpen
from citizen_diplomat.moderation.office import office
from citizen_diplomat.web.services import services

LARGEST = 1_000


@command("working-days")
@click.argument("start")
@click.argument("number", type=click.IntRange(1, LARGEST))
def working_days(start: str, number: int) -> None:
    """Print the working day NUMBER of the office after START: Gregorian, Jalali, in words.

    START is a day as 2026-11-26 or 1405-09-05; it does not count itself.
    """
    day = parse_date(start)
    if day is None:
        raise click.ClickException(f"{start} is no day; write it as 2026-11-26 or 1405-09-05")
    require_schema()
    with services().database.reading() as session:
        calendar = office(session).calendar
    try:
        found = calendar.nth_after(day, number)
    except NeverOpen as error:
        raise click.ClickException("the office has no working day; see /staff/clock") from error
    except OverflowError as error:
        raise click.ClickException(f"{start} is too far away to be counted from") from error
    in_iran = jalali(found)
    solar = "" if in_iran is None else f"{in_iran.year}-{in_iran.month:02}-{in_iran.day:02}"
    click.echo(f"{found.isoformat()}\t{solar}\t{format_date_both(found, 'en')}")
