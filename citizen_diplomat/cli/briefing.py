"""`flask briefing`: the pack for a visit to a city, as a PDF document."""

from pathlib import Path

import click

from citizen_diplomat.audit.actions import record
from citizen_diplomat.cli.commands import command, require_schema
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.typesetting import NotSet
from citizen_diplomat.overview.briefing import gather
from citizen_diplomat.overview.briefing_readers import NOBODY, city_for
from citizen_diplomat.web.assets import AssetError
from citizen_diplomat.web.briefing import paper_of
from citizen_diplomat.web.briefing_paper import document
from citizen_diplomat.web.languages import LOCALES, speaking
from citizen_diplomat.web.services import services


@command("briefing")
@click.argument("city")
@click.option("--language", type=click.Choice(list(LOCALES)), default="fa", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True)
def briefing(city: str, language: str, out: Path) -> None:
    """Write the briefing pack of CITY (its slug, such as freiburg) to --out as PDF.

    It holds what every desk knows of the city, also of proposals that are not public, and the log
    tells that it was made. A file that is there is replaced.
    """
    require_schema()
    at = now()
    with services().database.reading() as session, speaking(language):
        found = city_for(session, city, viewer=NOBODY, all_of_them=True)
        if found is None:
            raise click.ClickException(f"there is no sister city {city!r}")
        paper = paper_of(gather(session, found, viewer=NOBODY, at=at))
    try:
        content = document(paper)
    except (AssetError, NotSet) as error:
        raise click.ClickException(str(error)) from error
    with services().database.writing() as session, transaction(session):
        record(session, "briefing.made", f"city:{city}", by=None, at=at, language=language)
    out.touch(mode=0o600)
    out.write_bytes(content)
    click.echo(f"{out}: {len(content):,} bytes")
