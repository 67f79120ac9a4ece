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
        broken = list(broken_entries(session))
        count = session.scalar(select(func.count()).select_from(AuditEntry))
    if broken:
        first = broken[0]
        raise click.ClickException(
            f"entry {first.id} is broken: {first.action} {first.subject} at "
            f"{first.at.isoformat(timespec='seconds')}; {len(broken)} of {count} are"
        )
    click.echo(f"The log is whole: {count} entries.")
