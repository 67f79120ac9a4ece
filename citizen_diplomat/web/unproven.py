"""What members write, shown so that nobody clicks on a link of an account nobody knows yet."""

from flask import Flask
from markupsafe import Markup

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.standing_rules import PUBLISHED_FIRST, is_proven
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.publications import published_of
from citizen_diplomat.community.rules import CommentState, Mark, links_in
from citizen_diplomat.foundation import markdown
from citizen_diplomat.web.database import db
from citizen_diplomat.web.signin import request_time


def install(app: Flask) -> None:
    """Give templates the filters `said` and `may_link`."""
    app.jinja_env.filters.update(said=said, may_link=may_link)


def said(comment: Comment) -> Markup:
    """The words of a comment; its links are plain text while its author is not proven."""
    is_shown = comment.state == CommentState.SHOWN
    links = comment.mark == Mark.ANSWER or (
        # What waits is shown to its author and staff; nobody has said yet that it is harmless.
        is_shown and may_link(comment.author_id, comment.text, is_public=True)
    )
    return Markup(markdown.render(comment.text, links=links))  # noqa: S704 - `render` sanitises


def may_link(account_id: int | None, text: str, *, is_public: bool = False) -> bool:
    """Whether the links in a text of somebody can be clicked; `is_public`: everybody reads it.

    Asks the database only where there is a link.
    """
    if not links_in(text):
        return True
    person = db().get(Account, account_id) if account_id else None
    if person is None:
        return False
    published = PUBLISHED_FIRST if is_public else published_of(db(), person.id)
    return is_proven(published, request_time() - person.created_at)
