"""Examinations of mail: the server, the outbox, and what receivers find out about our domain."""

from collections.abc import Callable, Sequence

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from citizen_diplomat.cli.findings import Finding
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.mail.delivery import Undelivered, check_server
from citizen_diplomat.mail.letter import bare_address, split_mailbox
from citizen_diplomat.mail.queries import outbox_state
from citizen_diplomat.mail.stops import stops
from citizen_diplomat.web.services import services

DNS_SECONDS = 3.0
NOT_PUBLIC = ("localhost", "local", "test", "example", "invalid", "internal")
"""Endings that no public name has (RFC 2606, RFC 6761, RFC 6762), but for this site's tests."""

Lookup = Callable[[str], Sequence[str]]


def server() -> Finding:
    """Whether a mail could be handed over now."""
    ours = services().settings
    try:
        check_server(ours.mail_url, host=ours.base_host)
    except Undelivered as error:
        return Finding(False, f"the mail server: {error}")
    return Finding(True, "the mail server answers")


def queue() -> Finding:
    """Whether mails wait too long, or were given up."""
    with services().database.reading() as session:
        state = outbox_state(session, at=now())
    lags = ", ".join(f"{lane} {lag.total_seconds() // 60:.0f}" for lane, lag in state.lags.items())
    resting = f"; {state.resting} mail domains rest" if state.resting else ""
    return Finding(
        not state.late and not state.given_up,
        f"minutes overdue: {lags}; {state.given_up} given up in a week{resting}",
    )


def switch() -> Finding:
    """Whether somebody stopped mail, and may have forgotten it."""
    with services().database.reading() as session:
        found = stops(session)
    if not found:
        return Finding(True, "nobody has stopped it")
    zone = services().settings.timezone
    said = (f"{row.scope} since {row.stopped_at.astimezone(zone):%Y-%m-%d %H:%M}" for row in found)
    return Finding(False, f"stopped by staff: {', '.join(said)}; /staff/mail lets it go on")


def sender() -> Finding:
    """What receivers find out about the domain that our mails come from; never a reason for red."""
    ours = services().settings
    domain = bare_address(split_mailbox(ours.mail_from)[1]).rpartition("@")[2]
    if ours.mail_folder is not None:
        return Finding(True, "not checked: mail is written to a folder")
    if domain.rpartition(".")[2] in NOT_PUBLIC or "." not in domain:
        return Finding(True, f"not checked: {domain} is no public name")
    return Finding(True, published(domain, txt_records))


def published(domain: str, lookup: Lookup) -> str:
    """What SPF (RFC 7208) and DMARC (RFC 7489) say of a domain, in one line.

    A DKIM key stands under a name that only the relay and its letters know: no look-up finds it.
    """
    try:
        spf = _begins(lookup(domain), "v=spf1")
        dmarc = _begins(lookup(f"_dmarc.{domain}"), "v=dmarc1")
    except (DNSException, OSError) as error:
        return f"not checked: no answer for {domain} ({type(error).__name__})"
    policy = next(
        (
            value.strip()
            for name, _, value in (part.partition("=") for part in (dmarc or "").split(";"))
            if name.strip().lower() == "p"
        ),
        "",
    )
    found = [
        f"SPF {'found' if spf else 'missing'}",
        f"DMARC {f'p={policy}' if dmarc else 'missing'}",
        "DKIM: look at the source of a letter that arrived",
    ]
    return f"{domain}: {', '.join(found)}"


def txt_records(name: str) -> list[str]:
    """The TXT records of a name; raises DNSException when nobody answers in three seconds."""
    resolver = Resolver()
    resolver.lifetime = DNS_SECONDS
    try:
        answer = resolver.resolve(name, "TXT", search=False)
    except (NXDOMAIN, NoAnswer):
        return []
    # A long record comes in pieces that belong together (RFC 7208, 3.3).
    return [b"".join(record.strings).decode("utf-8", "replace") for record in answer]


def _begins(records: Sequence[str], tag: str) -> str | None:
    return next((record for record in records if record.lower().startswith(tag)), None)
