"""`flask work`: the worker by itself, or once as if it were another time."""

import signal
import threading
from datetime import datetime
from types import FrameType

import click
from flask import Flask, current_app

from citizen_diplomat.cli import worker
from citizen_diplomat.cli.commands import command, require_schema
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.web.services import services


@command("work")
@click.option("--once", is_flag=True, help="Do all that is due now, then stop.")
@click.option("--at", "moment", metavar="TIME", help="With --once: as if it were that time (ISO).")
def work(once: bool, moment: str | None) -> None:
    """Send mail, make digests and clean up, until it is stopped."""
    require_schema()
    at = parse_moment(moment) if moment else None
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if once or at:
        worker.work_once(app, at or now())
    else:
        _work_on(app)


def parse_moment(text: str) -> datetime:
    """An ISO time; without a zone it is the municipality's. Raises ClickException."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.ClickException(
            f"--at must be an ISO time such as 2026-11-28T08:00, not {text!r}"
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=services().settings.timezone)


def _work_on(app: Flask) -> None:
    stop = threading.Event()

    def finish(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, finish)
    signal.signal(signal.SIGINT, finish)
    worker.run(app, stop)
