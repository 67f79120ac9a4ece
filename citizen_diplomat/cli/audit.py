"""`flask audit`: walk the chain of the log; write it out for others to verify."""

import os
from pathlib import Path
from typing import TextIO

import click
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from citizen_diplomat.audit.actions import broken_entries
from citizen_diplomat.audit.chain import exported, written
from citizen_diplomat.audit.days import DayHead, broken_heads
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cli.commands import Group, require_schema
from citizen_diplomat.web.services import services

audit = Group("audit", help="The log of who did what.")


@audit.command("verify")
def verify() -> None:
    """Recompute every seal of the log, and hold it against the heads that were published.

    Names the first entry whose seal does not fit, else the first day whose head the chain does not
    have any more.
    """
    require_schema()
    with services().database.reading() as session:
        broken = list(broken_entries(session))
        count = session.scalar(select(func.count()).select_from(AuditEntry))
        heads = broken_heads(session)
        published = session.scalar(select(func.count()).select_from(DayHead)) or 0
    if broken:
        first = broken[0]
        raise click.ClickException(
            f"entry {first.id} is broken: {first.action} {first.subject} at "
            f"{first.at.isoformat(timespec='seconds')}; {len(broken)} of {count} are"
        )
    if heads:
        raise click.ClickException(
            f"entry {heads[0].last_entry}, the last of {heads[0].day}, is gone or is not the one "
            f"that was published; {len(heads)} of {published} heads do not fit"
        )
    fits = f", and {published} published heads fit" if published else ""
    click.echo(f"The log is whole: {count} entries{fits}.")


@audit.command("export")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def export(path: Path) -> None:
    """Write the whole chain to the new file PATH, exactly what is hashed, an entry a line (JSON).

    `python deploy/verify_log.py chain PATH HEADS` verifies it without this application; HEADS is
    the file /en/log.csv of the site.

    It names people, proposals and comments by number and holds no name, address or text. But with
    the database such a number leads to a person, so it is personal data: readable by its owner
    alone (mode 600), and for auditors, not for publishing.
    """
    require_schema()
    # Opened with its mode: what it holds is private from the first byte on.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with (
        os.fdopen(descriptor, "w", encoding="utf-8") as file,
        services().database.reading() as session,
    ):
        count = _write(session, file)
    click.echo(f"{path}: {count} entries")


def _write(session: Session, file: TextIO) -> int:
    count = 0
    entries = select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)
    for entry in session.scalars(entries):
        file.write(written(exported(entry)) + "\n")
        count += 1
    return count
