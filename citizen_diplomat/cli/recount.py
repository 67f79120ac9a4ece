"""`flask recount`: hold the kept counts, and the figures of the dashboard, against their rows."""

import click

from citizen_diplomat.cli.commands import command, require_schema
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.moderation.office import office
from citizen_diplomat.overview.recount import differences, kept_counts, put_right
from citizen_diplomat.overview.second_count import dashboard, disagreements
from citizen_diplomat.web.services import services

NOBODY = 0
"""Nobody was given this number any cities: whoever asks for it looks after them all."""


@command("recount")
@click.option("--fix", is_flag=True, help="Put right what is wrong.")
def recount(fix: bool) -> None:
    """Count again what is kept with each change, and the figures of the dashboard.

    Tells each difference and ends with status 1 when there is one that was not put right. Putting
    right locks the database while it counts; do it while little is going on.
    """
    require_schema()
    at = now()
    with services().database.reading() as session:
        found = list(differences(session))
        of = office(session)
        said = dashboard(session, of, viewer=NOBODY, at=at)
        disagree = disagreements(session, of, said, at=at)
    for difference in found:
        click.echo(str(difference))
    for line in disagree:
        click.echo(line)
    if found and fix:
        with services().database.writing() as session, transaction(session):
            for difference in list(differences(session)):
                put_right(session, difference)
        click.echo(f"{len(found)} counts were put right.")
        found = []
    if found or disagree:
        raise click.ClickException(
            f"{len(found)} counts are wrong, {len(disagree)} figures disagree"
            + ("; --fix puts counts right" if found else "")
        )
    if not fix:
        names = ", ".join(kept.name for kept in kept_counts())
        click.echo(f"All counts are right: {names}; the dashboard agrees with its rows.")
