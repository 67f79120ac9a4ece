"""A member's certificates of service: the list, each as a page made for printing, and the name."""

from datetime import datetime

from flask import render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.outcomes import certificates as room
from citizen_diplomat.web.certificate_words import REASONS, SERVICES, seal_key
from citizen_diplomat.web.database import db
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import found, say, see_other
from citizen_diplomat.web.services import services
from citizen_diplomat.web.signin import signed_in


@member.get("/me/certificates")
def certificates() -> str:
    """List what the office certified to the member, the newest first."""
    after = Cursor.decode(request.args.get("after"), datetime)
    return render_template(
        "member/certificates/list.html",
        rows=room.certificates_of(db(), signed_in().id, after=after),
        services=SERVICES,
        reasons=REASONS,
    )


@member.get("/me/certificates/<number:number>")
def certificate(number: int) -> str:
    """Show a certificate in the language of the page; nothing else is printed."""
    row = found(room.certificate_of(db(), signed_in().id, number))
    return render_template(
        "member/certificates/certificate.html",
        row=row,
        standing=row.standing(seal_key()),
        services=SERVICES,
        reasons=REASONS,
        link=services().settings.base_url + url_for("public.certificate", code=row.shown_code),
    )


@member.post("/me/certificates/<number:number>")
def name_on_certificate(number: int) -> Response:
    """Say whether whoever verifies it reads the member's name: `shows_name` is there or not."""
    with transaction(db()):
        row = found(room.certificate_of(db(), signed_in().id, number, to_change=True))
        row.shows_name = "shows_name" in request.form
    if row.shows_name:
        say("ok", gettext("Whoever verifies the certificate reads your name."))
    else:
        say("ok", gettext("Whoever verifies the certificate does not read your name."))
    return see_other("member.certificate", number=number)
