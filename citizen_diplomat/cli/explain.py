"""`flask digest preview`, `mail explain` and `search explain`: why somebody gets what they get."""

from datetime import datetime

import click
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_email
from citizen_diplomat.cli import digest_run, worker
from citizen_diplomat.cli.commands import Group, require_schema
from citizen_diplomat.directory.model import Profile
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.search import Searchable, matches
from citizen_diplomat.foundation.text import email_key, fold
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.queries import mails_to, suppressions_of
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.rules import PUBLIC
from citizen_diplomat.web.links import absolute_without_language
from citizen_diplomat.web.services import services

digest = Group("digest", help="The news that members asked for.")


mail = Group("mail", help="What was mailed to whom.")


search = Group("search", help="How words are found.")


@digest.command("preview")
@click.argument("email")
def preview_digest(email: str) -> None:
    """Show the next digest of the member with the address EMAIL, without sending it."""
    require_schema()
    with services().database.reading() as session:
        person = account_by_email(session, email_key(email))
    if person is None:
        raise click.ClickException(f"no account has the address {email}")
    try:
        message = digest_run.preview(email, now())
    except LookupError as error:
        raise click.ClickException(str(error.args[0])) from error
    if message is None:
        click.echo("Nothing to tell so far: no mail would be sent.")
        return
    letter = worker.office().renderer.render(
        message.name,
        person.language,
        message.values(),
        to_name=person.display_name,
        unsubscribe_link=absolute_without_language(
            "unsubscribe.unsubscribe",
            token="...",  # noqa: S106 - none is made for a preview
        ),
    )
    click.echo(f"To: {person.email}\nSubject: {letter.subject}\n\n{letter.text}")


@search.command("explain")
@click.argument("text")
def explain_search(text: str) -> None:
    """Show the folded form of TEXT and how many public proposals, members, queue items it finds."""
    require_schema()
    with services().database.reading() as session:
        found = {
            "public proposals": _count(session, Proposal.search_text, text, _is_public()),
            "members": _count(session, Profile.search_text, text),
            "queue items": _queue_items(session, text),
        }
    click.echo(f"folded: {fold(text)}")
    for name, count in found.items():
        click.echo(f"{name}: {count}")


@mail.command("explain")
@click.argument("email")
def explain_mail(email: str) -> None:
    """Tell for the address EMAIL what was sent, what was not, and why."""
    require_schema()
    with services().database.reading() as session:
        rows = mails_to(session, email)
        stopped = suppressions_of(session, email)
        known = session.scalar(select(Account.id).where(Account.email_key == email_key(email)))
    click.echo("account: " + (f"number {known}" if known else "none has this address"))
    for suppression in stopped:
        click.echo(f"unsubscribed: {suppression.name}, {_moment(suppression.at)}")
    for row in rows:
        click.echo(f"{_moment(row.created_at)}  {row.name:20} {_fate(row)}")
    if not rows:
        click.echo("No mail was written to it.")


def _is_public() -> ColumnElement[bool]:
    return Proposal.state.in_(PUBLIC)


def _count(session: Session, column: Searchable, text: str, *also: ColumnElement[bool]) -> int:
    statement = select(func.count()).where(matches(column, text), *also)
    return session.scalar(statement) or 0


def _queue_items(session: Session, text: str) -> int:
    statement = (
        select(func.count())
        .select_from(QueueItem)
        .join(QueueItem.proposal)
        .where(QueueItem.closed_at.is_(None), matches(Proposal.search_text, text))
    )
    return session.scalar(statement) or 0


def _fate(row: OutboxMessage) -> str:
    because = f": {row.last_error}" if row.last_error else ""
    if row.sent_at:
        return f"sent {_moment(row.sent_at)}"
    if row.stopped_at:
        return f"not sent, stopped {_moment(row.stopped_at)}{because}"
    if row.failed_at:
        return f"given up {_moment(row.failed_at)} after {row.attempts} attempts{because}"
    return f"waiting until {_moment(row.due_at)}, {row.attempts} attempts so far{because}"


def _moment(at: datetime) -> str:
    return at.astimezone(services().settings.timezone).isoformat(" ", "minutes")
