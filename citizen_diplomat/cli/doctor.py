"""`flask doctor`: is everything as it should be? A line each, green or red."""

from collections.abc import Callable

import click
from sqlalchemy.exc import SQLAlchemyError

from citizen_diplomat.cli import findings_of_data, findings_of_machine, findings_of_mail
from citizen_diplomat.cli.commands import command, first_line
from citizen_diplomat.cli.findings import Finding

Check = Callable[[], Finding]
CHECKS: dict[str, Check] = {
    "settings": findings_of_machine.settings,
    "secret key": findings_of_machine.secret_key,
    "disk": findings_of_machine.disk,
    "static files": findings_of_machine.static_files,
    "translations": findings_of_machine.translations,
    "mail": findings_of_machine.mail,
    "files": findings_of_machine.files,
    "database": findings_of_data.database,
    "migrations": findings_of_data.migrations,
    "reference data": findings_of_data.reference_data,
    "clock": findings_of_data.clock,
    "worker": findings_of_data.worker,
    "mail queue": findings_of_mail.queue,
    "mail switch": findings_of_mail.switch,
    "mail sender": findings_of_mail.sender,
    "held mail": findings_of_data.held_mail,
    "last digest": findings_of_data.last_digest,
    "public record": findings_of_data.public_record,
    "demo people": findings_of_data.demo_people,
}


@command("doctor")
def doctor() -> None:
    """Say of each part whether it is well; the exit status is 1 when one is not."""
    ill = 0
    for name, check in CHECKS.items():
        finding = _examine(check)
        ill += not finding.good
        mark = click.style("ok ", fg="green") if finding.good else click.style("BAD", fg="red")
        click.echo(f"{mark}  {name:15} {finding.sentence}")
    if ill:
        raise click.ClickException(f"{ill} of {len(CHECKS)} parts are not well")


def _examine(check: Check) -> Finding:
    try:
        return check()
    except (SQLAlchemyError, OSError, LookupError, ValueError) as error:
        return Finding(False, first_line(error))
