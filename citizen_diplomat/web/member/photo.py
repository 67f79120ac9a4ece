"""A member's own photo: chosen, cut to a square, taken away again."""

from flask import abort, request
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response
from wtforms import FileField

from citizen_diplomat.community.rules import ThingKind
from citizen_diplomat.directory.photos import (
    SIDE,
    keep_photo,
    own_photo,
    photo_for,
    remove_photo,
)
from citizen_diplomat.directory.queries import of_account
from citizen_diplomat.directory.rules import Reader
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.images import NotAnImage, TooLarge, square
from citizen_diplomat.web.database import db
from citizen_diplomat.web.directory import AUDIENCES
from citizen_diplomat.web.discussion import is_folded
from citizen_diplomat.web.forms import BaseForm
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.photos import photo_answer
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.uploads import takes_files

PAGE = "member/photo/photo.html"
LARGEST_FILE = 12 * 1024 * 1024
takes_files("member.photo", most_bytes=LARGEST_FILE)


class PhotoForm(BaseForm):
    photo = FileField(lazy_gettext("Choose a photo"))

    def drawn(self) -> bytes | None:
        """The photo that came as a small square of our own drawing, or None and an error."""
        sent = request.files.get("photo")
        if sent is None or not sent.filename:
            self.refuse("photo", gettext("Choose a photo first."))
            return None
        try:
            return square(sent.read(), SIDE).content
        except NotAnImage:
            self.refuse(
                "photo", gettext("This is no photo that we can open: send JPEG, PNG or WebP.")
            )
        except TooLarge:
            self.refuse("photo", gettext("This photo has too many pixels. Make it smaller first."))
        return None


@member.route("/me/profile/photo", methods=["GET", "POST"])
def photo() -> Response:
    """Show one's photo and take a new one."""
    form = PhotoForm()
    if form.validate_on_submit():
        # Drawing takes a while; the database is not asked before it is done.
        content = form.drawn()
        if content is not None:
            with transaction(db()):
                found(of_account(db(), signed_in().id, to_change=True))
                keep_photo(db(), content, by=signed_in(), at=request_time())
            say("ok", gettext("Your photo is saved."))
            return see_other("member.photo")
    profile = found(of_account(db(), signed_in().id))
    return form_page(
        PAGE,
        form,
        has_photo=own_photo(db(), signed_in().id) is not None,
        seen_by=AUDIENCES[profile.ladder().photo],
    )


@member.post("/me/profile/photo/remove")
def photo_remove() -> Response:
    """Take one's photo away, at once and for good."""
    with transaction(db()):
        remove_photo(db(), by=signed_in(), at=request_time())
    say("ok", gettext("Your photo is deleted."))
    return see_other("member.photo")


@member.get("/me/profile/photo.jpg")
def photo_own() -> Response:
    """One's own photo, whoever else may see it."""
    return photo_answer(own_photo(db(), signed_in().id))


@member.get("/members/<number:number>/photo.jpg")
def person_photo(number: int) -> Response:
    """The photo of somebody who shows it to members."""
    if is_folded(ThingKind.PROFILE, number):
        abort(404)
    return photo_answer(photo_for(db(), number, Reader.MEMBER))
