"""`flask staff add`: inviting people to the municipality's desk."""

import click
from flask import current_app

from citizen_diplomat.accounts.actions import Newcomer
from citizen_diplomat.accounts.invitations import Invitation, invite_staff
from citizen_diplomat.accounts.queries import account_by_email
from citizen_diplomat.accounts.rules import NAME_LENGTH, STAFF_ROLES, Role, holds_link
from citizen_diplomat.cli.commands import Group, require_schema
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.text import clean, email_key, refuse
from citizen_diplomat.web.addresses import is_address, typed_address
from citizen_diplomat.web.mailed_links import invitation_link
from citizen_diplomat.web.reference import reference
from citizen_diplomat.web.services import services

staff = Group("staff", help="Who works at the municipality's desk.")


@staff.command("add")
@click.argument("email")
@click.option("--name", required=True, help="the name that colleagues see")
@click.option("--role", required=True, help=", ".join(sorted(STAFF_ROLES)))
@click.option("--city", "cities", multiple=True, help="a city to look after; none means all")
@click.option("--topic", "topics", multiple=True, help="a topic to look after; none means all")
@click.option("--language", help="of the mail and the desk; the default is the site's first")
def add(
    email: str,
    name: str,
    role: str,
    cities: tuple[str, ...],
    topics: tuple[str, ...],
    language: str | None,
) -> None:
    """Invite EMAIL: print and mail a link, good once and for seven days, that gives the role."""
    require_schema()
    person = _person(email, name, language)
    invitation = _invitation(role, cities, topics)
    with services().database.writing() as session, transaction(session):
        known = account_by_email(session, email_key(person.email))
        if known is not None and known.closed_at is not None:
            raise click.ClickException(f"the account of {person.email} is closed")
        # Addresses are made as if for a visitor: the language is part of them.
        with current_app.test_request_context():
            link = invite_staff(
                session, person, invitation, link_for=invitation_link(invitation), at=now()
            )
    click.echo(link)


def _person(email: str, name: str, language: str | None) -> Newcomer:
    address, name, settings = typed_address(email), clean(name), services().settings
    if not is_address(address):
        raise click.ClickException(f"{email!r} is not an e-mail address")
    if not name or len(name) > NAME_LENGTH or refuse(name) or holds_link(name):
        raise click.ClickException(f"--name must be a name of at most {NAME_LENGTH} characters")
    if language is not None and language not in settings.languages:
        raise click.ClickException(f"--language must be one of {', '.join(settings.languages)}")
    return Newcomer(
        email=address,
        display_name=name,
        passphrase_hash=None,
        language=language or settings.languages[0],
        time_zone=str(settings.timezone),
    )


def _invitation(role: str, cities: tuple[str, ...], topics: tuple[str, ...]) -> Invitation:
    if role not in STAFF_ROLES:
        raise click.ClickException(f"--role must be one of {', '.join(sorted(STAFF_ROLES))}")
    known = reference()
    for option, slugs, register in (
        ("--city", cities, known.cities),
        ("--topic", topics, known.topics),
    ):
        unknown = [slug for slug in slugs if slug not in register]
        if unknown:
            raise click.ClickException(f"{option} {unknown[0]!r} is not in the reference data")
    return Invitation(Role(role), tuple(dict.fromkeys(cities)), tuple(dict.fromkeys(topics)))
