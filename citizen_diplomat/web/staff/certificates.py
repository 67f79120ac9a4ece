"""Certificates of service, for the office: the list, issuing one, revoking one."""

from datetime import datetime

from flask import render_template, request
from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.queries import account_by_id
from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.cities.rules import ISFAHAN
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.paging import Cursor
from citizen_diplomat.outcomes import certificates as room
from citizen_diplomat.outcomes.certificate_model import Certificate
from citizen_diplomat.outcomes.certificate_rules import RevokeReason
from citizen_diplomat.outcomes.certificates import NotPossible, Over
from citizen_diplomat.web.certificate_words import REASONS, SERVICES, certificate_links, seal_key
from citizen_diplomat.web.database import db
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.pages import form_page, found, say, see_other
from citizen_diplomat.web.signin import request_time, signed_in
from citizen_diplomat.web.staff.blueprint import staff
from citizen_diplomat.web.staff.certificate_form import CertificateForm, RevokeForm

NEW, ONE = "staff/certificates/new.html", "staff/certificates/certificate.html"


@staff.page("/certificates", duty=Duty.HELPERS)
def certificates() -> str:
    """List every certificate, the newest first."""
    after = Cursor.decode(request.args.get("after"), datetime)
    return render_template(
        "staff/certificates/list.html",
        rows=room.all_certificates(db(), after=after),
        services=SERVICES,
    )


@staff.page("/certificates/new", duty=Duty.HELPERS)
def new_certificate() -> Response:
    """Show the form, for a member when the address names one."""
    member = request.args.get("member", "")[:20]
    named = {"member": member if member.isdecimal() else ""}
    return form_page(NEW, CertificateForm(kept_form() or MultiDict(), data=named))


@staff.page("/certificates/new", duty=Duty.HELPERS, methods=("POST",))
def issue_certificate() -> Response:
    """Issue a certificate; the member is told."""
    form, at = CertificateForm(), request_time()
    if not form.is_right(today=at.astimezone(ISFAHAN).date()):
        return form_page(NEW, form)
    row: Certificate | None = None
    with transaction(db()):
        person = account_by_id(db(), form.number or 0, lock=True)
        try:
            if person is not None:
                row = room.issue(
                    db(), form.served(), person, form_key=str(form.form_key.data),
                    key=seal_key(), by=signed_in(), at=at, links=certificate_links(),
                )  # fmt: skip
                forget_kept_form()
        except NotPossible:
            row = None
    if row is None:
        form.refuse("member", form.nobody())
        return form_page(NEW, form)
    say("ok", gettext("The certificate is issued, and the member is told."))
    return see_other("staff.certificate", number=row.id)


@staff.page("/certificates/<number:number>", duty=Duty.HELPERS)
def certificate(number: int) -> Response:
    """Show a certificate, and the form that revokes it."""
    return _page(found(room.certificate(db(), number)), RevokeForm())


@staff.page("/certificates/<number:number>/revoke", duty=Duty.HELPERS, methods=("POST",))
def revoke_certificate(number: int) -> Response:
    """Let a certificate be good no longer; the member is told."""
    row = found(room.certificate(db(), number, to_change=True))
    form = RevokeForm()
    if not form.validate():
        return _page(row, form)
    try:
        with transaction(db()):
            by, at = signed_in(), request_time()
            reason = RevokeReason(form.reason.data)
            room.revoke(db(), row, reason, by=by, at=at, links=certificate_links())
    except Over:
        say("warn", gettext("Somebody was faster. This is how it stands now."))
        return see_other("staff.certificate", number=number)
    say("ok", gettext("The certificate is revoked."))
    return see_other("staff.certificate", number=number)


def _page(row: Certificate, form: RevokeForm) -> Response:
    return form_page(
        ONE,
        form,
        row=row,
        standing=row.standing(seal_key()),
        services=SERVICES,
        reasons=REASONS,
    )
