"""What lies in a member's inbox, as one line in the language of the page and the page behind it."""

import logging

from flask_babel import gettext
from jinja2 import TemplateError

from citizen_diplomat.mail.model import InboxEntry
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.redirects import safe_path
from citizen_diplomat.web.services import services

logger = logging.getLogger(__name__)


def headline(entry: InboxEntry) -> str:
    """The subject of a letter as this reader would get it today."""
    try:
        return services().letters.subject(entry.name, language(), entry.values)
    except TemplateError:
        # A template of today may ask for more than a letter of last year kept.
        logger.warning("inbox entry %s (%s) has no headline", entry.id, entry.name)
        return str(gettext("A letter from us"))


def page_behind(entry: InboxEntry) -> str | None:
    """The page that a letter leads to, in the language of this one; None when there is none."""
    first, _, rest = entry.path.removeprefix("/").partition("/")
    if first in services().settings.languages:
        return safe_path(f"/{language()}/{rest}")
    return safe_path(entry.path)
