"""How often one address or one account may try (NIST SP 800-63B-4, 3.2.2; OWASP ASVS 6.3.1).

Counts live in this process, or in Redis when REDIS_URL is set and there are several.
"""

from collections.abc import Callable
from math import ceil
from time import time
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse

from citizen_diplomat.foundation.text import email_key

limiter = Limiter(get_remote_address, headers_enabled=True, strategy="moving-window")

PER_ADDRESS = "30 per 10 minutes; 200 per day"
PER_ACCOUNT = "10 per 10 minutes; 60 per day"
MAIL_PER_ACCOUNT = "3 per hour; 8 per day"


def install(app: Flask, *, redis_url: str | None) -> None:
    """Set up the counters."""
    app.config.update(
        RATELIMIT_STORAGE_URI=redis_url or "memory://",
        RATELIMIT_HEADERS_ENABLED=False,
    )
    limiter.init_app(app)


def seconds_to_wait() -> int | None:
    """In how many seconds the limit that this request met opens again; None without one."""
    met = limiter.current_limit
    return max(1, ceil(met.reset_at - time())) if met is not None else None


def is_within(limit: str, what: str) -> bool:
    """Count one more `what` from this address and say whether that is still within `limit`."""
    return limiter.limiter.hit(parse(limit), what, get_remote_address())


def _named_account() -> str:
    return "account:" + email_key(request.form.get("email", "")[:300])


def throttled(per_account: str = PER_ACCOUNT) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Limit the POSTs of a page per address and per account named in its `email` field."""

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        by_account = limiter.limit(per_account, key_func=_named_account, methods=["POST"])
        by_address = limiter.limit(PER_ADDRESS, methods=["POST"])
        wrapped: Callable[..., Any] = by_address(by_account(view))
        return wrapped

    return wrap
