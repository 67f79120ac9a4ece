"""Storing what was typed of something that the office publishes, or finding out why not."""

from collections.abc import Callable

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.foundation.publishing import ChangedMeanwhile, Incomplete
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import KeptField
from citizen_diplomat.web.kept_forms import forget_kept_form
from citizen_diplomat.web.pages import LARGEST_VERSION


def version_seen(field: KeptField) -> int:
    """The version that a form was made from; 0, which nothing has, when it says none."""
    return parse_int(field.data or "", lowest=0, highest=LARGEST_VERSION) or 0


def attempt(change: Callable[[], None]) -> ChangedMeanwhile | Incomplete | None:
    """Change something in one transaction; why that was not done, or None."""
    with transaction(db()):
        try:
            change()
            forget_kept_form()
        except (ChangedMeanwhile, Incomplete) as error:
            return error
    return None
