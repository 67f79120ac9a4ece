"""Writing a comment or an answer to one, changing it for some minutes, and taking it back."""

from flask import redirect, render_template, request
from flask_babel import LazyString, gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.community import threads
from citizen_diplomat.community.comments import (
    NoLinksYet,
    NothingToAnswer,
    Refused,
    ThreadFull,
    TooLate,
    TooManyLinks,
)
from citizen_diplomat.community.matters import Talked, matter_of
from citizen_diplomat.community.model import Comment
from citizen_diplomat.community.rules import (
    LINKS_AT_ONCE,
    CommentState,
    Mark,
    Matter,
    MatterKind,
    links_in,
    may_edit,
)
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import parse_int
from citizen_diplomat.moderation import comments as desk
from citizen_diplomat.web.comment_form import CommentForm, MemberCommentForm, empty_form, form_of
from citizen_diplomat.web.database import db
from citizen_diplomat.web.discussion import speaker
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.matters import place_of, public_thing, talk_of, talk_on
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import LARGEST_NUMBER, form_page, found, say
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.throttle import throttled_by_member

OFTEN = "10 per 10 minutes; 60 per day"
REFUSALS: dict[type[Refused], LazyString] = {
    NoLinksYet: lazy_gettext(
        "Your first comment cannot hold a link. Say it without one; once a comment of yours is"
        " approved, links are welcome."
    ),
    TooManyLinks: lazy_gettext("At most five links fit into a comment."),
    ThreadFull: lazy_gettext(
        "There are so many answers here already. Please begin a comment of your own."
    ),
}


@member.route("/proposals/<number:number>/comments/new", methods=["GET", "POST"])
@throttled_by_member(OFTEN)
def comment(number: int) -> Response:
    """Say something to a proposal, or with `reply_to` to a comment."""
    return _say_to(Matter(MatterKind.PROPOSAL, number))


@member.route("/news/<number:number>/comments/new", methods=["GET", "POST"])
@throttled_by_member(OFTEN)
def news_comment(number: int) -> Response:
    """Say something to a piece of news, or with `reply_to` to a comment."""
    return _say_to(Matter(MatterKind.NEWS, number))


def _say_to(matter: Matter) -> Response:
    thing = public_thing(matter)
    reply_to = parse_int(request.values.get("reply_to", ""), lowest=1, highest=LARGEST_NUMBER)
    if request.method == "GET":
        return _page(thing, empty_form(matter.kind, kept_form()), reply_to)
    form = MemberCommentForm(about=matter.kind)
    written = _write(thing, form, reply_to) if form.validate() else None
    if written is None:
        return _page(thing, form, reply_to)
    if written.state == CommentState.WAITING:
        say("ok", _who_reads_first(written))
    return redirect(place_of(written), 303)


@member.route("/me/comments/<number:number>/edit", methods=["GET", "POST"])
def edit_comment(number: int) -> Response:
    """Change one's own comment in its first minutes."""
    own = _own(number)
    if request.method == "GET":
        if not may_edit(CommentState(own.state), own.created_at, at=request_time()):
            return _too_late(own)
        return form_page(
            "member/comments/edit.html", form_of(own, kept_form()), comment=own, back=place_of(own)
        )
    form = CommentForm(data={"mark": own.mark}, about=own.matter.kind)
    if not form.validate():
        return form_page("member/comments/edit.html", form, comment=own, back=place_of(own))
    return _edit(own, form)


@member.route("/me/comments/<number:number>/remove", methods=["GET", "POST"])
def remove_comment(number: int) -> str | Response:
    """Ask whether to take back one's own comment; POST does it."""
    own = _own(number)
    if request.method == "GET":
        return render_template("member/comments/remove.html", comment=own, back=place_of(own))
    with transaction(db()):
        desk.withdraw(db(), own, by=signed_in(), at=request_time())
    say("ok", gettext("Your comment is taken back, and its words are deleted."))
    return redirect(talk_of(own).page(_anchor="discussion"), 303)


def _page(thing: Talked, form: CommentForm, reply_to: int | None) -> Response:
    answered = None
    if reply_to is not None:
        reader = signed_in().id
        answered = found(threads.comment_on(db(), matter_of(thing), reply_to, reader=reader))
    return form_page(
        "member/comments/write.html",
        form,
        talk=talk_on(thing),
        answered=answered,
        speaker=speaker,
    )


def _write(thing: Talked, form: CommentForm, reply_to: int | None) -> Comment | None:
    """The new comment; None when it was refused, the reason then stands in the form."""
    by, at = signed_in(), request_time()
    draft, key = form.draft(reply_to), form.key_for(by.id, reply_to)
    # Caught within the transaction: a refusal has changed nothing, and a roll-back would throw
    # away what was read about the visitor.
    with transaction(db()):
        try:
            written = desk.write(db(), thing, draft, form_key=key, by=by, at=at)
            forget_kept_form()
        except NothingToAnswer:
            return found(None)
        except Refused as refused:
            form.refuse("text", REFUSALS[type(refused)])
            return None
    return written


def _who_reads_first(written: Comment) -> str:
    if links_in(written.text) > LINKS_AT_ONCE:
        return str(
            gettext("Thank you. The office reads a comment with many links before others do.")
        )
    return str(gettext("Thank you. The office reads your first comments before others do."))


def _edit(own: Comment, form: CommentForm) -> Response:
    by, at = signed_in(), request_time()
    thing = public_thing(own.matter)
    with transaction(db()):
        try:
            text, mark = form.text.data or "", Mark(form.mark.data)
            desk.edit(db(), own, thing, text=text, mark=mark, by=by, at=at)
            forget_kept_form()
        except TooLate:
            return _too_late(own)
        except Refused as refused:
            form.refuse("text", REFUSALS[type(refused)])
    if form.errors:
        return form_page("member/comments/edit.html", form, comment=own, back=place_of(own))
    return redirect(place_of(own), 303)


def _own(number: int) -> Comment:
    return found(threads.own_comment(db(), number, by=signed_in().id))


def _too_late(own: Comment) -> Response:
    say(
        "note", gettext("A comment can be changed for fifteen minutes; you can still take it back.")
    )
    return redirect(place_of(own), 303)
