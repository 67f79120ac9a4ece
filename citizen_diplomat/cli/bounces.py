"""`flask mail bounces`, and what the worker does each minute: reading what came back."""

import logging
from collections import Counter
from datetime import datetime
from itertools import islice

import click

from citizen_diplomat.cli.commands import command, require_schema
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.mail import bounce_boxes, bounce_reports, bounces
from citizen_diplomat.mail.bounce_boxes import BoxAway
from citizen_diplomat.mail.bounces import Fate
from citizen_diplomat.web.services import return_paths, services

logger = logging.getLogger("citizen_diplomat.worker")
AT_ONCE = 200
"""So many reports are read in one go: the worker has other things to do."""
ASIDE = frozenset({Fate.NOT_UNDERSTOOD, Fate.NOT_OURS})
"""What a person may want to look at."""


@command("bounces")
def read_bounces() -> None:
    """Read the mailbox for what came back now, and tell what was in it."""
    require_schema()
    if services().settings.bounce_mailbox is None:
        raise click.ClickException("BOUNCE_MAILBOX is not set: there is nothing to read")
    try:
        counts = read_mailbox(now())
    except BoxAway as error:
        raise click.ClickException(str(error)) from error
    for fate in Fate:
        click.echo(f"{fate}: {counts[fate]}")


def look(at: datetime) -> None:
    """Read the mailbox if there is one; what cannot be reached now is there the next time."""
    try:
        counts = read_mailbox(at)
    except BoxAway as error:
        logger.warning("the mailbox for what came back cannot be read: %s", error)
        return
    if counts:
        told = ", ".join(f"{fate} {count}" for fate, count in sorted(counts.items()))
        logger.info("what came back: %s", told)


def read_mailbox(at: datetime) -> Counter[Fate]:
    """Read up to 200 reports and put each away; how many had which fate. Raises BoxAway."""
    counts: Counter[Fate] = Counter()
    url = services().settings.bounce_mailbox
    if url is None:
        return counts
    with bounce_boxes.box_of(url) as box:
        for name, raw in islice(box.unread(), AT_ONCE):
            fate = _take(raw, at)
            # After the commit: whoever dies here reads it again and counts it no second time.
            box.put_away(name, aside=fate in ASIDE)
            counts[fate] += 1
    return counts


def _take(raw: bytes, at: datetime) -> Fate:
    report = bounce_reports.read(raw)
    with services().database.writing() as session, transaction(session):
        return bounces.take(session, report, return_paths(), at=at)
