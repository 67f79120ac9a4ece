"""`/metrics`: what a watcher needs to wake somebody, in Prometheus' text format 0.0.4.

For addresses in METRICS_ALLOW alone; to everybody else the page does not exist.
"""

from datetime import datetime
from ipaddress import ip_address
from math import inf

from flask import Response, abort, request
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from citizen_diplomat.foundation.heartbeat import last_beat
from citizen_diplomat.mail.model import OutboxMessage
from citizen_diplomat.mail.queries import outbox_state
from citizen_diplomat.mail.rules import Lane, Scope
from citizen_diplomat.mail.stops import stops
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.web.database import db
from citizen_diplomat.web.health import WORKER
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import request_time
from citizen_diplomat.web.site import blueprint

Figures = dict[str, tuple[str, float]]
MEANT = {Lane.URGENT: "letter about signing in", Lane.PERSONAL: "letter", Lane.BULK: "bulk mail"}
STOPPED = {Scope.BULK: 1, Scope.ALL: 2}


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures of this moment; aborts with 404 for addresses that may not ask."""
    if not _may_ask(request.remote_addr):
        abort(404)
    lines: list[str] = []
    for name, (meaning, value) in figures(db(), at=request_time()).items():
        full = f"citizen_diplomat_{name}"
        lines += [f"# HELP {full} {meaning}", f"# TYPE {full} gauge", f"{full} {_number(value)}"]
    return Response("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


def figures(session: Session, *, at: datetime) -> Figures:
    """Each figure's meaning and value; ages in seconds."""
    outbox = outbox_state(session, at=at)
    lags = {
        f"outbox_{lane}_lag_seconds": (
            f"How long the oldest {MEANT[lane]} is overdue.",
            lag.total_seconds(),
        )
        for lane, lag in outbox.lags.items()
    }
    return {
        "outbox_waiting": ("Mails that wait to be sent, held ones not counted.", outbox.waiting),
        "outbox_due": ("Those of them that could leave now.", outbox.due),
        "outbox_held": ("Mails that wait to be released by staff.", outbox.held),
        "outbox_oldest_waiting_seconds": (
            "How long the oldest mail is overdue.",
            outbox.lag.total_seconds(),
        ),
        **lags,
        "outbox_sent_last_hour": ("Mails that left in the last hour.", outbox.sent),
        "outbox_given_up": (
            "Mails that were given up.",
            _count(session, OutboxMessage.failed_at.is_not(None)),
        ),
        "outbox_resting_domains": ("Mail domains that rest.", outbox.resting),
        "outbox_stopped": (
            "Whether staff stopped mail: 2 for all of it, 1 for bulk mail.",
            max((STOPPED[stop.scope] for stop in stops(session)), default=0),
        ),
        "queue_open": (
            "Proposals that wait for staff.",
            _count(session, QueueItem.closed_at.is_(None)),
        ),
        "worker_heartbeat_age_seconds": (
            "Since the worker was last seen; infinite if never.",
            _age(last_beat(session, WORKER), at, never=inf),
        ),
    }


def _number(value: float) -> str:
    return "+Inf" if value == inf else f"{value:g}"


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).where(condition)) or 0


def _age(moment: datetime | None, at: datetime, never: float = 0) -> float:
    return max(0.0, (at - moment).total_seconds()) if moment else never


def _may_ask(address: str | None) -> bool:
    try:
        asking = ip_address(address or "")
    except ValueError:
        return False
    settings = services().settings
    if "X-Forwarded-For" in request.headers and not settings.trusted_proxies:
        # A proxy that nobody declared: its address says nothing about who asks.
        return False
    return any(asking in network for network in settings.metrics_allow)
