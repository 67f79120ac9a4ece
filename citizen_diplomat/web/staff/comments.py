"""Comments that wait: approved with one click or taken out with a reason; the city's answer."""

from flask import abort, make_response, redirect, render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.community import actions, threads
from citizen_diplomat.community.comments import NothingToAnswer, ThreadFull
from citizen_diplomat.community.matters import Talked, matter_of
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import CommentState, Matter, MatterKind
from citizen_diplomat.community.verdicts import Changed
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation import comments, queries
from citizen_diplomat.moderation.actions import AlreadyClaimed, NotOpen, OwnProposal
from citizen_diplomat.moderation.model import QueueItem
from citizen_diplomat.moderation.rules import HEARTBEAT_EVERY, ItemKind
from citizen_diplomat.proposals.queries import public_one
from citizen_diplomat.web.comment_form import CommentForm, empty_form
from citizen_diplomat.web.database import db
from citizen_diplomat.web.discussion import speaker
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import statement_link
from citizen_diplomat.web.matters import (
    link_to_matter,
    place_of,
    public_thing,
    talk_of,
    talk_on,
)
from citizen_diplomat.web.pages import (
    LARGEST_NUMBER,
    UNPROCESSABLE,
    form_page,
    found,
    say,
    see_other,
)
from citizen_diplomat.web.report_words import GROUNDS
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.decision_form import NoteForm, TakeOverForm
from citizen_diplomat.web.staff.filters import open_next, view_values
from citizen_diplomat.web.staff.kinds import shows, standing
from citizen_diplomat.web.staff.panels import panels_of
from citizen_diplomat.web.staff.removal_form import RemovalForm, removal_form


@shows(ItemKind.COMMENT)
def comment_page(waiting: QueueItem, *, note_form: NoteForm | None = None) -> Response:
    """The page of a comment, below what it answers."""
    note_form = note_form or NoteForm(MultiDict())
    comment = _comment_of(waiting)
    page = render_template(
        "staff/review/comment.html",
        item=waiting,
        comment=comment,
        talk=talk_of(comment),
        answered=_answered(comment),
        speaker=speaker,
        note_form=note_form,
        form=note_form if note_form.errors else None,
        take_over_form=TakeOverForm(MultiDict()),
        notes=queries.notes_of(db(), waiting.id),
        heartbeat_seconds=int(HEARTBEAT_EVERY.total_seconds()),
        may_undo=waiting.closed_at is not None and comment.state == CommentState.SHOWN,
        panels=panels_of(waiting),
        **standing(waiting),
    )
    return make_response(page, UNPROCESSABLE if note_form.errors else 200)


@staff.page("/queue/<number:item>/approval", duty=Duty.REVIEW, methods=("GET", "POST"))
def approval(item: int) -> Response:
    """Let everybody see a comment, or with `take_back` let it wait again; GET leads to it."""
    waiting = _waiting(item)
    if request.method == "GET":
        return see_other("staff.item", item=item)
    comment, by, at = _comment_of(waiting), signed_in(), request_time()
    version = parse_int(request.form.get("version", ""), lowest=1, highest=LARGEST_NUMBER) or 0
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        try:
            if request.form.get("take_back"):
                comments.wait_again(db(), waiting, comment, by=by, at=at)
            else:
                comments.approve(db(), waiting, comment, version=version, by=by, at=at)
        except OwnProposal:
            abort(403)
        except (Changed, AlreadyClaimed, NotOpen):
            return _somebody_was_faster(waiting)
    if request.form.get("take_back"):
        say("ok", gettext("The comment waits again, and only its author sees it."))
        return see_other("staff.item", item=item)
    say("ok", gettext("Approved: everybody sees the comment now."))
    if request.form.get("stay"):
        return see_other("staff.queue", **view_values(), done=item)
    return open_next(waiting, done=item)


@staff.page("/queue/<number:item>/removal", duty=Duty.REVIEW, methods=("GET", "POST"))
def removal(item: int) -> Response:
    """Ask by which rule a comment is taken out; POST does it and writes to its author."""
    waiting = _waiting(item)
    comment = _comment_of(waiting)
    if request.method == "GET":
        return _removal_page(waiting, comment, removal_form(comment.version, kept_form()))
    form = RemovalForm()
    if not form.is_right():
        return _removal_page(waiting, comment, form)
    with transaction(db()):
        try:
            comments.remove(
                db(), waiting, comment, form.chosen,
                message=form.message.data or "", version=form.seen_version,
                by=signed_in(), at=request_time(),
                link=link_to_matter(comment, comment.author.language),
                statement_link=statement_link,
            )  # fmt: skip
            forget_kept_form()
        except OwnProposal:
            abort(403)
        except (Changed, AlreadyClaimed, NotOpen):
            return _somebody_was_faster(waiting)
    say("ok", gettext("Taken out. The author is told by e-mail."))
    return open_next(waiting)


@staff.page("/proposals/<number:number>/answer", duty=Duty.REVIEW, methods=("GET", "POST"))
def answer(number: int) -> Response:
    """Answer for the city in a discussion, under the name of the office."""
    if not queries.looks_after(db(), number, viewer=signed_in().id):
        abort(404)
    return _answer(found(public_one(db(), number)))


@staff.page("/news/<number:number>/answer", duty=Duty.EDIT_NEWS, methods=("GET", "POST"))
def answer_news(number: int) -> Response:
    """Answer for the city below a piece of news, under the name of the office."""
    return _answer(public_thing(Matter(MatterKind.NEWS, number)))


def _answer(thing: Talked) -> Response:
    matter = matter_of(thing)
    reply_to = parse_int(request.values.get("reply_to", ""), lowest=1, highest=LARGEST_NUMBER)
    answered = None
    if reply_to is not None:
        reader = signed_in().id
        answered = found(threads.comment_on(db(), matter, reply_to, reader=reader))
    posted = request.method == "POST"
    form = CommentForm(data={"mark": "none"}) if posted else _empty_form(matter.kind)
    if posted and form.validate():
        by, at, key = signed_in(), request_time(), form.key_for(signed_in().id, reply_to)
        with transaction(db()):
            try:
                draft = form.draft(reply_to)
                said = actions.answer(db(), thing, draft, form_key=key, by=by, at=at)
                forget_kept_form()
                return redirect(place_of(said), 303)
            except (NothingToAnswer, ThreadFull):
                form.refuse("text", gettext("This cannot be answered any more."))
    return form_page(
        "staff/review/answer.html",
        form,
        talk=talk_on(thing),
        answered=answered,
        speaker=speaker,
    )


def _empty_form(about: MatterKind) -> CommentForm:
    return empty_form(about, kept_form(), kind=CommentForm)


def _waiting(item: int) -> QueueItem:
    waiting = found(queries.item_for_review(db(), item, viewer=signed_in().id))
    return found(waiting if waiting.kind == ItemKind.COMMENT else None)


def _comment_of(waiting: QueueItem) -> Comment:
    return found(threads.comment_with_author(db(), waiting.subject_id))


def _answered(comment: Comment) -> Comment | None:
    if comment.reply_to_id is None:
        return None
    return threads.comment_with_author(db(), comment.reply_to_id)


def _removal_page(waiting: QueueItem, comment: Comment, form: RemovalForm) -> Response:
    return form_page(
        "staff/review/removal.html", form, item=waiting, comment=comment, thing=None,
        title=waiting.title, action="staff.removal", grounds=GROUNDS, speaker=speaker,
    )  # fmt: skip


def _somebody_was_faster(waiting: QueueItem) -> Response:
    page = render_template("staff/review/faster.html", item=waiting)
    return make_response(page, 409)
