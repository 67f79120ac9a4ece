"""Talking about an accepted proposal through its pages, for tests of pages."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import CommentState
from citizen_diplomat.foundation.clock import now
from citizen_diplomat.proposals.model import Proposal
from tests.conftest import database_of, slowly, token_of


def post(browser: FlaskClient, address: str, **fields: object) -> TestResponse:
    """Post to a member's address with a token of one of their pages."""
    token = token_of(browser)
    return browser.post(address, data={"csrf_token": token, **fields})


def say(
    browser: FlaskClient, number: int, text: str, *, reply_to: int | None = None, **fields: object
) -> TestResponse:
    """Write a comment."""
    more = {"reply_to": reply_to} if reply_to else {}
    address = f"/en/proposals/{number}/comments/new"
    guard = slowly(browser, "MemberCommentForm")
    return post(browser, address, text=text, **{"mark": "none", **guard, **more, **fields})


def newest(app: Flask) -> Comment:
    """The comment that was written last."""
    with database_of(app).reading() as session:
        return session.scalars(select(Comment).order_by(Comment.id.desc()).limit(1)).one()


def make_known(app: Flask, *people: Account) -> None:
    """Let staff have approved two comments of each, long ago, so that the next ones appear."""
    with database_of(app).writing() as session:
        somewhere = session.scalar(select(func.min(Proposal.number)))
        for person in people:
            session.add_all(
                Comment(
                    proposal_number=somewhere, author_id=person.id, depth=1, mark="none", text="",
                    state=CommentState.WITHDRAWN, form_key=f"known {number}",
                    created_at=now(), approved_at=now(),
                )
                for number in range(2)
            )  # fmt: skip
        session.commit()
