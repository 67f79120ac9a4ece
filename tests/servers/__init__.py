"""Servers around the application that tests run against for real: PostgreSQL, a browser, SMTP."""

from tests.servers.chromium import Chromium, find_chromium
from tests.servers.postgres import postgres_url
from tests.servers.smtp import Received, SmtpSink

__all__ = ["Chromium", "Received", "SmtpSink", "find_chromium", "postgres_url"]
