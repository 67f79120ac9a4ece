"""What `flask serve` prints when it starts: where the site is, and who can sign in."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Role
from citizen_diplomat.cli.demo.people import SIGN_IN_AS, passphrase
from citizen_diplomat.web.services import services
from config import Settings


def welcome() -> str:
    """Lines of text for the terminal."""
    settings = services().settings
    return "\n".join(
        ["", f"  Citizen Diplomat is on {settings.base_url}/", *_people(), *_mail(settings), ""]
    )


def _people() -> list[str]:
    people = _demo_people()
    if not people:
        return []
    width = max(len(person.email) for person in people)
    lines = [
        f"    {person.email:{width}}  {_roles(person):12} {person.display_name}"
        for person in people
    ]
    secret = passphrase(services().settings.secret_key)
    return [
        "",
        "  Invented people can sign in (demo data):",
        *lines,
        f"    passphrase of each: {secret}",
    ]


def _demo_people() -> list[Account]:
    with services().database.reading() as session:
        found = session.scalars(
            select(Account)
            .where(Account.is_demo, Account.email_key.in_(SIGN_IN_AS))
            .options(selectinload(Account.role_rows))
        )
        return sorted(found, key=lambda person: SIGN_IN_AS.index(person.email_key))


def _roles(person: Account) -> str:
    return ", ".join(role.value for role in Role if role in person.roles)


def _mail(settings: Settings) -> list[str]:
    if settings.mail_folder is None:
        return ["", "  Mail is sent by SMTP."]
    lines = ["", f"  Mail lands in {settings.mail_folder}"]
    if settings.is_loopback:
        lines.append(f"  and can be read on {settings.base_url}/dev/mail")
    return lines
