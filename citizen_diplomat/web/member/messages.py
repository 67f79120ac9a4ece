"""Members write to each other here; no page and no letter tells an e-mail address."""

from datetime import datetime

from flask import render_template, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.correspondence import actions, queries
from citizen_diplomat.correspondence.model import Conversation
from citizen_diplomat.correspondence.queries import Exchange
from citizen_diplomat.correspondence.rules import TEXT_LENGTH
from citizen_diplomat.directory.queries import visible
from citizen_diplomat.directory.rules import Reader
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.moderation.sanction_limits import hold_to_limit
from citizen_diplomat.outcomes.queries import may_write
from citizen_diplomat.web.addresses import typed
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, TickField, paragraphs
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.throttle import throttled_by_address


class MessageForm(BaseForm):
    text = paragraphs(
        lazy_gettext("Your message"),
        longest=TEXT_LENGTH,
        required=lazy_gettext("Write your message."),
    )


class ChoiceForm(BaseForm):
    accepts = TickField(lazy_gettext("Members may write to me"))


@member.get("/me/messages")
def messages() -> str:
    """List the conversations of a member."""
    after = Cursor.decode(request.args.get("after"), datetime)
    return render_template(
        "member/messages/messages.html",
        exchanges=queries.exchanges(db(), signed_in().id, after=after),
        accepts=queries.accepts(db(), signed_in().id),
    )


@member.route("/members/<number:number>/message", methods=["GET", "POST"])
@throttled_by_address
def new_message(number: int) -> Response:
    """Write to somebody for the first time; who has done so goes on where they are."""
    me = signed_in().id
    there = queries.between(db(), me, number)
    seen = queries.exchange(db(), me, there.id) if there else None
    if there and seen and seen.last_at:
        return see_other("member.conversation", number=there.id)
    agreed = may_write(db(), me, number)
    if not agreed and not queries.is_reachable(db(), number, by=me):
        found(None)
    profile = visible(db(), number, Reader.MEMBER)
    person = found(account_by_id(db(), number))
    form = _form()
    if form.is_submitted() and form.validate() and (sent := _sent(form, number)):
        return see_other("member.conversation", number=sent.id)
    return form_page(
        "member/messages/new.html", form, profile=profile, person=person, is_agreed=agreed
    )


@member.route("/me/messages/<number:number>", methods=["GET", "POST"])
@throttled_by_address
def conversation(number: int) -> Response:
    """Show what two members wrote to each other; POST writes more."""
    exchange = _mine(number)
    form = _form()
    if form.is_submitted() and form.validate() and _sent(form, exchange.other_id):
        return see_other("member.conversation", number=number)
    after = Cursor.decode(request.args.get("after"), int)
    me = signed_in().id
    return form_page(
        "member/messages/conversation.html",
        form,
        exchange=exchange,
        written=queries.messages_of(db(), number, reader_id=me, after=after),
    )


@member.route("/me/messages/<number:number>/answer", methods=["GET", "POST"])
def answer(number: int) -> Response:
    """Say yes or no to a first message; only the one it was written to is asked."""
    exchange = _mine(number)
    if request.method == "GET" or not exchange.asks_me:
        return see_other("member.conversation", number=number)
    says_yes = request.form.get("answer") == "accept"
    with transaction(db()):
        conversation = _to_change(exchange)
        if says_yes:
            actions.accept(db(), conversation, at=request_time())
        else:
            actions.refuse(db(), conversation)
    if says_yes:
        say("ok", gettext("You can write to each other now."))
        return see_other("member.conversation", number=number)
    say("ok", gettext("You have declined. Who wrote is not told."))
    return see_other("member.messages")


@member.route("/me/messages/choice", methods=["GET", "POST"])
def message_choice() -> Response:
    """Let members write to oneself, or no longer."""
    if request.method == "POST":
        accepts = bool(ChoiceForm().accepts.data)
        with transaction(db()):
            actions.choose(db(), signed_in(), accepts=accepts, at=request_time())
        say("ok", gettext("Your choice is saved."))
    return see_other("member.mail")


def _form() -> MessageForm:
    """What was posted now; on GET what was typed before a sign-in ended."""
    return MessageForm() if request.method == "POST" else MessageForm(kept_form())


def _sent(form: MessageForm, to: int) -> Conversation | None:
    """The conversation that a message went into; None when the form now says why it did not."""
    links = actions.Links(read=_link("member.conversation"), block=_link("member.block"))
    with transaction(db()):
        try:
            me, at = signed_in(), request_time()
            agreed = may_write(db(), me.id, to)
            text = typed(form.text)
            sent = actions.write(db(), to, text, agreed=agreed, by=me, links=links, at=at)
            hold_to_limit(db(), me, at=at)
        except actions.HoldsLink:
            said = gettext("Leave web and e-mail addresses out: a new account cannot send them.")
        except actions.TooMany:
            said = gettext("You have written to many people today. Go on tomorrow.")
        except actions.MustWait:
            said = gettext("Your first message is with them. You can write again when they answer.")
        except actions.IsBlocked:
            said = gettext("You have blocked this member. Take that back before you write.")
        except actions.NotReachable:
            said = gettext("This member cannot be written to.")
        else:
            forget_kept_form()
            say("ok", gettext("Your message has been sent."))
            return sent
    form.refuse("text", said)
    return None


def _link(endpoint: str) -> actions.LinkFor:
    def link(person: Account, number: int) -> str:
        return absolute(person.language, endpoint, number=number)

    return link


def _mine(number: int) -> Exchange:
    return found(queries.exchange(db(), signed_in().id, number))


def _to_change(exchange: Exchange) -> Conversation:
    me = signed_in().id
    return found(queries.between(db(), me, exchange.other_id, to_change=True))
