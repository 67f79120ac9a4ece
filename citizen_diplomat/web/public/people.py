"""What somebody chose to show to everyone."""

from flask import abort
from werkzeug.wrappers import Response

from citizen_diplomat.community.rules import ThingKind
from citizen_diplomat.directory.photos import photo_for
from citizen_diplomat.directory.queries import visible
from citizen_diplomat.directory.rules import Reader
from citizen_diplomat.web.database import db
from citizen_diplomat.web.directory import profile_page
from citizen_diplomat.web.discussion import is_folded
from citizen_diplomat.web.pages import found
from citizen_diplomat.web.photos import photo_answer
from citizen_diplomat.web.public.blueprint import public


@public.get("/people/<number:number>")
def person(number: int) -> Response:
    """Show one person as a stranger sees them; nobody to see is a page that does not exist."""
    return profile_page(
        "public/people/person.html",
        profile=found(visible(db(), number, Reader.STRANGER)),
        is_folded=is_folded(ThingKind.PROFILE, number),
    )


@public.get("/people/<number:number>/photo.jpg")
def person_photo(number: int) -> Response:
    """The photo of somebody who shows it to everyone."""
    if is_folded(ThingKind.PROFILE, number):
        abort(404)
    return photo_answer(photo_for(db(), number, Reader.STRANGER))
