"""Saved views beside the queue: keeping the present filters, renaming, sharing, deleting."""

from flask import request
from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.moderation import views
from citizen_diplomat.moderation.views import (
    MOST_VIEWS,
    VIEW_NAME_LENGTH,
    NameTaken,
    SavedView,
    TooManyViews,
)
from citizen_diplomat.web.database import db
from citizen_diplomat.web.forms import BaseForm, TickField, line
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.filters import as_text, from_text, in_address, view, view_values
from citizen_diplomat.web.staff.queue import queue_page


class ViewForm(BaseForm):
    """The name of a view, and whether everybody has it."""

    name = line(
        lazy_gettext("Name of the view"),
        longest=VIEW_NAME_LENGTH,
        required=lazy_gettext("Give the view a name."),
    )
    is_shared = TickField(lazy_gettext("Everybody of the desk has it beside their queue"))


@staff.page("/queue/views", duty=Duty.REVIEW)
def views_after_signing_in() -> Response:
    """Whoever had to sign in on the way comes back to the queue."""
    return see_other("staff.queue", **view_values())


@staff.page("/queue/views", duty=Duty.REVIEW, methods=("POST",))
def keep_view() -> Response:
    """Keep the filters of the view that stands in the address, under a name."""
    form, filters = ViewForm(), as_text(view())
    refused = ""
    if not filters:
        refused = gettext("Set a filter first: a view without one is the whole queue.")
    elif not form.validate():
        refused = str(form.name.errors[0])
    else:
        with transaction(db()):
            try:
                at, name = request_time(), form.name.data or ""
                views.save_view(db(), name, filters, by=signed_in(), at=at)
            except TooManyViews:
                most = format_number(MOST_VIEWS, language())
                refused = gettext("You keep %(most)s views already. Delete one first.", most=most)
            except NameTaken:
                refused = gettext("You have a view of this name already.")
    if refused:
        return queue_page(view(), refused=refused)
    say("ok", gettext("Kept beside your queue."))
    return see_other("staff.queue", **view_values())


@staff.page("/queue/views/<number:id>", duty=Duty.REVIEW, methods=("GET", "POST"))
def saved_view(id: int) -> Response:
    """Rename a view of one's own, share it, or find the way to delete it."""
    saved = found(views.own_view(db(), id, viewer=signed_in().id))
    if request.method == "GET":
        known = MultiDict({"name": saved.name})
        if saved.is_shared:
            known["is_shared"] = "y"
        return _page(saved, ViewForm(kept_form() or known))
    form = ViewForm()
    if not form.validate():
        return _page(saved, form)
    with transaction(db()):
        try:
            name, shared = form.name.data or "", bool(form.is_shared.data)
            by, at = signed_in(), request_time()
            views.change_view(db(), saved, name, is_shared=shared, by=by, at=at)
            forget_kept_form()
        except NameTaken:
            form.refuse("name", gettext("You have a view of this name already."))
    if form.errors:
        return _page(saved, form)
    say("ok", gettext("The view is changed."))
    return see_other("staff.queue", **in_address(from_text(saved.filters)))


@staff.page("/queue/views/<number:id>/removal", duty=Duty.REVIEW, methods=("POST",))
def remove_view(id: int) -> Response:
    """Delete a view of one's own."""
    saved = found(views.own_view(db(), id, viewer=signed_in().id))
    with transaction(db()):
        views.remove_view(db(), saved, by=signed_in(), at=request_time())
    say("ok", gettext("The view is deleted."))
    return see_other("staff.queue")


@staff.page("/queue/views/<number:id>/removal", duty=Duty.REVIEW)
def removal_after_signing_in(id: int) -> Response:
    """Whoever had to sign in on the way comes back to the view."""
    return see_other("staff.saved_view", id=id)


def _page(saved: SavedView, form: ViewForm) -> Response:
    may_share = views.may_share(db(), signed_in()) or saved.is_shared
    return form_page("staff/queue/view.html", form, saved=saved, may_share=may_share)
