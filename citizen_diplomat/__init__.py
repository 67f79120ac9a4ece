"""Citizen Diplomat: the only place where the rooms and the shells are joined."""

from urllib.parse import urlsplit

from flask import Flask
from flask_alembic import Alembic
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from citizen_diplomat import cli
from citizen_diplomat.accounts.rules import REMEMBERED_LIFETIME
from citizen_diplomat.foundation.database import Database
from citizen_diplomat.foundation.passphrase import Hasher
from citizen_diplomat.foundation.storage import Storage
from citizen_diplomat.foundation.tokens import Signer
from citizen_diplomat.mail.rendering import Renderer
from citizen_diplomat.schema import METADATA
from citizen_diplomat.web import (
    call_words,
    database,
    errors,
    event_words,
    filters,
    headers,
    languages,
    limit_reached,
    news_words,
    page_texts,
    request_log,
    routes,
    services,
    signin,
    throttle,
    unproven,
    uploads,
)
from citizen_diplomat.web.assets import Assets, serve_static
from config import LOOPBACK_HOSTS, PROJECT, Settings

# The longest proposal in Persian, percent-encoded, is about 130 kB; a megabyte is nobody's text.
LARGEST_BODY = 512 * 1024
MOST_FIELDS = 400


def create_app(settings: Settings, *, hasher: Hasher | None = None) -> Flask:
    """Make the WSGI application of one installation.

    `hasher` lets tests hash passphrases cheaply. Touches no database: `flask init` prepares it.
    """
    app = Flask(__name__, static_folder=None, template_folder=str(PROJECT / "templates"))
    app.config.update(_flask_settings(settings))
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    assets = Assets()
    app.extensions[services.KEY] = services.Services(
        settings=settings,
        database=Database(settings.database_url),
        storage=Storage(settings.storage_url),
        signer=Signer(settings.secret_key),
        hasher=hasher or Hasher(),
        assets=assets,
        templates=PROJECT / "templates",
        letters=Renderer(PROJECT / "templates", PROJECT / "translations"),
    )
    _install(app, settings)
    more_headers = headers.OVER_HTTPS if settings.is_https else {}
    serve_static(app, assets.folder, more_headers=more_headers)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]
    return app


def _install(app: Flask, settings: Settings) -> None:
    services_of: services.Services = app.extensions[services.KEY]
    Alembic(app, run_mkdir=False, metadatas=METADATA, engines=services_of.database.for_migrations())
    request_log.install(app)
    languages.install(app, settings.languages)
    database.install(app)
    signin.install(app)
    uploads.install(app)
    throttle.install(app, redis_url=settings.redis_url)
    CSRFProtect(app)
    errors.install(app)
    limit_reached.install(app)
    headers.install(app)
    filters.install(app)
    call_words.install(app)
    page_texts.install(app)
    event_words.install(app)
    news_words.install(app)
    unproven.install(app)
    routes.install(app)
    cli.install(app)


def _flask_settings(settings: Settings) -> dict[str, object]:
    host = urlsplit(settings.base_url).hostname or ""
    secure = settings.is_https
    return {
        "SECRET_KEY": settings.secret_key,
        # A foreign Host header is refused: redirects and mails only ever name our own.
        "TRUSTED_HOSTS": [host, *(LOOPBACK_HOSTS if settings.is_loopback else ())],
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "PERMANENT_SESSION_LIFETIME": REMEMBERED_LIFETIME,
        "MAX_CONTENT_LENGTH": LARGEST_BODY,
        "MAX_FORM_MEMORY_SIZE": LARGEST_BODY,
        "MAX_FORM_PARTS": MOST_FIELDS,
        # A form stays good as long as its sign-in: nobody loses an hour of writing to a clock.
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_TRANSLATION_DIRECTORIES": str(PROJECT / "translations"),
        "BABEL_DEFAULT_LOCALE": languages.LOCALES[settings.languages[0]],
        "ALEMBIC": {"script_location": str(PROJECT / "migrations")},
        "ALEMBIC_CONTEXT": {"render_as_batch": True, "transactional_ddl": True},
    }
