"""`flask digest preview`, `mail explain` and `search explain`: why somebody gets what they get."""

from datetime import datetime, timedelta

import click
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from citizen_diplomat.accounts.queries import account_by_email
from citizen_diplomat.cli import digest_run, worker
from citizen_diplomat.cli.bounces import read_bounces
from citizen_diplomat.cli.commands import Group, require_schema
from citizen_diplomat.directory.queries import count_found
from citizen_diplomat.directory.rules import Reader
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.foundation.search import Searchable, matches
from citizen_diplomat.foundation.text import email_key, fold
from citizen_diplomat.mail.bounces import ledger_of, stops_of
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.queries import mails_to, suppressions_of
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.overview.explain import explain_mail as explain_account
from citizen_diplomat.overview.explain import facts_of, reader_facts
from citizen_diplomat.overview.explain_rules import ReaderFacts, Verdict, explain
from citizen_diplomat.proposals.model import Proposal
from citizen_diplomat.proposals.publicity import everybody_reads
from citizen_diplomat.web.links import absolute_without_language
from citizen_diplomat.web.services import services

digest = Group("digest", help="The news that members asked for.")


mail = Group("mail", help="What was mailed to whom.")
mail.add_command(read_bounces)


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
            "public proposals": _count(session, Proposal.search_text, text, everybody_reads()),
            "members": count_found(session, text, Reader.STAFF),
            "queue items": _queue_items(session, text),
        }
    click.echo(f"folded: {fold(text)}")
    for name, count in found.items():
        click.echo(f"{name}: {count}")


@mail.command("explain")
@click.argument("email")
@click.option("--days", type=click.IntRange(1, 3650), default=365, help="How far back to look.")
def explain_mail(email: str, days: int) -> None:
    """Tell for the address EMAIL what was sent, what was not, and why."""
    require_schema()
    at = now()
    since, until = at - timedelta(days=days), at + timedelta(days=1)
    with services().database.reading() as session:
        rows = mails_to(session, email, since=since)
        stopped = suppressions_of(session, email)
        came_back = ledger_of(session, email)
        stops = stops_of(session, email, at=at)
        person = account_by_email(session, email_key(email))
        reader = reader_facts(session, person, at=at) if person else ReaderFacts()
        explained = (
            explain_account(session, person, since=since, until=until, at=at) if person else None
        )
    click.echo("account: " + (f"number {person.id}" if person else "none has this address"))
    for suppression in stopped:
        click.echo(f"unsubscribed: {suppression.name}, {_moment(suppression.at)}")
    for bounce in came_back:
        click.echo(f"came back: {bounce.kind} {bounce.code}".rstrip() + f", {_moment(bounce.at)}")
    for stop in stops:
        end = f" until {_moment(stop.until)}" if stop.until else ""
        click.echo(f"not written to: {stop.scope} mail{end}, {stop.kind}")
    for row in rows:
        fate = _fate(row, explain(facts_of(row), reader, at))
        click.echo(f"{_moment(row.created_at)}  {row.name:20} {fate}")
    for one in explained.letters if explained else ():
        if not one.has_letter:
            click.echo(f"{_moment(one.written_at)}  {one.name:20} {one.verdict.why}")
    if not rows:
        click.echo("No mail was written to it.")
    if explained:
        due = explained.next_digest
        click.echo(f"digest: {due.why}" + (f" {_moment(due.at)}" if due.at else ""))


def _count(session: Session, column: Searchable, text: str, *also: ColumnElement[bool]) -> int:
    statement = select(func.count()).where(matches(column, text), *also)
    return session.scalar(statement) or 0


def _queue_items(session: Session, text: str) -> int:
    statement = (
        select(func.count())
        .select_from(QueueItem)
        .where(QueueItem.closed_at.is_(None), matches(QueueItem.search_text, text))
    )
    return session.scalar(statement) or 0


def _fate(row: OutboxMessage, verdict: Verdict) -> str:
    told = f"{verdict.why} {_moment(verdict.at)}" if verdict.at else str(verdict.why)
    if row.attempts and not row.sent_at:
        told += f", {row.attempts} attempts"
    if verdict.trouble:
        told += f", {verdict.trouble}"
    return told + (f": {row.last_error}" if row.last_error else "")


def _moment(at: datetime) -> str:
    return at.astimezone(services().settings.timezone).isoformat(" ", "minutes")
