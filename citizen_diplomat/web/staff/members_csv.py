"""Staff take a list of the directory along: with a reason, in a file safe for spreadsheets."""

from collections.abc import Mapping

from flask import render_template
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.accounts.rules import Duty
from citizen_diplomat.audit.actions import record
from citizen_diplomat.audit.rules import Opened
from citizen_diplomat.directory.contact import may_open, open_contacts, reader_of
from citizen_diplomat.directory.ladder import ShownProfile
from citizen_diplomat.directory.queries import listed
from citizen_diplomat.directory.rules import Reader
from citizen_diplomat.foundation.csv_cells import table
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.foundation.numbers import format_number
from citizen_diplomat.web.access_words import STAFF_COLUMNS
from citizen_diplomat.web.database import db
from citizen_diplomat.web.directory import (
    AVAILABILITIES,
    LANGUAGE_LEVELS,
    LEVELS,
    STANDINGS,
    filters_of,
    wanted_by_staff,
)
from citizen_diplomat.web.forms import TickField
from citizen_diplomat.web.kept_forms import forget_kept_form, kept_form
from citizen_diplomat.web.languages import language
from citizen_diplomat.web.links import absolute
from citizen_diplomat.web.pages import UNPROCESSABLE
from citizen_diplomat.web.reference import city_name, country_name, language_name, skill_name
from citizen_diplomat.web.signin import holds, request_time, signed_in
from citizen_diplomat.web.staff.access_form import AccessForm
from citizen_diplomat.web.staff.blueprint import staff

MOST_ROWS = 1_000


class ExportForm(AccessForm):
    with_contact = TickField(lazy_gettext("With e-mail addresses"))


@staff.page("/members.csv", duty=Duty.DIRECTORY)
def export_page() -> Response:
    """Ask why the list is needed, and whether with addresses."""
    return _page(ExportForm(kept_form()))


@staff.page("/members.csv", duty=Duty.DIRECTORY, methods=("POST",))
def export() -> Response:
    """Answer with the file, once the log and each member's receipt are written."""
    form, asked = ExportForm(), wanted_by_staff()
    if not form.validate():
        return _page(form)
    with transaction(db()):
        people = listed(db(), asked, Reader.STAFF, limit=MOST_ROWS)
        if people.next:
            form.refuse("reason", _too_many())
            return _page(form)
        by = reader_of(db(), signed_in().id)
        opened = _addresses(form, people.items, by)
        record(
            db(),
            "directory.exported",
            "directory:members",
            by=by.id,
            at=request_time(),
            reason=form.occasion(Opened.FILE).reason.value,
            filters=sorted(filters_of(asked)),
            rows=len(people),
            addresses=len(opened),
        )
        forget_kept_form()
    return _file(people.items, opened if form.with_contact.data else None)


def _addresses(
    form: ExportForm, people: tuple[ShownProfile, ...], by: Account
) -> Mapping[int, str]:
    """The addresses asked for, of those members whose address this visitor may open."""
    if not form.with_contact.data or not holds(Duty.CONTACT):
        return {}
    return open_contacts(
        db(),
        [one.account_id for one in people if may_open(by, one)],
        form.occasion(Opened.FILE),
        by=by,
        at=request_time(),
        link_for=lambda language: absolute(language, "member.access"),
    )


def _file(people: tuple[ShownProfile, ...], addresses: Mapping[int, str] | None) -> Response:
    heads = [str(head) for head in STAFF_COLUMNS]
    rows = [_row(one) for one in people]
    if addresses is not None:
        heads.append(gettext("E-mail address"))
        for row, one in zip(rows, people, strict=True):
            row.append(addresses.get(one.account_id, ""))
    response = Response(table(heads, rows), content_type="text/csv; charset=utf-8")
    name = f"citizen-diplomat-members-{request_time().date().isoformat()}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _row(one: ShownProfile) -> list[str]:
    """As much of a member as the ladder lets staff see, in the language of the page."""
    assert one.account is not None, "staff know of the account"
    skills = [f"{skill_name(skill.slug)} ({LEVELS[skill.level]})" for skill in one.skills]
    spoken = [f"{language_name(row.code)} ({LANGUAGE_LEVELS[row.level]})" for row in one.languages]
    return [
        str(one.account_id),
        one.name or "",
        one.latin_name,
        city_name(one.city_slug) if one.city_slug else one.other_city,
        country_name(one.other_country) if one.other_country else "",
        " / ".join(skills),
        " / ".join(spoken),
        str(AVAILABILITIES[one.availability]) if one.availability else "",
        str(STANDINGS[one.account.standing]),
        one.account.joined_at.date().isoformat(),
    ]


def _too_many() -> str:
    most = format_number(MOST_ROWS, language())
    text = gettext(
        "More than %(most)s members fit this search. Narrow it, for example to one city."
    )
    return str(text % {"most": most})


def _page(form: ExportForm) -> Response:
    asked = wanted_by_staff()
    page = Response(
        render_template(
            "staff/members/export.html",
            form=form,
            asked=asked,
            filters=filters_of(asked),
            levels=LEVELS,
            availabilities=AVAILABILITIES,
            standings=STANDINGS,
            most=MOST_ROWS,
        ),
        UNPROCESSABLE if form.errors else 200,
        content_type="text/html; charset=utf-8",
    )
    page.headers["Cache-Control"] = "no-store"
    return page
