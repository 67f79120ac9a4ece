"""`flask serve`: web server and worker in one process, until Ctrl-C or SIGTERM."""

import signal
import threading
from contextlib import closing, suppress
from types import FrameType
from typing import Any

import click
from flask import Flask, current_app
from waitress import create_server

from citizen_diplomat.cli import worker
from citizen_diplomat.cli.commands import command, first_line, require_schema
from citizen_diplomat.cli.welcome import welcome
from citizen_diplomat.web.assets import AssetError
from citizen_diplomat.web.services import services
from config import Settings

THREADS = 8
# Bodies are read by threads of waitress before a page sees them; pages refuse above 512 KiB in the
# reader's language, this only keeps a disk from being filled.
LARGEST_BUFFERED = 16 * 1024 * 1024
MOST_CONNECTIONS = 1000
WORKER_STOPS_WITHIN = 20
"""Seconds that a mail on its way gets to be finished."""


@command("serve")
@click.option("--prepare", is_flag=True, help="First do what init does, and demo when it is empty.")
@click.option("--quiet", is_flag=True, help="Do not print who can sign in.")
@click.option("--no-worker", is_flag=True, help="Pages only; the worker is `flask work`.")
def serve(prepare: bool, quiet: bool, no_worker: bool) -> None:
    """Serve the site and run the worker, in one process."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    # A port that is taken is said before anything is made.
    server = _bound_server(app, services().settings)
    _stop_on_signals()
    # The server itself takes an interruption for its end; this is for one that comes before.
    with closing(services().database), closing(server), suppress(KeyboardInterrupt):
        if prepare:
            _prepare()
        require_schema()
        _require_static_files()
        if not quiet:
            click.echo(welcome())
        if no_worker:
            server.run()
        else:
            _run_with_worker(app, server)


def _bound_server(app: Flask, settings: Settings) -> Any:
    try:
        return create_server(
            app,
            host=settings.host,
            port=settings.port,
            threads=THREADS,
            ident=None,
            connection_limit=MOST_CONNECTIONS,
            max_request_body_size=LARGEST_BUFFERED,
            asyncore_use_poll=True,
            # The application reads them, from as many proxies as it was told of; of a proxy that
            # nobody declared it has to know, too.
            clear_untrusted_proxy_headers=False,
        )
    except (OSError, ValueError) as error:
        raise click.ClickException(
            f"cannot listen on {settings.host} port {settings.port}: {first_line(error)}; "
            "PORT= chooses another port"
        ) from error


def _prepare() -> None:
    from citizen_diplomat.cli.demo.command import load_if_empty
    from citizen_diplomat.cli.init import prepare

    prepare()
    load_if_empty()


def _require_static_files() -> None:
    try:
        services().assets.url("theme.css")
    except AssetError as error:
        raise click.ClickException(str(error)) from error


def _run_with_worker(app: Flask, server: Any) -> None:
    stop = threading.Event()
    # A mail server that keeps us waiting does not keep us from stopping.
    working = threading.Thread(target=worker.run, args=(app, stop), name="worker", daemon=True)
    working.start()
    try:
        # Returns at Ctrl-C and SIGTERM, after the answers on their way have been given.
        server.run()
    finally:
        stop.set()
        working.join(WORKER_STOPS_WITHIN)


def _stop_on_signals() -> None:
    # SIGINT too: a shell that starts us in the background has it ignored, and we inherit that.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
