"""How often one address or one account may try (NIST SP 800-63B-4, 3.2.2; OWASP ASVS 6.3.1).

Counts live in this process, or in Redis when REDIS_URL is set and there are several.
"""

from collections.abc import Callable
from ipaddress import ip_address, ip_network
from time import time
from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse

from citizen_diplomat.foundation.text import email_key
from citizen_diplomat.web.addresses import typed_address
from citizen_diplomat.web.signin import account
from citizen_diplomat.web.visitor_key import visitor_key

IPV6_NETWORK = 64
"""Bits that one household or server is given (RFC 6177): it may use any address beyond them."""


def asking_network() -> str:
    """The address that asks; of an IPv6 address the network, for nobody has just one of them."""
    typed = get_remote_address()
    try:
        address = ip_address(typed)
    except ValueError:
        return typed
    if address.version == 4:
        return typed
    return str(address.ipv4_mapped or ip_network((address.packed, IPV6_NETWORK), strict=False))


# No header tells how many tries are left: strangers would see whether somebody uses an address.
limiter = Limiter(asking_network, headers_enabled=False, strategy="moving-window")

PER_ADDRESS = "30 per 10 minutes; 200 per day"
PER_ACCOUNT = "10 per 10 minutes; 60 per day"
PAUSES_PER_MEMBER = "90 per minute; 2000 per hour"
PAUSES_PER_VISITOR = PAUSES_PER_MEMBER
DRAFTS_PER_MEMBER = "60 per hour; 200 per day"
MAIL_PER_ACCOUNT = "3 per hour; 8 per day"


def install(app: Flask, *, redis_url: str | None) -> None:
    """Set up the counters."""
    app.config.update(
        RATELIMIT_STORAGE_URI=redis_url or "memory://",
    )
    limiter.init_app(app)


def seconds_to_wait() -> int | None:
    """In how many seconds the limit that this request met opens again; None without one."""
    met = limiter.current_limit
    # `reset_at` is rounded up to the next whole second.
    return max(1, int(met.reset_at - time())) if met is not None else None


def is_within(limit: str, what: str, *, of: str | None = None) -> bool:
    """Count one more `what` and say whether that is still within `limit`.

    It is counted for the network that asks, or for what `of` names.
    """
    return limiter.limiter.hit(parse(limit), what, of or asking_network())


def would_be_within(limit: str, what: str, *, of: str | None = None) -> bool:
    """Whether one more would be within `limit`; nothing is counted."""
    return limiter.limiter.test(parse(limit), what, of or asking_network())


def throttled(
    per_account: str = PER_ACCOUNT, *, only_done: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Limit the POSTs of a page per address and per account named in its `email` field.

    `only_done`: per account, only those count that were carried out, not those with a wrong field.
    """

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        by_account = limiter.limit(
            per_account,
            key_func=_named_account,
            methods=["POST"],
            deduct_when=_is_done if only_done else None,
        )
        wrapped: Callable[..., Any] = throttled_by_address(by_account(view))
        return wrapped

    return wrap


def throttled_by_address(view: Callable[..., Any]) -> Callable[..., Any]:
    """Limit the POSTs of a page that names no account, per address."""
    wrapped: Callable[..., Any] = limiter.limit(PER_ADDRESS, methods=["POST"])(view)
    return wrapped


def throttled_texts(view: Callable[..., Any]) -> Callable[..., Any]:
    """Limit the pages that keep new texts of visitors, all of them together, per address."""
    wrapped: Callable[..., Any] = limiter.shared_limit(
        PER_ADDRESS, scope="texts of visitors", methods=["POST"]
    )(view)
    return wrapped


def throttled_by_browser(view: Callable[..., Any]) -> Callable[..., Any]:
    """Limit the pauses in typing that are posted to a text of a visitor, per browser."""
    wrapped: Callable[..., Any] = limiter.limit(
        PAUSES_PER_VISITOR, key_func=_browser, methods=["POST"]
    )(view)
    return wrapped


def throttled_by_member(limit: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Limit the POSTs of a page per signed-in member, from whichever addresses they come."""

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        wrapped: Callable[..., Any] = limiter.limit(limit, key_func=_member, methods=["POST"])(view)
        return wrapped

    return wrap


def throttled_mails(view: Callable[..., Any]) -> Callable[..., Any]:
    """Limit what a page mails: per member, and per address named in its `email` field.

    Only what was carried out counts, not what had a wrong field.
    """
    for key in (_member, _named_account):
        view = limiter.limit(
            MAIL_PER_ACCOUNT, key_func=key, methods=["POST"], deduct_when=_is_done
        )(view)
    return view


def _member() -> str:
    # Who is not signed in is refused before a page begins.
    person = account()
    return f"member:{person.id}" if person else asking_network()


def _browser() -> str:
    # Without a key there is no text to write on.
    key = visitor_key()
    return f"visitor:{key}" if key else asking_network()


def _named_account() -> str:
    # The very form that the page looks up: no other spelling of an address has tries of its own.
    return "account:" + email_key(typed_address(request.form.get("email", "")))


def _is_done(response: Response) -> bool:
    return response.status_code == 303
