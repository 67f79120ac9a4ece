"""Members take with them everything that is kept about them (GDPR art. 15 and 20)."""

from werkzeug.wrappers import Response

from citizen_diplomat.web import fresh_passphrase
from citizen_diplomat.web.data_file import data_file
from citizen_diplomat.web.forms import BaseForm
from citizen_diplomat.web.member.blueprint import member
from citizen_diplomat.web.pages import form_page, see_other
from citizen_diplomat.web.signin import request_time, signed_in


class DownloadForm(BaseForm):
    current_password = fresh_passphrase.field()


@member.get("/me/data")
def data() -> Response:
    """Show how to take one's data along, and the way to closing the account."""
    return form_page("member/data/data.html", DownloadForm())


@member.get("/me/data/download")
def download_page() -> Response:
    """Lead those back who signed in again on their way to the download."""
    return see_other("member.data")


@member.post("/me/data/download")
@fresh_passphrase.throttled
def download() -> Response:
    """Answer with all of it in one file, made now and kept nowhere: no link that could leak."""
    person, at, form = signed_in(), request_time(), DownloadForm()
    if not (form.validate_on_submit() and fresh_passphrase.is_right(form, person)):
        return form_page("member/data/data.html", form)
    return data_file(person, at=at)
