"""`flask audit verify`: walk the chain of the log."""

import click
from sqlalchemy import func, select

from citizen_diplomat.audit.actions import broken_entries
from citizen_diplomat.audit.model import AuditEntry
from citizen_diplomat.cli.commands import Group, require_schema
from citizen_diplomat.web.services import services

audit = Group("audit", help="The log of who did what.")


@audit.command("verify")
def verify() -> None:
    """Recompute every seal of the log; name the first entry whose seal does not fit."""
    require_schema()
    with services().database.reading() as session:
        broken = next(broken_entries(session), None)
        count = session.scalar(select(func.count()).select_from(AuditEntry))
    if broken is not None:
        raise click.ClickException(
            f"entry {broken.id} is broken: {broken.action} {broken.subject} at "
            f"{broken.at.isoformat(timespec='seconds')}"
        )
    click.echo(f"The log is whole: {count} entries.")
