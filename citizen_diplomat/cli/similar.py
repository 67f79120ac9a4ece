"""`flask similar`: proposals like a title."""

import click

from citizen_diplomat.cli.commands import command, require_schema
from citizen_diplomat.proposals.similar import similar as find_similar
from citizen_diplomat.web.services import services


@command("similar")
@click.argument("title")
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 40))
def similar(title: str, limit: int) -> None:
    """List proposals like TITLE, best first: number, score, state and title, tab-separated."""
    require_schema()
    with services().database.reading() as session:
        found = find_similar(session, title, viewer=None, limit=limit)
    for one in found:
        click.echo(f"{one.number}\t{one.score:.2f}\t{one.state}\t{one.title}")
