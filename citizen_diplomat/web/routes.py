"""All pages, by the blueprint whose guard they stand behind."""

from importlib import import_module

from flask import Flask

from citizen_diplomat.web.mailbox import blueprint as mailbox
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.public.blueprint import public
from citizen_diplomat.web.public.unsubscribe import blueprint as unsubscribe
from citizen_diplomat.web.site import blueprint as site
from citizen_diplomat.web.staff.blueprint import staff

PAGES = (
    "metrics",
    "public.home",
    "public.pages",
    "public.cities",
    "public.register",
    "public.verify",
    "public.login",
    "public.password",
    "public.invitation",
    "member.security",
    "member.data",
    "member.closing",
    "member.profile",
    "member.mail_preferences",
    "member.members",
    "staff.members",
    "staff.queue",
    "staff.review",
    "staff.claims",
    "staff.decisions",
    "staff.log",
    "public.proposals",
    "member.proposals",
    "member.writing",
)


def install(app: Flask) -> None:
    """Load every module of pages, then register the blueprints."""
    for name in PAGES:
        import_module(f"citizen_diplomat.web.{name}")
    for blueprint in (site, unsubscribe, mailbox, public, member, staff):
        app.register_blueprint(blueprint)
