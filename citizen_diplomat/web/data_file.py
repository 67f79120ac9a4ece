"""All that is kept about somebody as one file, made at the moment they ask and kept nowhere."""

import json
from datetime import datetime

from werkzeug.wrappers import Response

from citizen_diplomat.accounts.model import Account
from citizen_diplomat.audit.actions import record
from citizen_diplomat.foundation.database import transaction
from citizen_diplomat.web.database import db, reading
from citizen_diplomat.web.personal_data import export


def data_file(person: Account, *, at: datetime) -> Response:
    """The file as a download, and its entry in the log; who asks has just proved who they are."""
    with transaction(db()):
        record(db(), "account.exported", f"account:{person.id}", by=person.id, at=at)
    with reading() as session:
        content = json.dumps(export(session, person, at=at), ensure_ascii=False, indent=2)
    response = Response(content + "\n", mimetype="application/json")
    name = f"citizen-diplomat-{at.date().isoformat()}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
